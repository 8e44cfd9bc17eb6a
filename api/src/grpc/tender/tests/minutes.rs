//! What the evaluation committee decides, and each member signs with its own token.

use sijill_schemas::registry::v1 as registry;

use super::world::*;
use super::*;

/// What minutes decide of the tender.
#[derive(Clone, Copy)]
pub enum Decided<'a> {
    Result,
    /// Whose bid is rejected.
    Rejects(&'a str),
    /// Which lot goes to whom.
    Awards(&'a str, &'a str),
}

impl Decided<'_> {
    fn resolution(&self) -> events::MinutesResolution {
        use events::minutes_resolution::Resolution;
        let resolution = Some(match *self {
            Self::Result => Resolution::TechnicalResult(events::TechnicalResultResolution {}),
            Self::Rejects(bidder) => Resolution::Rejection(events::RejectionResolution {
                bidder: bidder.to_owned(),
                lot: None,
            }),
            Self::Awards(lot, bidder) => Resolution::Award(events::AwardResolution {
                lot: lot.to_owned(),
                bidder: bidder.to_owned(),
            }),
        });
        events::MinutesResolution { resolution }
    }
}

impl Play {
    /// The evaluation committee adopts minutes that decide this of the tender.
    pub async fn minutes(&self, number: &str, decided: &[Decided<'_>]) {
        let read = self.drawn_up(number, decided).await;
        for member in [E1, E2] {
            done(self.signed(member, number, read).await);
        }
    }

    /// Draws minutes up, which nobody has signed: their revision.
    pub async fn drawn_up(&self, number: &str, decided: &[Decided<'_>]) -> u64 {
        let minutes = registry::DrawUpMinutesRequest {
            context: new(),
            committee: "E".to_owned(),
            minutes: Some(events::MinutesDrawnUp {
                number: number.to_owned(),
                tender: Some(TENDER.to_owned()),
                resolutions: decided.iter().map(Decided::resolution).collect(),
                document: None,
            }),
        };
        let mut registry = self.world.registry();
        done(registry.draw_up_minutes(E1.asks(minutes)).await).revision
    }

    /// A member signs them for itself.
    pub async fn signed(&self, member: By, number: &str, read: u64) -> Answer {
        let signature = registry::SignAsMemberRequest {
            context: new(),
            committee: "E".to_owned(),
            signature: Some(events::MemberSigned {
                number: number.to_owned(),
                read,
                dissent: None,
            }),
        };
        let mut registry = self.world.registry();
        registry.sign_as_member(member.asks(signature)).await
    }
}
