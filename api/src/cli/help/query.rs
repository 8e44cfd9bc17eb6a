//! `query`: Arabic help.

/// By path, as [`super::text`] looks it up.
pub(super) const TEXTS: super::Texts = &[
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
    (
        "query.tender",
        "مناقصة واحدة: كل خطوة ومن قام بها ومتى؛ ومع --part مراحلها ومجموعاتها وعطاءاتها وشكاواها وما حُجب منها",
    ),
    ("query.tender.tender", "رقم المناقصة"),
    ("query.tender.part", "أي جزء منها"),
    (
        "query.durations",
        "المناقصات في مراحلها والأطول مكثًا أولًا، والوظيفة التي تنتظرها كل منها",
    ),
    ("query.durations.buyer", "مناقصات مشترٍ واحد برمز جهته"),
    (
        "query.durations.stage",
        "مرحلة واحدة؛ وإلا فكل ما لم تنته فيه المناقصة",
    ),
    ("query.durations.late", "ما تجاوز مهلة من مهل مرحلته فقط"),
    (
        "query.durations.medians",
        "وسيط أيام كل مرحلة لكل مشترٍ بدل المناقصات",
    ),
    (
        "query.supplier",
        "بطاقة مورد: عطاءاته وما فاز به وممن، وشكاواه وحظره وما صودر من تأميناته",
    ),
    ("query.supplier.organization", "المورد برمز جهته"),
    (
        "query.buyer",
        "بطاقة مشترٍ: مناقصاته والعطاء الوحيد ووسيط المتقدمين والأيام وأنصبة الموردين والمخالفات والتعديلات",
    ),
    ("query.buyer.organization", "المشتري برمز جهته"),
    ("query.buyer.part", "أي جزء منها"),
    ("query.awards", "من فاز بماذا وممن، وأحدث اعتماد أولًا"),
    ("query.awards.buyer", "ترسيات مشترٍ واحد برمز جهته"),
    ("query.awards.supplier", "ترسيات على مورد واحد برمز جهته"),
    (
        "query.awards.since",
        "اعتُمدت في هذا اليوم أو بعده، YYYY-MM-DD",
    ),
    (
        "query.awards.until",
        "اعتُمدت في هذا اليوم أو قبله، YYYY-MM-DD",
    ),
    (
        "query.prices",
        "أسعار الوحدة في الترسيات أمام السعر الاسترشادي والوسيط الوطني لما يقارن بها",
    ),
    ("query.prices.buyer", "ترسيات مشترٍ واحد برمز جهته"),
    ("query.prices.supplier", "ترسيات على مورد واحد برمز جهته"),
    (
        "query.prices.since",
        "اعتُمدت في هذا اليوم أو بعده، YYYY-MM-DD",
    ),
    (
        "query.prices.until",
        "اعتُمدت في هذا اليوم أو قبله، YYYY-MM-DD",
    ),
    ("query.facilities", "المنشآت برموزها"),
    ("query.items", "الأصناف برموزها"),
];
