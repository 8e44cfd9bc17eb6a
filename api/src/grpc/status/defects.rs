//! What is wrong with a field, in Arabic; the English text stands on the defect itself.

use sijill_ledger_core::codec::Defect;

/// What is wrong with a field.
pub fn arabic(defect: &Defect) -> String {
    match defect {
        Defect::UnknownKind => "نوع الحدث غير معروف لهذا الإصدار".to_owned(),
        Defect::Protobuf(error) => format!("ليست رسالة protobuf صحيحة ({error})"),
        Defect::Missing => "قيمته ناقصة".to_owned(),
        Defect::Choice(number) => format!("العدد {number} ليس من قيم هذا التعداد"),
        Defect::Value(error) => error.arabic(),
        Defect::Count { count, min, max } => {
            format!("عدد العناصر {count}، والمسموح من {min} إلى {max}")
        }
        Defect::Order => "العنصر ليس أكبر من سابقه".to_owned(),
        Defect::Length { actual, expected } => {
            format!("طوله {actual} بايت، والمطلوب {expected}")
        }
        Defect::Number(number) => format!("العدد {number} أكبر أو أصغر من المسموح"),
        Defect::NoSuchPart(part) => format!("يشير إلى المحتوى المحجوب {part} وليس في الطلب"),
        Defect::PartTaken(part) => format!("حقل آخر يشير إلى المحتوى المحجوب {part} نفسه"),
        Defect::PartClass {
            part,
            actual,
            expected,
        } => format!("المحتوى المحجوب {part} من صنف {actual:?}، والمطلوب {expected:?}"),
        Defect::PartText(part) => format!("المحتوى المحجوب {part} ليس نصًا بترميز UTF-8"),
        Defect::PartForm { part, form } => {
            format!("المحتوى المحجوب {part} ليس بالصيغة المطلوبة: {form}")
        }
        Defect::NotCanonical => "ليست هذه البايتات هي الترميز الوحيد لمعناها".to_owned(),
        Defect::PartUnused(part) => format!("لا يشير أي حقل إلى المحتوى المحجوب {part}"),
        Defect::PartCount { held, committed } => {
            format!("أُعطي {held} من الأجزاء المحجوبة، وفي القيد {committed}")
        }
        Defect::Committed => "لا يُعرف من هذا المحتوى المحجوب إلا بصمته".to_owned(),
        Defect::FilledIn => "يملؤه السجل بنفسه؛ اتركه فارغًا".to_owned(),
        Defect::Stream(error) => format!("اسم الدفق لا يصلح: {error}"),
    }
}
