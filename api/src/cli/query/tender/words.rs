//! Terms and cells that questions about tenders share.

use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::super::cells::{self, Wall};
use crate::cli::errors::Failure;
use crate::cli::lang::Lang;
use crate::cli::output::{Cell, Ui, Word};

pub const TENDER: Word = Word::new("tender", "المناقصة", "tender");
pub const TITLE: Word = Word::new("title", "العنوان", "title");
pub const BUYER: Word = Word::new("buyer", "المشتري", "buyer");
pub const BUYER_NAME: Word = Word::new("buyer_name", "اسم المشتري", "buyer name");
pub const SUPPLIER: Word = Word::new("supplier", "المورد", "supplier");
pub const SUPPLIER_NAME: Word = Word::new("supplier_name", "اسم المورد", "supplier name");
pub const STAGE: Word = Word::new("stage", "المرحلة", "stage");
pub const LOT: Word = Word::new("lot", "المجموعة", "lot");
pub const VALUE: Word = Word::new("value", "القيمة", "value");
pub const CURRENCY: Word = Word::new("currency", "العملة", "currency");
pub const DAYS: Word = Word::new("days", "الأيام", "days");
pub const SINCE: Word = Word::new("since", "منذ", "since");
pub const WAITS_FOR: Word = Word::new("waits_for", "في انتظار", "waits for");
pub const POSTS: Word = Word::new("posts", "الوظيفة", "posts");
pub const REASON: Word = Word::new("reason", "السبب أو النص", "reason or text");
pub const LOTS: Word = Word::new("lots", "المجموعات", "lots");
pub const PROCEDURE: Word = Word::new("procedure", "أسلوب الطرح", "procedure");

/// A stage by its word.
pub const fn stage(stage: pb::TenderStage) -> Cell {
    let word = match stage {
        pb::TenderStage::Unspecified => return Cell::Absent,
        pb::TenderStage::Draft => Word::new("draft", "مسودة", "draft"),
        pb::TenderStage::Approved => Word::new("approved", "معتمدة", "approved"),
        pb::TenderStage::Bidding => Word::new("bidding", "تقديم العطاءات", "bidding"),
        pb::TenderStage::Listing => Word::new("listing", "حصر المظاريف", "listing of envelopes"),
        pb::TenderStage::TechnicalOpening => Word::new(
            "technical_opening",
            "فتح المظاريف الفنية",
            "technical opening",
        ),
        pb::TenderStage::TechnicalEvaluation => Word::new(
            "technical_evaluation",
            "التقييم الفني",
            "technical evaluation",
        ),
        pb::TenderStage::FinancialOpening => Word::new(
            "financial_opening",
            "فتح المظاريف المالية",
            "financial opening",
        ),
        pb::TenderStage::Awarding => Word::new("awarding", "الترسية", "awarding"),
        pb::TenderStage::Standstill => Word::new("standstill", "فترة التوقف", "standstill"),
        pb::TenderStage::Final => Word::new("final", "ما بعد فترة التوقف", "after standstill"),
        pb::TenderStage::Completed => Word::new("completed", "اكتملت", "completed"),
        pb::TenderStage::Failed => Word::new("failed", "فشلت", "failed"),
        pb::TenderStage::Cancelled => Word::new("cancelled", "أُلغيت", "cancelled"),
    };
    Cell::Word(word)
}

/// A procedure by its word.
pub const fn procedure(procedure: sijill_schemas::events::v1::TenderProcedure) -> Cell {
    use sijill_schemas::events::v1::TenderProcedure;
    let word = match procedure {
        TenderProcedure::Unspecified => return Cell::Absent,
        TenderProcedure::Open => Word::new("open", "مناقصة عامة", "open tender"),
        TenderProcedure::Quotation => {
            Word::new("quotation", "طلب عروض أسعار", "request for quotations")
        }
        TenderProcedure::Limited => Word::new("limited", "مناقصة محدودة", "limited tender"),
        TenderProcedure::Direct => Word::new("direct", "اتفاق مباشر", "direct purchase"),
        TenderProcedure::Selective => Word::new("selective", "مناقصة انتقائية", "selective tender"),
    };
    Cell::Word(word)
}

/// Why not anyone may bid.
pub const fn ground(ground: sijill_schemas::events::v1::InvitationGround) -> Cell {
    use sijill_schemas::events::v1::InvitationGround as Ground;
    let word = match ground {
        Ground::Unspecified => return Cell::Absent,
        Ground::FewSuppliers => Word::new("few_suppliers", "قلة الموردين", "few can supply it"),
        Ground::Disproportionate => Word::new(
            "disproportionate",
            "كلفة الفحص لا تناسب القيمة",
            "judging many bids would cost too much",
        ),
        Ground::SoleSource => Word::new("sole_source", "مورد وحيد", "only one can supply it"),
        Ground::Urgency => Word::new("urgency", "استعجال طارئ", "urgency"),
        Ground::Additional => {
            Word::new("additional", "تكملة لشراء سابق", "adds to what was bought")
        }
        Ground::EssentialSecurity => {
            Word::new("essential_security", "الأمن القومي", "essential security")
        }
        Ground::FailedTender => Word::new(
            "failed_tender",
            "فشل مناقصة سابقة",
            "a tender before it failed",
        ),
        Ground::Qualified => Word::new(
            "qualified",
            "قائمة الموردين المؤهلين",
            "qualified suppliers",
        ),
    };
    Cell::Word(word)
}

/// When it was decided.
pub fn decided(mark: Option<&pb::Mark>) -> Result<Cell, Failure> {
    cells::instant(mark.and_then(|mark| mark.decided_at))
}

/// Its log index.
pub fn index(mark: Option<&pb::Mark>) -> Cell {
    mark.map_or(Cell::Absent, |mark| Cell::Count(mark.index))
}

/// When it was recorded.
pub fn recorded(mark: Option<&pb::Mark>, wall: &Wall) -> Cell {
    wall.maybe(mark.map(|mark| mark.recorded_at_micros))
}

/// An amount.
pub fn amount(money: Option<&types::Money>) -> Result<Cell, Failure> {
    cells::decimal(money.and_then(|money| money.amount.as_ref()))
}

/// How many were counted.
pub fn count(of: Option<&pb::Count>) -> Cell {
    of.map_or(Cell::Absent, |of| Cell::Count(of.count))
}

/// What was counted, for programs.
pub fn inputs(of: Option<&pb::Count>) -> serde_json::Value {
    of.map(|of| of.inputs.clone()).unwrap_or_default().into()
}

/// Sums as people read them: `1300 EGP; 20 USD`.
pub fn sums(of: &[pb::CurrencySum]) -> Result<Cell, Failure> {
    let mut parts = Vec::new();
    for sum in of {
        let amount = cells::text(sum.amount.as_ref())?.unwrap_or_default();
        parts.push(format!("{amount} {}", sum.currency));
    }
    Ok(Cell::maybe(
        Some(parts.join("; ")).filter(|text| !text.is_empty()),
    ))
}

/// Texts one after another; nothing where there are none.
pub fn joined(texts: &[String]) -> Cell {
    Cell::maybe(Some(texts.join("; ")).filter(|text| !text.is_empty()))
}

/// Whom a tender waits for.
pub fn waits_for(of: Option<&pb::WaitsFor>, ui: &Ui) -> Cell {
    let Some(of) = of else {
        return Cell::Absent;
    };
    let word = match of.kind() {
        pb::WaitsForKind::Unspecified => return Cell::Absent,
        pb::WaitsForKind::Official | pb::WaitsForKind::Committee => {
            let id = of.official.as_ref().or(of.committee.as_ref());
            let name = of.names.as_ref().map(|it| ui.lang.pick(&it.ar, &it.en));
            return match (id, name) {
                (Some(id), Some(name)) => Cell::text(format!("{name} ({id})")),
                (id, _) => Cell::maybe(id),
            };
        }
        pb::WaitsForKind::Approver => Word::new("approver", "من له سلطة الاعتماد", "an approver"),
        pb::WaitsForKind::ReviewBody => {
            Word::new("review_body", "جهة النظر في الشكاوى", "the review body")
        }
        pb::WaitsForKind::Bidders => {
            Word::new("bidders", "مهلة مقدمي العطاءات", "the bidders' time")
        }
        pb::WaitsForKind::Sijill => Word::new("sijill", "النظام", "the system"),
        pb::WaitsForKind::Nobody => Word::new("nobody", "لا أحد", "nobody"),
    };
    Cell::Word(word)
}

/// A clock as people read it: what it is, its length, when it runs out, whether it was kept.
pub fn clock(of: &pb::StageClock, wall: &Wall, ui: &Ui) -> String {
    let (ar, en) = match of.basis() {
        pb::ClockBasis::Unspecified => ("–", "–"),
        pb::ClockBasis::TenderDays => ("أدنى مدة للطرح", "least tender period"),
        pb::ClockBasis::EnquiryDays => ("أدنى مدة للأسئلة", "least enquiry period"),
        pb::ClockBasis::Deadline => ("الموعد النهائي", "deadline"),
        pb::ClockBasis::RevealDays => ("مهلة الفتح", "opening window"),
        pb::ClockBasis::BidValidity => ("سريان العطاءات", "bid validity"),
        pb::ClockBasis::StandstillDays => ("فترة التوقف", "standstill"),
        pb::ClockBasis::ComplaintDays => ("مهلة الشكوى", "complaint period"),
    };
    let days = of.days.map(|days| format!(" {days}")).unwrap_or_default();
    let due = wall.cell(of.due_micros).shown(ui.lang);
    let verdict = match (of.kept, of.days_beyond) {
        (Some(true), _) => ui.lang.pick("روعي", "kept").to_owned(),
        (Some(false), days) => match ui.lang {
            Lang::Ar => format!("تجاوزه {days}"),
            Lang::En => format!("{days} beyond"),
        },
        (None, _) => ui.lang.pick("جارٍ", "running").to_owned(),
    };
    format!("{}{days} → {due}: {verdict}", ui.lang.pick(ar, en))
}
