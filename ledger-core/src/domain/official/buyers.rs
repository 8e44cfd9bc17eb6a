//! Who acts for a buyer: from the fourth edition of the rules of procurement on, an official who holds a post in that organisation, or
//! acts in one, on the day of effect and on that of the decision ([`Posts::serves`](super::Posts::serves)). Authority counts in such
//! posts alone. Where several buy together, the lead buyer's officials act.
//!
//! Members of a committee judge by their membership, wherever they serve; suppliers, review bodies and Sijill itself act for no
//! buyer, and imported history is not judged.
//!
//! Example: Huda holds a post in the ministry until 9 January. On that day she publishes a tender of the ministry, on the tenth she is
//! refused, and with her Karim, who directs the university's purchases.

use crate::aggregate::{Facts, Readings, ensure, refusals};
use crate::domain::values::{Currency, Money, OrganizationId};
use crate::event::ActorId;

/// Since which edition of the rules of procurement.
pub const EDITION: u8 = 4;

refusals! {
    /// Why an official does not act for a buyer.
    pub enum Refusal {
        /// Fills no post of the buyer on one of the days.
        NotOfBuyer {
            /// The buyer.
            buyer: OrganizationId,
        } = "OFFICIAL_NOT_OF_BUYER",
            "لا تشغل يوم هذا الإجراء وظيفة في الجهة المشترية {buyer} نفسها؛ يقوم به أحد موظفيها، أو يُسجَّل تعيينك أو إنابتك فيها أولًا",
            "on the day of this you fill no post in the buyer {buyer} itself; one of its officials does it, or your appointment there, also to act, is recorded first";
    }
}

/// Whether the rules in force ask it: of all but a published tender, which keeps its own edition.
pub fn are_asked(readings: &Readings) -> bool {
    readings.rules().procurement().has_edition(EDITION)
}

/// The buyer, where the rules in force ask for its officials.
pub fn asked<'a>(buyer: &'a OrganizationId, readings: &Readings) -> Option<&'a OrganizationId> {
    are_asked(readings).then_some(buyer)
}

/// An official who acts is the buyer's, where one is asked for. Whether others may act at all is judged elsewhere.
pub fn check(buyer: Option<&OrganizationId>, facts: &Facts) -> Result<(), Refusal> {
    let native = matches!(facts.actor.id, ActorId::Official(_)) && !facts.imported();
    let Some(buyer) = buyer.filter(|_| native) else {
        return Ok(());
    };
    let serves = facts.acting_record().is_some_and(|record| {
        let mut days = facts.days().into_iter();
        days.all(|day| record.posts().serves(buyer, day))
    });
    ensure(
        serves,
        Refusal::NotOfBuyer {
            buyer: buyer.clone(),
        },
    )
}

/// Most that the official who acts may commit by one approval; in posts of the buyer alone, where one is asked for.
pub fn limit(buyer: Option<&OrganizationId>, currency: Currency, facts: &Facts) -> Option<Money> {
    let Some(buyer) = buyer else {
        return facts.acting_limit(currency);
    };
    let posts = facts.acting_record()?.posts();
    let limits = facts
        .days()
        .map(|day| posts.limit_for(buyer, day, currency));
    let limits: Option<Vec<Money>> = limits.into_iter().collect();
    limits?.into_iter().min_by_key(|limit| limit.amount())
}
