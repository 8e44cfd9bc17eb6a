//! `serve`, `token`, `doctor`: Arabic help.

/// By path, as [`super::text`] looks it up.
pub(super) const TEXTS: super::Texts = &[
    (
        "serve",
        "يخدم الأوامر والأسئلة عبر gRPC إلى أن يُطلب منه أن يتوقف",
    ),
    (
        "serve.data",
        "مجلد السجل، أو مجلد مرآة: فيُجاب عن الأسئلة وتُرفض الأوامر",
    ),
    (
        "serve.origin",
        "هوية السجل إن أُنشئ الآن، مثل sijill.gov.example/health",
    ),
    (
        "serve.listen",
        "عنوان الخدمات ومنفذها؛ والمنفذ 0 يأخذ منفذًا خاليًا ويطبعه",
    ),
    ("serve.metrics_listen", "عنوان /metrics و/healthz ومنفذهما"),
    ("serve.no_metrics", "لا يخدم /metrics ولا /healthz"),
    (
        "serve.public_listen",
        "عنوان قراءة السجل عبر HTTP لأي أحد، ومنفذه: /checkpoint و/tile/… و/attachment/…",
    ),
    ("serve.no_public", "لا يخدم السجل عبر HTTP"),
    (
        "serve.store",
        "السجل على هذا العنقود من KurrentDB أو EventStoreDB: ‏kurrentdb://… أو ‎@FILE‎ فيه العنوان؛ و--data حيث تحفظ هذه العقدة مرآته",
    ),
    (
        "serve.log_key",
        "مفتاح يوقّع السجل (sijill keygen --log)، خارج مجلد البيانات؛ ويُذكر مرتين أثناء استبدال المفتاح",
    ),
    (
        "serve.witnesses",
        "ملف سياسة (C2SP tlog-policy): الشهود وعناوينهم وكم منهم يكفي",
    ),
    (
        "serve.checkpoint_every",
        "أقصر وقت بين نقطتي تحقق حين لا ينتظر أحد إيصالًا، من 100ms إلى 1h",
    ),
    (
        "serve.keys",
        "ملف المفاتيح العامة (JSON Web Key Set) أو مجلد منها: من تُقبل رموزهم؛ ويُقرأ ثانية إذا تغيّر",
    ),
    (
        "serve.read_only",
        "يجيب عن الأسئلة فقط؛ وعملية أخرى تكتب في المجلد",
    ),
    (
        "serve.allow_gap",
        "يبدأ وإن كانت الساعة بعد آخر قيد بأكثر من 366 يومًا: الساعة صحيحة",
    ),
    (
        "serve.demo_clock",
        "للتجارب: الوقت ما في هذا الملف، مثل 2026-01-01T09:00:00Z؛ لسجل ينتهي اسم مضيفه بـ demo.invalid وهو اسم لا يملكه أحد",
    ),
    ("serve.log", "صيغة أسطر سجل التشغيل، على خرج الأخطاء"),
    ("token", "يوقّع رمز دخول لشخص أو جهة"),
    ("token.key", "ملف المفتاح الخاص الذي أنشأه `sijill keygen`"),
    ("token.subject", "لمن هو: official:ID أو organization:ID"),
    ("token.roles", "دور يحمله؛ مرة لكل دور، والمعتاد أولًا"),
    (
        "token.position",
        "الوظيفة التي يشغلها، مثل EG-MOH-CAI-storekeeper",
    ),
    ("token.facilities", "منشأة يتصرف لها؛ مرة لكل منشأة"),
    (
        "token.nationwide",
        "يعتمد لمخازن البلد كله لا للمنشآت المذكورة وحدها",
    ),
    ("token.expires", "مدة صلاحيته: عدد ثم s أو m أو h أو d"),
    ("doctor", "يفحص مجلدًا أو خادمًا، ويقول ما العلة وما العمل"),
    ("doctor.data", "مجلد السجل المراد فحصه، ولا يغيَّر فيه شيء"),
];
