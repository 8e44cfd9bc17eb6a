//! Arabic help of what concerns documents.

/// By path, as [`super::text`] looks it up.
pub(super) const TEXTS: super::Texts = &[
    (
        "serve.document_mib_max",
        "أكبر وثيقة تُقبل، بالميبيبايت؛ ولا تأخذ المرايا أكبر من 64",
    ),
    (
        "serve.unnamed_mib_max",
        "ما يجوز أن ترفعه جهة واحدة ولم يذكره حدث بعد، بالميبيبايت",
    ),
    (
        "serve.attachments",
        "تُحفظ الوثائق من الآن في مخزن متوافق مع S3: s3://BUCKET/PREFIX، والعنوان والاعتماد من متغيرات البيئة [الافتراضي: في مجلد البيانات، أو حيث يقول]",
    ),
    (
        "document",
        "الوثائق التي تذكرها الأحداث: رفعها إلى خادم وتنزيلها منه",
    ),
    (
        "document.put",
        "يرفع وثيقة ويطبع بصمتها SHA-256 التي تذكرها بها الأحداث",
    ),
    ("document.put.file", "الملف"),
    (
        "document.put.token_file",
        "ملف فيه رمز الدخول الذي يُعرض على الخادم",
    ),
    (
        "document.put.media_type",
        "نوع المحتوى مثل application/pdf [الافتراضي: من آخر اسم الملف]",
    ),
    (
        "document.get",
        "ينزّل وثيقة، ويكمل من حيث انقطعت محاولة سابقة",
    ),
    ("document.get.sha256", "بصمتها: 64 رقمًا ستعشريًا بأحرف صغيرة"),
    (
        "document.get.token_file",
        "ملف فيه رمز الدخول الذي يُعرض على الخادم؛ والوثائق العامة لا تحتاجه",
    ),
    ("document.get.out", "ملف الوثيقة؛ واسمه FILE.part حتى تكتمل"),
    (
        "document.sweep",
        "يحذف ما رُفع ولم يذكره حدث مدة طويلة؛ ولا يكتب أحد غيره في المجلد أثناء ذلك",
    ),
    (
        "document.sweep.older_than",
        "الأيام التي تنتظر فيها الوثيقة حدثًا يذكرها",
    ),
    (
        "document.sweep.sealed_older_than",
        "ومثلها للوثائق المختومة، وهي تنتظر فتح عطائها [الافتراضي: لا يُحذف منها شيء]",
    ),
    ("document.sweep.dry_run", "يذكر ما يُحذف ولا يحذف"),
];
