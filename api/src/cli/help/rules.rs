//! The Arabic help of rulesets.

/// By path, as [`super::text`] looks it up.
pub(super) const TEXTS: super::Texts = &[
    (
        "ruleset",
        "معايير القواعد ملفًا يقرؤه الناس: يُفحص بلا اتصال، ويقترحه مدير أو مسجِّل، ويعتمده آخر",
    ),
    (
        "ruleset.check",
        "يفحص ملف معايير بلا اتصال: ما لا يُعرف فيه، وما يتجاوز المسموح",
    ),
    (
        "ruleset.show",
        "يعرض المعايير السارية في مجلد سجل، أو المقترحة وما تغيّره",
    ),
    (
        "ruleset.propose",
        "يقترح ملف معايير على خادم؛ يقترحه مدير أو مسجِّل",
    ),
    ("ruleset.propose.reason", "السبب، ويُكتب للنشر"),
    ("ruleset.adopt", "يعتمد ما اقترحه غيره"),
    (
        "ruleset.adopt.version",
        "الإصدار المقترح الذي قُرئ: 1 للأول، ثم يزيد واحدًا كل مرة",
    ),
    (
        "ruleset.adopt.origin",
        "هوية السجل الذي يُوقَّع له، مثل sijill.gov.example/health",
    ),
    (
        "ruleset.show.proposed",
        "يعرض المقترح قبل اعتماده: ما يختلف عن الساري، كما هو وكما سيصير",
    ),
    (
        "ruleset.check.file",
        "ملف المعايير (JSON) كما في schemas/examples/rulesets",
    ),
    (
        "ruleset.propose.file",
        "ملف المعايير (JSON) كما في schemas/examples/rulesets",
    ),
    (
        "ruleset.propose.request_id",
        "رقم الطلب لتكرار ما لم يُجب عنه: يُنفَّذ مرة واحدة [الافتراضي: رقم جديد]",
    ),
    (
        "ruleset.adopt.request_id",
        "رقم الطلب لتكرار ما لم يُجب عنه: يُنفَّذ مرة واحدة [الافتراضي: رقم جديد]",
    ),
];
