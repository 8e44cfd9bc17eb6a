//! Why a command about a framework agreement is refused.

use rust_decimal::Decimal;

use crate::aggregate::refusals;
use crate::domain::official::buyers;
use crate::domain::order;
use crate::domain::values::{Date, LotId, OrderId, OrganizationId, Quantity, TenderId};

refusals! {
    /// Why a command about a framework agreement is refused.
    pub enum Refusal, /// What is asked of every order.
    Order(order::Refusal), /// By an official who is not the buyer's.
    Office(buyers::Refusal) {
        /// None was concluded.
        NotConcluded = "FRAMEWORK_NOT_CONCLUDED",
            "لا توجد اتفاقية إطارية بهذا الرقم؛ رقمها رقم مناقصتها، فصحّحه أو أبرمها أولًا",
            "there is no framework agreement with this id; it bears the id of its tender, correct it or conclude the agreement first";
        /// It was concluded already.
        Concluded = "FRAMEWORK_CONCLUDED",
            "أُبرمت اتفاقية هذه المناقصة من قبل؛ لا تُبرم مرتين",
            "the agreement of this tender is concluded already; it is not concluded twice";
        /// It ended before its term.
        Terminated = "FRAMEWORK_TERMINATED",
            "أُنهيت الاتفاقية الإطارية قبل مدتها؛ وهذا نهائي",
            "the framework agreement was ended before its term, which is final";
        /// Only officials do this.
        NotAnOfficial = "FRAMEWORK_NOT_AN_OFFICIAL",
            "هذا الإجراء للموظفين وحدهم؛ يقوم به موظف باسمه",
            "only an official may do this, in the own name";
        /// No such agreement stands in an imported history.
        NotHistory = "FRAMEWORK_NOT_HISTORY",
            "لا تُستورد الاتفاقيات الإطارية من أنظمة سابقة؛ اذكر رقمها سندًا لأوامرها المستوردة",
            "framework agreements are not imported from earlier systems; imported orders name them as their basis";
        /// The tender is not awarded for good.
        TenderOpen {
            /// Which.
            tender: TenderId,
        } = "FRAMEWORK_TENDER_OPEN",
            "لم تكتمل المناقصة {tender}؛ تُبرم الاتفاقية بعد انتهاء التوقف واكتمال المناقصة",
            "the tender {tender} is not completed; an agreement is concluded after its standstill and its completion";
        /// The tender says nothing of an agreement.
        NotAFramework {
            /// Which.
            tender: TenderId,
        } = "FRAMEWORK_NOT_ANNOUNCED",
            "لم تُعلن المناقصة {tender} اتفاقيةً إطارية؛ تُنفّذ ترسيتها بعقد",
            "the tender {tender} did not announce a framework agreement; its award is carried out by a contract";
        /// Before or after its term.
        OutOfTerm {
            /// First day.
            from: Date,
            /// Last day.
            until: Date,
        } = "FRAMEWORK_OUT_OF_TERM",
            "تسري الاتفاقية من {from} إلى {until}، ولا يُطلب بموجبها خارج هذه المدة؛ اطرح مناقصة جديدة بعدها",
            "the agreement runs from {from} to {until}, and nothing is called off outside that; run a new tender after it";
        /// No such lot was agreed on.
        NoLot {
            /// Which.
            lot: LotId,
        } = "FRAMEWORK_NO_LOT",
            "ليست المجموعة {lot} من هذه الاتفاقية؛ راجع الرقم",
            "the lot {lot} is not in this agreement; check the id";
        /// Does not supply that lot.
        NoPlace {
            /// Who.
            supplier: OrganizationId,
        } = "FRAMEWORK_NO_PLACE",
            "ليس {supplier} من موردي هذه المجموعة أو هذه الاتفاقية؛ اختر موردًا منها",
            "{supplier} is no supplier of this lot or agreement; choose one that is";
        /// Is not called for the time being.
        PlaceSuspended {
            /// Who.
            supplier: OrganizationId,
        } = "FRAMEWORK_PLACE_SUSPENDED",
            "مكان المورّد {supplier} في الاتفاقية موقوف؛ أعده أو اطلب من التالي",
            "the place of {supplier} in the agreement is suspended; reinstate it or call the next";
        /// Is called no more.
        PlaceEnded {
            /// Who.
            supplier: OrganizationId,
        } = "FRAMEWORK_PLACE_ENDED",
            "انتهى مكان المورّد {supplier} في الاتفاقية؛ وهذا نهائي، فاطلب من التالي",
            "the place of {supplier} in the agreement ended, which is final; call the next";
        /// Can be called as it is.
        PlaceActive {
            /// Who.
            supplier: OrganizationId,
        } = "FRAMEWORK_PLACE_ACTIVE",
            "مكان المورّد {supplier} في الاتفاقية قائم وليس موقوفًا؛ لا حاجة إلى إعادته",
            "the place of {supplier} in the agreement stands and is not suspended; there is nothing to reinstate";
        /// A better one can be called.
        Unjustified {
            /// Who.
            first: OrganizationId,
        } = "FRAMEWORK_UNJUSTIFIED",
            "المورّد {first} أسبق في الترتيب ويمكن الطلب منه؛ اطلب منه أو اذكر المبرر",
            "{first} ranks before and can be called; call it or say why not";
        /// The best is called, which needs no word.
        NoDeparture = "FRAMEWORK_NO_DEPARTURE",
            "المورّد هو أول من يمكن الطلب منه، فلا مبرر يُذكر؛ احذفه",
            "the supplier is the first that can be called, so there is nothing to justify; leave it out";
        /// No such line was agreed on, or it stands twice.
        Line {
            /// Its number.
            line: u16,
        } = "FRAMEWORK_LINE",
            "البند {line} ليس من بنود المجموعة أو تكرر في الطلب؛ صحّح رقمه أو اجمع الكميتين",
            "line {line} is not among the lot's lines or stands twice; correct its number or add the quantities up";
        /// More than was agreed on.
        AbovePrice {
            /// Number of the line.
            line: u16,
            /// The agreed price.
            agreed: Decimal,
        } = "FRAMEWORK_ABOVE_PRICE",
            "سعر وحدة البند {line} أعلى من المتفق عليه {agreed}؛ السعر المتفق عليه حد أعلى",
            "the unit price of line {line} is above the agreed {agreed}, which is the highest";
        /// More than is left.
        AboveCeiling {
            /// Number of the line.
            line: u16,
            /// What can still be called off.
            left: Quantity,
        } = "FRAMEWORK_ABOVE_CEILING",
            "المتبقي من سقف البند {line} هو {left}؛ اطلب ما لا يتجاوزه أو اطرح مناقصة جديدة",
            "{left} is left of the ceiling of line {line}; call off no more than that or run a new tender";
        /// The order is named already.
        OrderTaken {
            /// Which.
            order: OrderId,
        } = "FRAMEWORK_ORDER_TAKEN",
            "رقم أمر التوريد {order} مستعمل؛ اختر رقمًا جديدًا",
            "the order id {order} is taken; choose a new one";
        /// Nothing was called off under it.
        NotCalledOff {
            /// The order.
            order: OrderId,
        } = "FRAMEWORK_NOT_CALLED_OFF",
            "لا طلب قائمًا في هذه الاتفاقية لأمر التوريد {order}؛ راجع الرقم",
            "no call-off of this agreement stands for the order {order}; check the id";
        /// Its order stands.
        OrderStands {
            /// Which.
            order: OrderId,
        } = "FRAMEWORK_ORDER_STANDS",
            "أمر التوريد {order} لم يُلغ؛ ألغه أولًا فتعود كميته إلى السقف",
            "the order {order} is not cancelled; cancel it, and its quantities come back to the ceiling";
        /// Another proposal is the latest, or there is none.
        OtherProposal = "FRAMEWORK_OTHER_PROPOSAL",
            "ليس هذا أحدث اقتراح بالإنهاء أو لا اقتراح؛ اقرأ الاقتراح القائم وأرسل رقم مراجعته",
            "this is not the latest proposal to end the agreement, or there is none; read the one that stands and send its revision";
        /// Proposed it alone.
        OwnProposal = "FRAMEWORK_OWN_PROPOSAL",
            "اقترحت الإنهاء بنفسك؛ يوافق عليه موظف آخر",
            "you proposed this end yourself; another official agrees to it";
    }
}
