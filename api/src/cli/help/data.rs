//! `demo` and `import`: Arabic help.

/// By path, as [`super::text`] looks it up.
pub(super) const TEXTS: super::Texts = &[
    (
        "demo",
        "ينشئ سنتين من حركة بلد متخيَّل، ويتحقق منهما، ويعرض أهم الكشوف",
    ),
    (
        "demo.data",
        "مجلد السجل، ويكون جديدًا أو فارغًا [الافتراضي: مجلد مؤقت جديد يُذكر اسمه]",
    ),
    ("demo.once", "ينتهي بعد العرض ولا يبقى خادمًا"),
    (
        "demo.listen",
        "عنوان الخدمة ومنفذها؛ والمنفذ 0 يأخذ منفذًا حرًا ويُطبع",
    ),
    ("demo.scale", "حجم البلد، من 0.05 إلى 50؛ و1 نحو 170 منشأة"),
    ("import", "ينقل تاريخ نظام آخر إلى السجل"),
    ("import.openlmis", "ينقل بطاقات المخزون من ملفات OpenLMIS"),
    ("import.openlmis.dir", "المجلد الذي فيه ملفات CSV"),
    (
        "import.openlmis.reasons",
        "ملف أسباب يتقدم على ملف الأسباب الذي في المجلد",
    ),
    (
        "import.scms",
        "ينقل أوامر التوريد والتوريدات من ملفات تاريخ SCMS",
    ),
    ("import.scms.files", "ملفات CSV لتاريخ التوريدات"),
    (
        "import.ocds",
        "يسجّل إصدارات الأنظمة الأخرى من ملفات OCDS كما نُشرت",
    ),
    (
        "import.ocds.files",
        "ملفات JSON، أو ملفات في كل سطر منها JSON",
    ),
    (
        "import.ocds.origin",
        "هوية السجل إن أُنشئ الآن، مثل sijill.gov.example/health",
    ),
    (
        "import.ocds.rejects",
        "يكتب الإصدارات المرفوضة في هذا الملف أيضًا (CSV)",
    ),
    ("import.ocds.actor", "رقم الموظف المدير الذي يسجّل"),
    (
        "import.ocds.allow_gap",
        "يسجّل وإن كانت الساعة بعد آخر قيد بأكثر من 366 يومًا: الساعة صحيحة",
    ),
];
