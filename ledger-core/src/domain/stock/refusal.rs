//! Why a stock command is refused, with what to do instead.

use rust_decimal::Decimal;

use super::shapes::StockKey;
use crate::aggregate::refusals;
use crate::domain::values::{
    Batch, CountId, Date, DiscrepancyId, FacilityId, ItemCode, Month, Quantity, ReservationId,
    TransferId,
};

refusals! {
    /// Why a stock command is refused.
    pub enum Refusal {
        /// No such facility.
        FacilityUnknown {
            /// Which.
            facility: FacilityId,
        } = "STOCK_FACILITY_UNKNOWN",
            "المنشأة {facility} غير مسجلة؛ سجّلها أولًا",
            "the facility {facility} is not registered; register it first";
        /// A plan for a closed facility.
        FacilityClosed {
            /// Which.
            facility: FacilityId,
        } = "STOCK_FACILITY_CLOSED",
            "المنشأة {facility} مغلقة",
            "the facility {facility} is closed";
        /// Without a catalogue entry a quantity has no unit.
        ItemUnknown {
            /// Which.
            item: ItemCode,
        } = "STOCK_ITEM_UNKNOWN",
            "الصنف {item} ليس في الدليل؛ أدرجه أولًا لتُعرف وحدته",
            "the item {item} is not in the catalogue; list it first, so that its unit is known";
        /// No line or too many.
        LineCount {
            /// How many there are.
            lines: usize,
        } = "STOCK_LINE_COUNT",
            "في المستند {lines} سطرًا؛ المسموح من 1 إلى 200، فقسّمه",
            "the document has {lines} lines; 1 to 200 are allowed, split it";
        /// The same key twice.
        DuplicateLine {
            /// Which.
            key: StockKey,
        } = "STOCK_DUPLICATE_LINE",
            "تكرر السطر {key} في المستند؛ اجمعه في سطر واحد",
            "the line {key} stands twice in the document; make it one line";
        /// A line that moves nothing.
        ZeroQuantity {
            /// Which.
            key: StockKey,
        } = "STOCK_ZERO_QUANTITY",
            "كمية السطر {key} صفر",
            "the quantity of the line {key} is zero";
        /// Not yet.
        InTheFuture {
            /// The latest date and minute is the decision's, plus this tolerance.
            tolerance_minutes: u16,
        } = "STOCK_IN_THE_FUTURE",
            "وقت الحدوث في المستقبل بأكثر من {tolerance_minutes} دقيقة؛ صحح التاريخ",
            "the effective time lies more than {tolerance_minutes} minutes in the future; correct the date";
        /// Too far back.
        OutsideWindow {
            /// The earliest date that is open.
            earliest: Date,
        } = "STOCK_OUTSIDE_WINDOW",
            "وقت الحدوث قبل {earliest}، أول يوم مفتوح للتسجيل؛ سجّله تسويةً عن فترة سابقة",
            "the effective time is before {earliest}, the first day still open; record a prior-period adjustment";
        /// Into a closed month.
        PeriodClosed {
            /// Which.
            period: Month,
        } = "STOCK_PERIOD_CLOSED",
            "الشهر {period} مغلق؛ سجّله تسويةً عن فترة سابقة",
            "the month {period} is closed; record a prior-period adjustment";
        /// Marked as prior-period, and it is not.
        PeriodOpen {
            /// The month of the effective time.
            period: Month,
        } = "STOCK_PERIOD_OPEN",
            "الشهر {period} ليس فترة سابقة مغلقة، أو لا يوافق وقت الحدوث؛ سجّل تسوية عادية",
            "the month {period} is not closed, or is not that of the effective time; record an ordinary adjustment";
        /// An opening balance after other movements.
        AlreadyMoved {
            /// Which card.
            key: StockKey,
        } = "STOCK_ALREADY_MOVED",
            "تحركت البطاقة {key} من قبل؛ استخدم الجرد بدل الرصيد الافتتاحي",
            "the card {key} has moved before; use a count instead of an opening balance";
        /// A plan takes more than is free.
        NotEnough {
            /// Which card.
            key: StockKey,
            /// The most a plan may take from then on.
            free: Decimal,
            /// What was asked for.
            asked: Decimal,
        } = "STOCK_NOT_ENOUGH",
            "المتاح من {key} هو {free} والمطلوب {asked}؛ خفّض الكمية أو خذ من تشغيلة أخرى",
            "of {key} {free} can be taken and {asked} is asked for; take less or another batch";
        /// A plan takes expired goods.
        Expired {
            /// Which card.
            key: StockKey,
            /// Its expiry.
            expiry: Date,
        } = "STOCK_EXPIRED",
            "انتهت صلاحية {key} في {expiry}؛ اشطبها بدل صرفها",
            "{key} expired on {expiry}; write it off instead";
        /// A plan takes a quarantined or recalled batch.
        Blocked {
            /// Which card.
            key: StockKey,
        } = "STOCK_BLOCKED",
            "التشغيلة {key} محجورة أو مسحوبة ولا تُستخدم",
            "the batch {key} is quarantined or recalled and cannot be used";
        /// Not the batch that expires first.
        NotFirstExpiry {
            /// What was asked for.
            key: StockKey,
            /// What goes out first.
            first: StockKey,
        } = "STOCK_NOT_FIRST_EXPIRY",
            "تُصرف {first} قبل {key} لأنها أقرب انتهاءً؛ اصرفها أو اذكر سبب التجاوز",
            "{first} goes out before {key}, it expires (or came) first; take it or give a reason";
        /// An in line without the batch or expiry that the item needs.
        TrackingMissing {
            /// Which card.
            key: StockKey,
        } = "STOCK_TRACKING_MISSING",
            "ينقص السطر {key} رقم التشغيلة أو تاريخ الانتهاء",
            "the line {key} lacks its batch or expiry";
        /// A durable to be consumed.
        DurableNeedsCustody {
            /// Which.
            item: ItemCode,
        } = "STOCK_DURABLE_NEEDS_CUSTODY",
            "الصنف {item} مستديم ولا يُستهلك؛ سلّمه عهدةً لموظف",
            "{item} is a durable and is never consumed; hand it into an official's custody";
        /// A consumable into custody.
        OnlyDurablesInCustody {
            /// Which.
            item: ItemCode,
        } = "STOCK_ONLY_DURABLES_IN_CUSTODY",
            "الصنف {item} مستهلك؛ العهدة للأصناف المستديمة",
            "{item} is a consumable; custody is for durables";
        /// Accepted and rejected exceed what waits, or a line is not of the receipt.
        NotInReceipt {
            /// Which card.
            key: StockKey,
            /// What waits for inspection.
            waiting: Decimal,
        } = "STOCK_NOT_IN_RECEIPT",
            "ينتظر الفحص من {key} في هذا الإيصال {waiting} فقط",
            "of {key} only {waiting} waits for inspection in that receipt";
        /// No such provisional receipt.
        ReceiptUnknown {
            /// The revision that was named.
            receipt: u64,
        } = "STOCK_RECEIPT_UNKNOWN",
            "لا يوجد إيصال مؤقت ينتظر الفحص برقم {receipt}",
            "no provisional receipt at revision {receipt} waits for inspection";
        /// shipped ≠ accepted + rejected + lost.
        DoesNotAddUp {
            /// Which card.
            key: StockKey,
            /// What the sender shipped.
            shipped: Quantity,
            /// What is accounted for.
            accounted: Decimal,
        } = "STOCK_DOES_NOT_ADD_UP",
            "المشحون من {key} هو {shipped} والمقبول والمرفوض والمفقود {accounted}؛ يجب أن يتساويا",
            "of {key} {shipped} was shipped, but accepted, rejected and lost are {accounted}; they must be equal";
        /// A native dispatch or arrival without its transfer or other facility.
        TransferMissing = "STOCK_TRANSFER_MISSING",
            "ينقص التحويل رقمه أو المنشأة الأخرى",
            "the transfer lacks its id or the other facility";
        /// To itself.
        SameFacility = "STOCK_SAME_FACILITY",
            "لا تُحوَّل البضاعة من المنشأة إلى نفسها",
            "goods are not transferred from a facility to itself";
        /// A count with this id exists.
        CountExists {
            /// Which.
            count: CountId,
        } = "STOCK_COUNT_EXISTS",
            "سُجّل الجرد {count} من قبل",
            "the count {count} is recorded already";
        /// No such count waits.
        CountUnknown {
            /// Which.
            count: CountId,
        } = "STOCK_COUNT_UNKNOWN",
            "لا يوجد جرد باسم {count} ينتظر الاعتماد",
            "no count {count} waits for approval";
        /// The approver counted.
        SamePerson = "STOCK_SAME_PERSON",
            "من أجرى الجرد لا يعتمده؛ يعتمده شخص آخر",
            "who counted cannot approve the count; another person must";
        /// A reservation with this id exists.
        ReservationExists {
            /// Which.
            reservation: ReservationId,
        } = "STOCK_RESERVATION_EXISTS",
            "سُجّل الحجز {reservation} من قبل",
            "the reservation {reservation} is recorded already";
        /// The reservation does not hold so much of the card.
        ReservationHolds {
            /// Which.
            reservation: ReservationId,
            /// Which card.
            key: StockKey,
            /// What it holds.
            held: Decimal,
        } = "STOCK_RESERVATION_HOLDS",
            "الحجز {reservation} لا يحمل من {key} إلا {held}",
            "the reservation {reservation} holds only {held} of {key}";
        /// No such reservation.
        ReservationUnknown {
            /// Which.
            reservation: ReservationId,
        } = "STOCK_RESERVATION_UNKNOWN",
            "لا يوجد حجز قائم باسم {reservation}",
            "no reservation {reservation} stands";
        /// The batch was never here.
        BatchUnknown {
            /// The item.
            item: ItemCode,
            /// The batch.
            batch: Batch,
        } = "STOCK_BATCH_UNKNOWN",
            "لم تدخل التشغيلة {batch} من {item} هذا المخزن",
            "the batch {batch} of {item} was never in this store";
        /// It is blocked already, or not at all.
        BatchStep {
            /// The item.
            item: ItemCode,
            /// The batch.
            batch: Batch,
        } = "STOCK_BATCH_STEP",
            "حال التشغيلة {batch} من {item} لا تسمح بهذه الخطوة",
            "the batch {batch} of {item} is not in a state for this step";
        /// Base units are not conserved, or the item changes.
        RepackChanges {
            /// What is opened.
            from: StockKey,
            /// Base units opened.
            opened: Decimal,
            /// Base units packed.
            packed: Decimal,
        } = "STOCK_REPACK_CHANGES",
            "فُتح من {from} مقدار {opened} وعُبّئ {packed}؛ يجب أن يتساويا وأن يبقى الصنف والصلاحية",
            "of {from} {opened} is opened and {packed} packed; they must be equal, and item and expiry stay";
        /// No document there that can be reversed.
        NotReversible {
            /// The revision that was named.
            original: u64,
        } = "STOCK_NOT_REVERSIBLE",
            "لا مستند قابل للعكس برقم {original}: عُكس من قبل أو هو عكس أو جرد أو تحويل، أو خارج المدة المفتوحة",
            "no document at revision {original} can be reversed: it was reversed already, is itself a reversal, a count or a transfer, or is too old";
        /// Reversing would leave less than nothing.
        ReversalStarves {
            /// Which card.
            key: StockKey,
            /// The lowest balance that it would leave.
            lowest: Decimal,
        } = "STOCK_REVERSAL_STARVES",
            "العكس يجعل رصيد {key} {lowest}؛ سجّل المستند الصحيح أولًا ثم اعكس الخطأ",
            "the reversal would leave {lowest} of {key}; record the right document first, then reverse the wrong one";
        /// What was handed into custody has left it since.
        CustodyMoved {
            /// Which card.
            key: StockKey,
            /// What is in custody now.
            held: Decimal,
        } = "STOCK_CUSTODY_MOVED",
            "في العهدة من {key} الآن {held} فقط، فلا يُعكس التسليم كله؛ سجّل ما جرى بمستند جديد",
            "only {held} of {key} is still in custody, so the handing out cannot be reversed whole; record what happened by a new document";
        /// The transfer id was used here.
        TransferExists {
            /// Which.
            transfer: TransferId,
        } = "STOCK_TRANSFER_EXISTS",
            "خرجت بضاعة بالتحويل {transfer} من هذا المخزن من قبل؛ ما يخرج بعدها، وإن كان بقيتها، يأخذ رقم تحويل جديدًا",
            "goods left this store under the transfer {transfer} before; what leaves later, even the rest of them, goes under a transfer id of its own";
        /// The month is not over.
        PeriodRuns {
            /// Which.
            period: Month,
        } = "STOCK_PERIOD_RUNS",
            "لم ينته الشهر {period} بعد",
            "the month {period} is not over";
        /// Reported before.
        PeriodReported {
            /// Which.
            period: Month,
        } = "STOCK_PERIOD_REPORTED",
            "بُلّغ عن الشهر {period} من قبل",
            "the month {period} is reported already";
        /// Closing needs a report.
        PeriodNotReported {
            /// Which.
            period: Month,
        } = "STOCK_PERIOD_NOT_REPORTED",
            "لم يُبلَّغ عن الشهر {period}؛ بلّغ عنه قبل إغلاقه",
            "the month {period} is not reported; report it before it is closed";
        /// Nil and movements contradict each other.
        NilContradicts {
            /// Which.
            period: Month,
        } = "STOCK_NIL_CONTRADICTS",
            "تقرير الشهر {period} لا يوافق حركاته: التقرير الصفري لشهر بلا حركة وحده",
            "the report of {period} contradicts its movements: nil is for a month without any, and only for that";
        /// No such discrepancy is open.
        DiscrepancyUnknown {
            /// Which.
            id: DiscrepancyId,
        } = "STOCK_DISCREPANCY_UNKNOWN",
            "لا يوجد فرق مفتوح باسم {id}",
            "no discrepancy {id} is open";
        /// Imported history after native movements.
        NativeBegan = "STOCK_NATIVE_BEGAN",
            "بدأ التسجيل الحي في هذا المخزن؛ لا يُستورد تاريخ بعده",
            "native recording has begun in this store; history cannot be imported behind it";
        /// An import that is not a movement, or a native command under an import.
        NotHistory = "STOCK_NOT_HISTORY",
            "لا تُستورد إلا مستندات تحرك المخزون، ولا تُسجَّل باستيراد غيرها",
            "only documents that move stock are imported, and nothing else is recorded by an import";
        /// A statement further back than the card keeps.
        BeyondHorizon {
            /// Which card.
            key: StockKey,
        } = "STOCK_BEYOND_HORIZON",
            "جرد البطاقة {key} أقدم من 400 يوم من آخر حركة لها؛ رتّب الملف بتاريخ الحدوث",
            "the count of {key} lies more than 400 days behind its newest movement; order the file by date of occurrence";
        /// A sum no decimal can hold.
        TooLarge {
            /// Which card.
            key: StockKey,
        } = "STOCK_TOO_LARGE",
            "كمية السطر {key} أكبر من الممكن",
            "the quantity of {key} is too large";
    }
}
