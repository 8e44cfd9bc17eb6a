//! Help in both languages: English stands beside the arguments, Arabic here. A test finds every gap.

mod documents;

use clap::Command;
use clap::builder::{PossibleValue, StyledStr};

use super::lang::Lang;

/// Exit statuses, as `--help` documents them.
const STATUSES_EN: &str = "\
Exit status: 0 done · 1 operating system · 2 arguments · 3 refused, or rows rejected · 4 data damaged
  5 locked by another writer · 6 newer format · 7 disk full · 8 no permission · 9 input file unusable
  10 no (or another) ledger in the directory · 11 the doctor found problems";
const STATUSES_AR: &str = "\
حالة الخروج: 0 تم · 1 نظام التشغيل · 2 خطأ في الخيارات · 3 رُفض الأمر أو بعض الصفوف · 4 بيانات تالفة
  5 تكتب فيه عملية أخرى · 6 صيغة أحدث · 7 امتلأ القرص · 8 لا إذن · 9 ملف إدخال لا يصلح
  10 لا سجل في المجلد أو فيه سجل آخر · 11 وجد الفحص عللًا";
const TEMPLATE_AR: &str = "{about-with-newline}\nالاستعمال: {usage}\n\n{all-args}{after-help}";

/// The command with its help in one language.
pub fn localised(command: Command, lang: Lang) -> Command {
    match lang {
        Lang::En => command.after_help(STATUSES_EN),
        Lang::Ar => arabic(command, "").after_help(STATUSES_AR),
    }
}

fn arabic(command: Command, path: &str) -> Command {
    let command = command
        .help_template(TEMPLATE_AR)
        .subcommand_help_heading("الأوامر")
        .subcommand_value_name("أمر");
    let command = match text(path) {
        Some(about) => command.about(about),
        None => command,
    };
    command
        .mut_args(|argument| {
            let heading = if argument.is_positional() {
                "المعطيات"
            } else {
                "الخيارات"
            };
            let id = argument.get_id().to_string();
            let help = help_with_values(&argument, path, &id);
            let takes_value = argument.get_action().takes_values();
            argument
                .help(help)
                .help_heading(heading)
                .hide_default_value(takes_value)
                .hide_possible_values(takes_value)
        })
        .mut_subcommands(|subcommand| {
            let path = join(path, subcommand.get_name());
            arabic(subcommand, &path)
        })
}

/// clap writes "[default: …]" in English, so the Arabic help says it itself.
fn help_with_values(argument: &clap::Arg, path: &str, id: &str) -> StyledStr {
    let own = text(&join(path, id)).or_else(|| text(&format!("*.{id}")));
    let mut help = own.unwrap_or_default().to_owned();
    let values = argument.get_possible_values();
    let takes_value = argument.get_action().takes_values();
    if takes_value && !values.is_empty() {
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        help.extend([" [القيم: ", &names.join(", "), "]"]);
    }
    let defaults = argument.get_default_values();
    if let Some(default) = defaults.first().filter(|_| takes_value) {
        help.extend([" [الافتراضي: ", &default.to_string_lossy(), "]"]);
    }
    help.into()
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The Arabic help of a command (by its path) or an argument (by the path and its id; `*` for every command).
fn text(path: &str) -> Option<&'static str> {
    let mut texts = ARABIC.iter().chain(documents::ARABIC);
    let found = texts.find(|(key, _)| *key == path);
    found.map(|(_, text)| *text)
}

/// Texts by their paths.
type Texts = [(&'static str, &'static str)];

const ARABIC: &Texts = &[
    (
        "",
        "سجل: دفتر أحداث للشراء العام والمخزون، لا يُمحى منه شيء ولا يُعدَّل",
    ),
    ("*.lang", "لغة الرسائل والجداول [الافتراضي: لغة النظام]"),
    ("*.output", "صيغة النتائج"),
    ("*.help", "عرض المساعدة"),
    ("version", "عرض الإصدار"),
    ("*.data", "مجلد السجل"),
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
        "*.origin",
        "هوية السجل إن أُنشئ الآن، مثل sijill.gov.example/health",
    ),
    (
        "import.openlmis.reasons",
        "ملف أسباب يتقدم على ملف الأسباب الذي في المجلد",
    ),
    (
        "*.utc_offset",
        "فرق التوقيت المحلي للبيانات عن UTC، مثل +02:00",
    ),
    ("*.rejects", "يكتب الصفوف المرفوضة في هذا الملف أيضًا (CSV)"),
    ("*.actor", "رقم الموظف المدير الذي يستورد"),
    (
        "*.allow_gap",
        "يسجّل وإن كانت الساعة بعد آخر قيد بأكثر من 366 يومًا: الساعة صحيحة",
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
    (
        "query",
        "يسأل الكشوف، في مجلد أو على خادم: النقص والمخزون والحركة والتحويلات والتوريدات والفاقد والسيرة والفروق",
    ),
    (
        "query.shortage",
        "كل منشأة وصنف: الرصيد ومتوسط الاستهلاك وشهور الكفاية والحالة، والأسوأ أولًا",
    ),
    (
        "query.rollup",
        "مجمل النقص: كم منشأة في كل حالة، على مستوى البلد أو حسب المحافظة أو المالك أو الفئة",
    ),
    (
        "query.rollup.by",
        "حسب ماذا؛ وإن لم يُذكر فكل شيء في صف واحد",
    ),
    ("query.rollup.each_item", "صفوف لكل صنف، ومجاميع كمياته"),
    ("query.surplus", "نقص يمكن أن يسده فائض في المحافظة نفسها"),
    (
        "query.stock",
        "كل منشأة وصنف وتشغيلة وبرنامج: الرصيد والصالح والمنتهي والمحجوز",
    ),
    ("query.flows", "معادلة الرصيد لكل منشأة وصنف"),
    (
        "query.rates",
        "نسبة نفاد كل صنف بين المنشآت التي تُبلّغ وتتعامل به",
    ),
    (
        "query.transfers",
        "التحويلات بين المنشآت: ما في الطريق وما تأخر وما وصل، والأطول تأخرًا أولًا",
    ),
    ("query.transfers.from", "ما أُرسل من هذه المنشأة فقط"),
    ("query.transfers.to", "ما أُرسل إلى هذه المنشأة فقط"),
    ("query.transfers.stage", "مرحلة واحدة"),
    (
        "query.deliveries",
        "توريدات الموردين، والأحدث أولًا؛ ومع --summary كم منها في موعده وكم اكتمل",
    ),
    ("query.deliveries.supplier", "أوامر مورد واحد برمز جهته"),
    ("query.deliveries.order", "أمر شراء واحد"),
    (
        "query.deliveries.summary",
        "الأعداد والنسب بدل التوريدات نفسها",
    ),
    (
        "query.deliveries.by",
        "ملخص لكل مورد أو صنف أو منشأة أو شهر",
    ),
    (
        "query.order-lines",
        "بنود أوامر الشراء: ما ورد منها وما يُنتظر، والمتأخر أولًا",
    ),
    ("query.order-lines.supplier", "أوامر مورد واحد برمز جهته"),
    ("query.order-lines.order", "أمر شراء واحد"),
    ("query.order-lines.stage", "مرحلة واحدة"),
    (
        "query.wastage",
        "نسبة ما هُدر (انتهى أو تلف أو فُقد) مما كان ومما ورد، لكل صنف، والأكبر أولًا",
    ),
    (
        "query.wastage.each_facility",
        "صفوف لكل منشأة؛ وإلا فالمنشآت كلها معًا",
    ),
    ("query.losses", "الفاقد بأسبابه لكل منشأة وصنف وشهر"),
    (
        "query.equity",
        "عدالة توزيع صنف واحد (--item): معامل جيني للمنصرف لكل فرد ولشهور الكفاية",
    ),
    ("*.from_month", "أول شهر، YYYY-MM"),
    ("*.to_month", "آخر شهر، YYYY-MM"),
    (
        "query.history",
        "كل حدث يخص شيئًا بعينه: من ومتى وماذا، وما كان قبل التعديل",
    ),
    (
        "query.history.entity",
        "ما يُسأل عنه: نوعه ثم نقطتان ثم اسمه، مثل facility:EG-C-H1 أو batch:AMOX/B1 أو official:1077 أو document:GRN-7",
    ),
    (
        "query.history.kinds",
        "أنواع الأحداث، مثل StockIssued؛ ويجوز تكراره",
    ),
    (
        "query.movements",
        "كل سطر من كل مستند مخزني غيّر رصيدًا، والرصيد بعده",
    ),
    ("query.movements.batch", "تشغيلة واحدة من الصنف (--item)"),
    (
        "query.movements.since",
        "أول يوم، YYYY-MM-DD؛ والأرصدة تحسب ما قبله أيضًا",
    ),
    ("query.movements.until", "آخر يوم، YYYY-MM-DD"),
    (
        "query.discrepancies",
        "وقائع خالفت قاعدة، ومن عليه أن يجيب؛ وما لم يُجَب عنه أولًا",
    ),
    (
        "query.discrepancies.rule",
        "قاعدة واحدة برمزها، مثل STOCK_ABOVE_USABLE",
    ),
    ("query.discrepancies.open", "ما لم يُجب عنه أحد فقط"),
    ("query.discrepancies.answered", "ما أُجيب عنه فقط"),
    (
        "query.processes",
        "عمليات التعاقد في أنظمة أخرى، بكلمات من العنوان أو الرقم أو المشتري أو المورد",
    ),
    (
        "query.processes.text",
        "كلمات يُبحث عنها، بالعربية أو باللاتينية",
    ),
    ("query.processes.status", "حالة واحدة، مثل active"),
    ("query.processes.method", "طريقة تعاقد واحدة، مثل open"),
    (
        "query.processes.buyer",
        "المشتري أو الجهة المتعاقدة برقمها أو بكلمات من اسمها",
    ),
    ("query.facilities", "المنشآت برموزها"),
    ("query.items", "الأصناف برموزها"),
    ("*.server", "عنوان خادم، مثل http://127.0.0.1:7450"),
    (
        "*.token_file",
        "ملف فيه رمز الدخول الذي يُبرز للخادم؛ الأسئلة العامة لا تحتاج إليه",
    ),
    ("*.owner", "مالك واحد للمنشآت برمز جهته"),
    ("*.category", "فئة واحدة من الأصناف"),
    (
        "*.order_by",
        "حقل الترتيب، وقبله - للتنازلي [الافتراضي: ترتيب الجواب نفسه]",
    ),
    ("*.facility", "منشأة واحدة برمزها"),
    ("*.item", "صنف واحد برمزه"),
    (
        "*.governorate",
        "محافظة واحدة برمزها في ISO 3166-2، مثل EG-C",
    ),
    ("*.status", "حالة واحدة"),
    (
        "*.at",
        "اللحظة المسؤول عنها: YYYY-MM-DD (آخر ذلك اليوم بتوقيت آخر حدث) أو YYYY-MM-DDTHH:MM+hh:mm [الافتراضي: وقت تسجيل آخر حدث]",
    ),
    (
        "*.limit",
        "أقصى عدد للصفوف، و0 لكلها [الافتراضي: 50 في الجداول وكلها للبرامج]",
    ),
    (
        "*.as_of",
        "أول عدد من الأحداث فقط: ما كان معلومًا وقتها [الافتراضي: كلها]",
    ),
    ("export", "يكتب الأرقام لبرامج أخرى، والسجل لخوادم أخرى"),
    (
        "export.tiles",
        "السجل المنشور ملفاتٍ يقدّمها أي خادم ويب: نقطة التحقق والرقع والقيود والمرفقات",
    ),
    (
        "export.tiles.out",
        "مجلد الملفات، جديد أو من نشر سابق للسجل نفسه",
    ),
    (
        "proof",
        "يطبع إيصال قيد: برهان أنه في السجل، يُتحقق منه بلا اتصال",
    ),
    ("proof.index", "رقم القيد في السجل كما أُجيب به أمره"),
    (
        "proof.token_file",
        "ملف فيه رمز الدخول الذي يُبرز للخادم؛ الإيصالات لا تحتاج إليه",
    ),
    (
        "proof.wait",
        "أقصى انتظار الخادم لنقطة تحقق تشمل القيد، حتى 1m",
    ),
    ("proof.out", "ملف الإيصال [الافتراضي: يُطبع]"),
    ("proof.entry", "ملف بايتات القيد نفسه الذي عنه الإيصال"),
    ("digest", "يطبع بصمات الكشوف لتُقارن بين الخادم ومراياه"),
    (
        "digest.view",
        "كشف واحد: shortage أو distribution أو audit أو processes أو attachments [الافتراضي: كلها]",
    ),
    (
        "digest.token_file",
        "ملف فيه رمز الدخول الذي يُبرز للخادم؛ البصمات لا تحتاج إليه",
    ),
    (
        "digest.at",
        "أول هذا العدد من قيود السجل فقط [الافتراضي: كلها]",
    ),
    (
        "export.stock-on-hand",
        "رصيد آخر اليوم لكل بطاقة ويوم فيه حركة",
    ),
    (
        "replay",
        "يطبع أحداث السجل مفسَّرة بترتيبها؛ ومع --output json كائن في كل سطر",
    ),
    ("replay.from", "أول قيد يُطبع"),
    ("replay.to", "أول قيد لا يُطبع [الافتراضي: نهاية السجل]"),
    ("replay.stream", "سلسلة واحدة باسمها، مثل stock-EG-C-H1"),
    (
        "mirror",
        "يحفظ نسخة كاملة من سجل جهاز آخر، ويتحقق من كل قيد قبل حفظه",
    ),
    (
        "mirror.url",
        "عنوان السجل، مثل https://log.example.org: ما يعرضه `sijill serve` للعموم، أو رقع مصدَّرة",
    ),
    ("mirror.dir", "مجلد المرآة؛ ويُنشأ إن لم يوجد"),
    (
        "mirror.vkeys",
        "المفتاح العام للسجل (يطبعه sijill keygen --log)؛ ومرتين أثناء استبدال المفتاح",
    ),
    (
        "mirror.witnesses",
        "ملف سياسة (C2SP tlog-policy): لا تؤخذ إلا نقاط التحقق التي شهد عليها ما يكفي من شهوده",
    ),
    (
        "mirror.cosign",
        "مفتاح شاهد (sijill keygen --witness) يشهد على ما في المرآة",
    ),
    (
        "mirror.cosign_state",
        "مجلد ما شُهد عليه (sijill witness enrol)، خارج مجلد المرآة",
    ),
    ("mirror.once", "يأخذ ما يعرضه السجل الآن ثم ينتهي"),
    ("mirror.every", "كل كم يُنظر في السجل، من 100ms إلى 1h"),
    ("mirror.log", "صيغة أسطر سجل التشغيل، على خرج الأخطاء"),
    (
        "witness",
        "شاهد: يشهد على نقاط تحقق السجلات، فلا يقدر أحدها أن يُظهر تاريخين",
    ),
    (
        "witness.enrol",
        "يُعرّف الشاهد بسجل، مرة واحدة؛ ويبدأ قيده فارغًا",
    ),
    (
        "witness.enrol.origins",
        "هويات السجلات، مثل sijill.gov.example/health",
    ),
    ("*.state", "مجلد ما شُهد عليه؛ لا يُستعاد من نسخة قديمة أبدًا"),
    (
        "witness.serve",
        "يشهد على نقاط تحقق السجلات المعروفة، عبر HTTP، إلى أن يُطلب منه أن يتوقف",
    ),
    (
        "witness.serve.key",
        "مفتاح الشاهد (sijill keygen --witness)",
    ),
    (
        "witness.serve.logs",
        "مفاتيح السجلات: vkey في كل سطر، أو ملف سياسة",
    ),
    (
        "witness.serve.listen",
        "العنوان والمنفذ؛ والمنفذ 0 يأخذ منفذًا خاليًا ويطبعه",
    ),
    ("witness.serve.log", "صيغة أسطر سجل التشغيل، على خرج الأخطاء"),
    ("rebuild", "يعيد بناء الفهرس والكشوف من السجل"),
    (
        "verify",
        "يفحص كل بايت وكل حدث في السجل، وشجرته، وما عليها من تواقيع؛ من مجلد أو من رقع منشورة أو من خادم",
    ),
    (
        "verify.tiles",
        "مجلد الملفات المنشورة كما يكتبها sijill export tiles",
    ),
    (
        "verify.server",
        "عنوان خادم ينشر السجل، مثل https://log.example.org، ويُجلب كله",
    ),
    (
        "verify.vkey",
        "مفتاح السجل العام كما يطبعه sijill keygen --log؛ ويُكرر لكل مفتاح عند التبديل",
    ),
    (
        "verify.witnesses",
        "ملف السياسة: من يُعرف من الشهود وكم منهم يلزم أن يشهد",
    ),
    (
        "verify.known",
        "نقطة تحقق محفوظة من قبل، يلزم أن يكون السجل قد نما منها؛ ويُكرر",
    ),
    ("verify.receipt", "إيصال يُفحص؛ ويُكرر"),
    (
        "verify.entry",
        "القيد الذي له الإيصال، حين يُفحص وحده بلا السجل",
    ),
    ("bench", "يقيس هذا الجهاز وهذا السجل"),
    ("bench.append", "كتابة مؤكدة على القرص من عدة كتّاب معًا"),
    ("bench.import", "كتابة مجمَّعة، 1000 حدث في المرة"),
    ("bench.replay", "قراءة السجل وتفسيره وتطبيقه على الكشوف"),
    ("bench.verify", "فحص السجل: شجرته، ثم كله"),
    ("bench.open", "فتح السجل بعد إغلاق نظيف وبلا فهرس محفوظ"),
    (
        "bench.grpc",
        "أوامر كاملة عبر gRPC من متصلين كثيرين، إلى جانب خدمة صدى",
    ),
    (
        "bench.submit",
        "أوامر في تدفق واحد، كثير منها في الطريق معًا، إلى جانب خدمة صدى",
    ),
    (
        "bench.query",
        "أسئلة عبر gRPC والأوامر تصل، إلى جانب خدمة صدى",
    ),
    ("*.callers", "عدد المتصلين معًا، ينتظر كل منهم جوابه"),
    ("*.connections", "عدد الاتصالات التي يتقاسمونها"),
    ("*.commands", "عدد الأوامر في كل جولة"),
    (
        "bench.submit.in_flight",
        "عدد الأوامر في الطريق معًا؛ ولكل عدد قياس",
    ),
    (
        "bench.submit.commands",
        "عدد الأوامر في كل جولة لكل عدد في الطريق",
    ),
    (
        "bench.submit.facilities",
        "عدد المنشآت التي تذهب إليها الأوامر",
    ),
    ("bench.query.questions", "عدد الأسئلة في كل جولة"),
    (
        "bench.query.commands_per_second",
        "عدد الأوامر التي تصل في الثانية أثناء الأسئلة",
    ),
    (
        "bench.query.facilities",
        "عدد المنشآت التي يُسأل عنها وتذهب إليها الأوامر",
    ),
    (
        "bench.grpc.data",
        "المجلد الذي يقاس قرصه [الافتراضي: مجلد مؤقت]",
    ),
    (
        "bench.submit.data",
        "المجلد الذي يقاس قرصه [الافتراضي: مجلد مؤقت]",
    ),
    (
        "bench.query.data",
        "المجلد الذي يقاس قرصه [الافتراضي: مجلد مؤقت]",
    ),
    ("*.writers", "عدد الكتّاب معًا"),
    ("*.rounds", "عدد الجولات؛ وتُعرض وسيطاتها"),
    ("*.events", "عدد الأحداث في كل جولة"),
    ("*.json", "مثل --output json"),
    (
        "bench.append.ledger",
        "يقيس أيضًا أوامر كاملة: صرف يُقرَّر ثم يُكتب",
    ),
    (
        "bench.append.facilities",
        "عدد المنشآت التي تذهب إليها أوامر --ledger",
    ),
    ("bench.import.writers", "عدد الدفعات في الطريق معًا"),
    (
        "bench.import.facilities",
        "عدد المنشآت التي تُستورد بطاقاتها",
    ),
    ("bench.replay.events", "عدد أحداث السجل الذي يُنشأ ليُقرأ"),
    ("bench.verify.events", "عدد أحداث السجل الذي يُنشأ ليُفحص"),
    ("bench.verify.data", "سجل قائم يُفحص بدل إنشاء سجل جديد"),
    ("bench.open.events", "عدد أحداث السجل الذي يُنشأ ليُفتح"),
    (
        "bench.append.data",
        "المجلد الذي يقاس قرصه [الافتراضي: مجلد مؤقت]",
    ),
    (
        "bench.import.data",
        "المجلد الذي يقاس قرصه [الافتراضي: مجلد مؤقت]",
    ),
    (
        "bench.replay.data",
        "سجل قائم يُقرأ [الافتراضي: سجل جديد مؤقت]",
    ),
    (
        "bench.open.data",
        "المجلد الذي يقاس قرصه [الافتراضي: مجلد مؤقت]",
    ),
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
    ("serve.log", "صيغة أسطر سجل التشغيل، على خرج الأخطاء"),
    ("*.issuer", "مُصدِر رموز الدخول (البيان iss)"),
    (
        "*.audience",
        "الخادم الذي تصدر له الرموز (البيان aud)؛ واجعل لكل خادم اسمًا إن اشتركت الخوادم في المفاتيح",
    ),
    (
        "keygen",
        "ينشئ مفاتيح: لتوقيع رموز الدخول، أو لتوقيع سجل، أو لشاهد",
    ),
    (
        "keygen.log",
        "مفتاح يوقّع سجلًّا (sijill serve --log-key)؛ وتوضع حالته بجانبه باسم FILE.state",
    ),
    ("keygen.origin", "هوية السجل الذي يوقّعه"),
    (
        "keygen.replaces",
        "المفتاح الذي يحل محله فورًا وإلى الأبد: تنتقل حالة التوقيع، ولا يوقّع القديم شيئًا بعدها",
    ),
    ("keygen.witness", "مفتاح يشهد على نقاط تحقق السجلات"),
    ("keygen.name", "اسم الشاهد، مثل witness.parliament.example"),
    (
        "keygen.out",
        "ملف المفتاح الخاص، لا يقرؤه إلا صاحبه؛ وتوضع مفاتيح الرموز العامة بجانبه باسم NAME.public.json",
    ),
    (
        "sign",
        "يوقّع الاعتمادات بمفتاح صاحبها: ينشئ المفتاح ويوقّع الطلبات، بلا اتصال",
    ),
    (
        "sign.key",
        "ينشئ مفتاحًا لشخص أو جهة، ويطبع ما يقترحه مسجِّل لتسجيله مع إثبات حيازته",
    ),
    (
        "sign.key.out",
        "ملف المفتاح السري، لا يقرؤه إلا صاحبه، ولا يُكتب فوق ملف",
    ),
    (
        "sign.key.owner",
        "صاحب المفتاح: official:ID أو organization:ID",
    ),
    (
        "sign.request",
        "يوقّع طلبًا كما يُرسل، ويطبع الإفادة التي توضع في context.statement",
    ),
    (
        "sign.request.key",
        "ملف المفتاح السري الذي أنشأه `sijill sign key`",
    ),
    (
        "sign.request.key_id",
        "رقم مفتاح محفوظ في مكان آخر: تُطبع البايتات المطلوب توقيعها وبصمة الطلب بلا توقيع",
    ),
    (
        "sign.request.origin",
        "اسم السجل الذي يُرسل إليه الطلب، مثل sijill.gov.example/health",
    ),
    (
        "sign.request.method",
        "مسار طريقة الطلب، مثل /sijill.registry.v1.RegistryService/AdoptRuleset",
    ),
    (
        "sign.request.approves",
        "ملف فيه بايتات القيد الذي يعتمده الطلب كما قرأها صاحبه (EventDetail.entry)",
    ),
    (
        "sign.request.request",
        "ملف الطلب بصيغة protobuf الثنائية؛ وعند غيابه يُقرأ من الدخل",
    ),
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
    ("completions", "يكتب ملف إكمال الأوامر لصدفة"),
    ("completions.shell", "الصدفة"),
];

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn gaps(command: &Command, path: &str, found: &mut Vec<String>) {
        if text(path).is_none() {
            found.push(path.to_owned());
        }
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            if text(&join(path, id)).is_none() && text(&format!("*.{id}")).is_none() {
                found.push(join(path, id));
            }
            if argument.get_help().is_none() {
                found.push(format!("English: {}", join(path, id)));
            }
        }
        for subcommand in command.get_subcommands() {
            gaps(subcommand, &join(path, subcommand.get_name()), found);
        }
    }

    #[test]
    fn every_command_and_argument_has_help_in_both_languages() {
        let mut found = Vec::new();
        gaps(&crate::cli::Cli::command(), "", &mut found);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn the_arguments_are_consistent() {
        localised(crate::cli::Cli::command(), Lang::Ar).debug_assert();
        localised(crate::cli::Cli::command(), Lang::En).debug_assert();
    }
}
