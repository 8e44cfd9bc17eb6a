//! Why a command about an order is refused.

use super::event::ReceiptRef;
use crate::aggregate::refusals;
use crate::domain::values::{
    ContractId, Date, DiscrepancyId, DocumentNumber, FacilityId, ItemCode, Money, OrganizationId,
};

refusals! {
    /// Why a command about an order is refused.
    pub enum Refusal {
        /// No order was placed under this number.
        NotPlaced = "ORDER_NOT_PLACED",
            "لا يوجد أمر توريد بهذا الرقم؛ صحّح الرقم أو أصدر الأمر أولًا",
            "no order was placed under this number; correct the number or place the order first";
        /// The order was placed already.
        Placed = "ORDER_PLACED",
            "صدر أمر توريد بهذا الرقم من قبل؛ استعمل رقمًا جديدًا",
            "an order was placed under this number already; use a new number";
        /// The order was closed.
        Closed = "ORDER_CLOSED",
            "أُغلق أمر التوريد؛ أصدر أمرًا جديدًا إن لزم المزيد",
            "the order is closed; place a new one where more is needed";
        /// The order was cancelled.
        Cancelled = "ORDER_CANCELLED",
            "أُلغي أمر التوريد؛ أصدر أمرًا جديدًا إن بقيت الحاجة",
            "the order is cancelled; place a new one where the need remains";
        /// Too few or too many lines.
        LineCount {
            /// How many.
            lines: usize,
        } = "ORDER_LINE_COUNT",
            "عدد بنود المستند {lines}، والمسموح من 1 إلى 200؛ قسّمه إلى مستندات",
            "the document has {lines} lines, 1 to 200 are allowed; split it";
        /// A line asks for nothing.
        ZeroQuantity {
            /// Its place in the document, from 1.
            line: usize,
        } = "ORDER_ZERO_QUANTITY",
            "كمية البند {line} صفر؛ صحّحها أو احذف البند",
            "line {line} has the quantity zero; correct it or leave the line out";
        /// Another currency than the order's.
        OtherCurrency {
            /// The order's.
            expected: &'static str,
            /// What was given.
            given: &'static str,
        } = "ORDER_OTHER_CURRENCY",
            "عملة الأمر {expected} وليست {given}؛ سجّل المبلغ بعملة الأمر",
            "the order is in {expected}, not in {given}; record the amount in the order's currency";
        /// More than money can hold.
        TooLarge = "ORDER_TOO_LARGE",
            "المبلغ أو الكمية أكبر مما يمكن قيده؛ راجع الكميات والأسعار",
            "the amount or quantity is larger than can be recorded; check quantities and prices";
        /// The amount is not above zero.
        NotPositive {
            /// The amount.
            amount: Money,
        } = "ORDER_NOT_POSITIVE",
            "المبلغ {amount} لا يزيد على الصفر؛ صحّحه",
            "the amount {amount} is not above zero; correct it";
        /// Nothing says what allows the order.
        NoBasis = "ORDER_NO_BASIS",
            "لم يُذكر سند الأمر؛ اذكر العقد أو مبرر الشراء المباشر أو الطارئ أو النثريات",
            "nothing says what allows the order; name the contract, the grounds of a direct or emergency purchase, or petty cash";
        /// Nothing was called off under this id, or other than that.
        NotCalledOff = "ORDER_NOT_CALLED_OFF",
            "لا طلب قائمًا من اتفاقية إطارية يطابق هذا الأمر؛ اطلب من الاتفاقية فيصدر الأمر",
            "no standing call-off of a framework agreement is this order; call it off from the agreement, which places it";
        /// An agreement that is kept here is not ordered from directly.
        CallOff {
            /// Which.
            agreement: ContractId,
        } = "ORDER_NEEDS_CALL_OFF",
            "الاتفاقية الإطارية {agreement} مسجلة هنا؛ اطلب منها فيصدر أمر التوريد",
            "the framework agreement {agreement} is kept here; call off from it, which places the order";
        /// Only officials do this.
        NotAnOfficial = "ORDER_NOT_AN_OFFICIAL",
            "هذا الإجراء للموظفين وحدهم؛ يقوم به موظف باسمه",
            "only an official may do this, in the own name";
        /// Only procurement officers place such orders.
        NotAProcurementOfficer = "ORDER_NOT_A_PROCUREMENT_OFFICER",
            "أوامر العقود والشراء المباشر يصدرها مسؤول المشتريات؛ اطلبها منه",
            "orders from contracts and direct purchases are placed by a procurement officer; ask one";
        /// No authority in this currency today.
        NoAuthority {
            /// What was to be committed.
            amount: Money,
        } = "ORDER_NO_AUTHORITY",
            "لا صلاحية مالية قائمة لك اليوم بهذه العملة تسمح بمبلغ {amount}؛ يعتمده صاحب صلاحية",
            "you have no delegated authority today in the currency of {amount}; someone with authority must do this";
        /// Above the delegated limit.
        AboveLimit {
            /// What was to be committed.
            amount: Money,
            /// What may be.
            limit: Money,
        } = "ORDER_ABOVE_LIMIT",
            "المبلغ {amount} يتجاوز حد صلاحيتك {limit}؛ يعتمده من حدّه أعلى",
            "{amount} is above your limit of {limit}; someone with a higher limit must do this";
        /// A declared interest excludes the official.
        Interest {
            /// In whom.
            supplier: OrganizationId,
        } = "ORDER_INTEREST",
            "أفصحت عن مصلحة لك لدى المورّد {supplier}؛ يقوم بهذا موظف آخر",
            "you declared an interest in the supplier {supplier}; another official must do this";
        /// Nothing may be bought from petty cash in this currency.
        NoPettyCash {
            /// The currency.
            currency: &'static str,
        } = "ORDER_NO_PETTY_CASH",
            "لا حد للنثريات بعملة {currency} في المعايير المعمول بها؛ اطلب اعتماد حد أو اشترِ بسند آخر",
            "the ruleset in force has no petty cash limit in {currency}; have one adopted or buy on another basis";
        /// Above the limit of petty cash.
        AbovePettyCash {
            /// What the order comes to.
            total: Money,
            /// What is allowed.
            limit: Money,
        } = "ORDER_ABOVE_PETTY_CASH",
            "يبلغ الأمر {total} وحد النثريات {limit}؛ اشترِ بسند آخر",
            "the order comes to {total}, petty cash allows {limit}; buy on another basis";
        /// The buyer is not registered as a procuring entity.
        NoBuyer {
            /// Who was named.
            buyer: OrganizationId,
        } = "ORDER_NO_BUYER",
            "الجهة {buyer} غير مسجَّلة جهةً مشترية؛ سجّلها أولًا أو صحّح رقمها",
            "{buyer} is not registered as a procuring entity; register it first or correct its id";
        /// The supplier is not registered as one.
        NoSupplier {
            /// Who was named.
            supplier: OrganizationId,
        } = "ORDER_NO_SUPPLIER",
            "الجهة {supplier} غير مسجَّلة مورّدًا؛ سجّلها أولًا أو صحّح رقمها",
            "{supplier} is not registered as a supplier; register it first or correct its id";
        /// The supplier is debarred today.
        Debarred {
            /// Who.
            supplier: OrganizationId,
            /// By which decision.
            decision: DocumentNumber,
        } = "ORDER_SUPPLIER_DEBARRED",
            "المورّد {supplier} محظور التعامل معه بالقرار {decision}؛ اختر مورّدًا آخر",
            "the supplier {supplier} is debarred by the decision {decision}; choose another supplier";
        /// The item is not in the catalogue.
        ItemNotListed {
            /// The item.
            item: ItemCode,
        } = "ORDER_ITEM_NOT_LISTED",
            "الصنف {item} ليس في الدليل أو أُخرج منه؛ أدرجه أولًا أو صحّح رمزه",
            "the item {item} is not in the catalogue, or left it; list it first or correct its code";
        /// The store is not open.
        FacilityNotOpen {
            /// The store.
            facility: FacilityId,
        } = "ORDER_FACILITY_NOT_OPEN",
            "لا توجد منشأة مفتوحة رقمها {facility}؛ صحّح جهة التسليم",
            "there is no open facility {facility}; correct where the goods shall go";
        /// No last day is named.
        NoDue = "ORDER_NO_DUE",
            "لم يُذكر آخر موعد للتسليم؛ اذكره لكل بند",
            "no last day of delivery is named; name one for each line";
        /// The last day lies before the order.
        DueBefore {
            /// The day.
            due: Date,
        } = "ORDER_DUE_BEFORE",
            "آخر موعد للتسليم {due} سابق لتاريخ الأمر؛ صحّحه",
            "the last day of delivery {due} is before the order; correct it";
        /// No emergency waits for approval.
        NotAwaited = "ORDER_APPROVAL_NOT_AWAITED",
            "لا ينتظر هذا الأمر اعتمادًا لاحقًا: ليس طارئًا أو اعتُمد من قبل",
            "this order waits for no approval: it is no emergency, or was approved already";
        /// Nobody approved the emergency yet.
        NotApproved = "ORDER_NOT_APPROVED",
            "لم يُعتمد هذا الأمر الطارئ بعد؛ لا يُصرف شيء قبل اعتماده",
            "this emergency order is not approved yet; nothing is paid before it is";
        /// Who placed the order does not approve.
        OwnOrder = "ORDER_OWN_ORDER",
            "من أصدر الأمر لا يعتمده ولا يعتمد صرفه؛ يعتمد موظف آخر",
            "who placed the order approves neither it nor its payments; another official must";
        /// Who recorded the invoice does not approve its payment.
        OwnInvoice = "ORDER_OWN_INVOICE",
            "من سجّل الفاتورة لا يعتمد صرفها؛ يعتمد موظف آخر",
            "who recorded the invoice does not approve its payment; another official must";
        /// Neither the supplier nor an official who may act on its behalf.
        NotTheSupplier {
            /// The supplier.
            supplier: OrganizationId,
        } = "ORDER_NOT_THE_SUPPLIER",
            "هذا للمورّد {supplier} نفسه أو لمسؤول المشتريات نيابة عنه",
            "only the supplier {supplier} itself may do this, or a procurement officer on its behalf";
        /// The supplier took note already.
        Acknowledged = "ORDER_ACKNOWLEDGED",
            "أقرّ المورّد باستلام الأمر من قبل؛ لا يلزم شيء آخر",
            "the supplier acknowledged the order already; nothing more is needed";
        /// Deliveries come from stores.
        NotAPolicy = "ORDER_NOT_A_POLICY",
            "تأتي التوريدات من قيود المخازن وحدها؛ سجّل الاستلام أو الفحص أو الإلغاء في مخزنه",
            "deliveries come from stores alone; record the receipt, inspection or reversal in the store";
        /// The receipt is recorded already.
        DeliveryRecorded {
            /// The receipt.
            receipt: ReceiptRef,
        } = "ORDER_DELIVERY_RECORDED",
            "سُجّل إذن الاستلام {receipt} على هذا الأمر من قبل؛ لا يُحسب مرتين",
            "the receipt {receipt} is recorded on this order already; it counts once";
        /// No such delivery stands.
        NoDelivery {
            /// The receipt.
            receipt: ReceiptRef,
        } = "ORDER_NO_DELIVERY",
            "لا توريد قائمًا على هذا الأمر بإذن الاستلام {receipt}؛ راجع قيود المخزن",
            "no delivery by the receipt {receipt} stands on this order; look at the store's entries";
        /// The inspection is recorded already.
        InspectionRecorded {
            /// The receipt.
            receipt: ReceiptRef,
        } = "ORDER_INSPECTION_RECORDED",
            "سُجّل هذا الفحص لإذن الاستلام {receipt} من قبل؛ لا يُحسب مرتين",
            "this inspection of the receipt {receipt} is recorded already; it counts once";
        /// More was inspected than waits.
        AboveDelivered {
            /// The receipt.
            receipt: ReceiptRef,
        } = "ORDER_ABOVE_DELIVERED",
            "فُحص أكثر مما ينتظر الفحص في إذن الاستلام {receipt}؛ راجع قيود المخزن",
            "more was inspected than waits in the receipt {receipt}; look at the store's entries";
        /// The invoice is recorded already.
        InvoiceRecorded {
            /// Its number.
            invoice: DocumentNumber,
        } = "ORDER_INVOICE_RECORDED",
            "سُجّلت الفاتورة {invoice} على هذا الأمر من قبل؛ سجّل الفاتورة البديلة برقمها",
            "the invoice {invoice} is recorded on this order already; record another one under its own number";
        /// The order has no such line, or the invoice names it twice.
        InvoiceLine {
            /// Number of the order's line.
            line: u16,
        } = "ORDER_INVOICE_LINE",
            "البند {line} ليس في الأمر أو تكرر في الفاتورة؛ صحّح أرقام البنود واجمع المكرر",
            "line {line} is not on the order, or stands twice on the invoice; correct the numbers and add up what is repeated";
        /// No such invoice.
        NoInvoice {
            /// Its number.
            invoice: DocumentNumber,
        } = "ORDER_NO_INVOICE",
            "لا فاتورة بالرقم {invoice} على هذا الأمر؛ صحّح الرقم أو سجّلها أولًا",
            "the order has no invoice {invoice}; correct the number or record it first";
        /// The invoice is not matched.
        NotMatched {
            /// Its number.
            invoice: DocumentNumber,
        } = "ORDER_INVOICE_NOT_MATCHED",
            "الفاتورة {invoice} لا تطابق الأمر والتوريد؛ اطلب فاتورة صحيحة أو إشعارًا دائنًا، أو سجّل ما ورد",
            "the invoice {invoice} does not agree with order and deliveries; ask for a right one or a credit note, or record what came";
        /// The credit note is recorded already.
        CreditNoteRecorded {
            /// Its number.
            number: DocumentNumber,
        } = "ORDER_CREDIT_NOTE_RECORDED",
            "سُجّل الإشعار الدائن {number} من قبل؛ لا يُحسب مرتين",
            "the credit note {number} is recorded already; it counts once";
        /// More than is left of the invoice.
        AboveInvoice {
            /// Its number.
            invoice: DocumentNumber,
            /// What is left.
            left: Money,
        } = "ORDER_ABOVE_INVOICE",
            "المتبقي من الفاتورة {invoice} هو {left}؛ خفّض المبلغ",
            "{left} is left of the invoice {invoice}; lower the amount";
        /// More than what was taken over is worth.
        AboveDeliveries {
            /// What is left.
            left: Money,
        } = "ORDER_ABOVE_DELIVERIES",
            "لا يبقى للصرف مقابل ما قُبل من التوريد إلا {left}؛ خفّض المبلغ أو انتظر التوريد أو الإشعار الدائن",
            "only {left} is left to pay for what was taken over; lower the amount, or wait for goods or credit";
        /// More than the ruleset's share in advance.
        AboveAdvance {
            /// The share, in percent of the order.
            percent: u8,
            /// What is left of it.
            left: Money,
        } = "ORDER_ABOVE_ADVANCE",
            "لا تزيد الدفعات المقدمة على {percent}٪ من الأمر، والمتبقي منها {left}؛ خفّض المبلغ",
            "advances come to at most {percent}% of the order, {left} is left of that; lower the amount";
        /// The advance is to be recovered first.
        AdvanceFirst {
            /// What is left beyond the advance.
            left: Money,
        } = "ORDER_ADVANCE_FIRST",
            "يبقى للصرف {left} بعد استرداد الدفعة المقدمة؛ خفّض المبلغ",
            "{left} is left to pay once the advance is recovered; lower the amount";
        /// The payment's number was used.
        PaymentApproved {
            /// Its number.
            payment: DocumentNumber,
        } = "ORDER_PAYMENT_APPROVED",
            "اعتُمد صرف بالرقم {payment} من قبل؛ استعمل رقمًا جديدًا",
            "a payment {payment} was approved already; use a new number";
        /// The payment is recorded already.
        PaymentRecorded {
            /// The treasury's or the bank's number.
            reference: DocumentNumber,
        } = "ORDER_PAYMENT_RECORDED",
            "سُجّل الصرف ذو المرجع {reference} من قبل؛ إن صُرف مرتين فلكل صرف مرجعه",
            "the payment with the reference {reference} is recorded already; one that was made twice has two references";
        /// Something ordered has not come, and nothing says why.
        ReasonMissing {
            /// The first line that is not filled, from 1.
            line: usize,
        } = "ORDER_REASON_MISSING",
            "لم يكتمل توريد البند {line}؛ اذكر سبب الإغلاق",
            "line {line} has not come in full; say why the order is closed";
        /// Something came already.
        Delivered = "ORDER_DELIVERED",
            "ورد من الأمر شيء فلا يُلغى؛ أغلقه مع ذكر السبب",
            "something has come, so the order cannot be cancelled; close it with a reason";
        /// Something was paid already.
        Paid = "ORDER_PAID",
            "صُرف على هذا الأمر فلا يُلغى؛ أغلقه مع ذكر السبب واسترد المصروف",
            "something was paid on this order, so it cannot be cancelled; close it with a reason and recover the money";
        /// No such discrepancy is open.
        DiscrepancyUnknown {
            /// The discrepancy.
            id: DiscrepancyId,
        } = "ORDER_DISCREPANCY_UNKNOWN",
            "لا مخالفة مفتوحة بالرقم {id} في هذا الأمر؛ راجع رقمها",
            "this order has no open discrepancy {id}; check its id";
        /// Not a way for history, or history comes another way.
        NotHistory = "ORDER_NOT_HISTORY",
            "التاريخ المستورد له طريقه وأنواعه، والوقائع الجديدة لها أوامرها؛ استعمل الأمر المناسب",
            "imported history has its own way and kinds, and what happens now its commands; use the right one";
        /// The order lives from native events already.
        NativeBegan = "ORDER_NATIVE_BEGAN",
            "بدأت في هذا الأمر قيود غير مستوردة؛ لا يُستورد بعدها تاريخ",
            "the order has events that were not imported; no history can follow them";
    }
}
