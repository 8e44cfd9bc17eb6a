//! Under which rules a tender lives, and how it seeks its suppliers.

use rust_decimal::Decimal;

use super::world::{BIDDERS, CEILING, DEBARRED, OTHER_BUYER, egp, id};
use crate::domain::envelope::tests::world as sealing;
use crate::domain::ruleset::ProcurementRules;
use crate::domain::tender::{Draft, Invitation, InvitationGround, Procedure, Terms};
use crate::domain::values::Text;

/// How long a bid binds after the day of the deadline.
const BINDING_DAYS: u16 = 20;
/// Of what a bid offers, where bids are secured.
const SECURED_PERCENT: u32 = 2;

/// How suppliers are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Open,
    /// The first two are invited.
    Limited,
    Quotations,
    /// The first alone is asked.
    Direct,
}

/// What is wrong with a draft.
#[derive(Clone, Copy, Debug)]
pub(super) enum Flaw {
    /// Nobody is invited where somebody has to be, and somebody where anyone may bid.
    Invitation,
    /// The ground is one for another procedure.
    Ground,
    /// Too many are asked, or too few.
    Count,
    /// Who is asked supplies nothing.
    Supplier,
    /// Who is asked is debarred.
    Debarred,
    /// More security than the rules allow, or any where none is handed in.
    Security,
}

impl Flaw {
    pub(super) const ALL: [Self; 6] = [
        Self::Invitation,
        Self::Ground,
        Self::Count,
        Self::Supplier,
        Self::Debarred,
        Self::Security,
    ];
}

/// Under which rules a tender lives, and how it seeks its suppliers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// The edition of the rules; from the second on with an hour between deadline and closing.
    pub(super) edition: u8,
    pub(super) way: Way,
}

impl Setting {
    pub(super) fn has_edition(self, edition: u8) -> bool {
        self.edition >= edition
    }

    pub(super) fn procedure(self) -> Procedure {
        match self.way {
            Way::Open => Procedure::Open,
            Way::Limited => Procedure::Limited,
            Way::Quotations => Procedure::Quotation,
            Way::Direct => Procedure::Direct,
        }
    }

    /// How many of the suppliers are invited, the first of them; none where anyone may bid.
    fn invited(self) -> usize {
        match self.way {
            Way::Open | Way::Quotations => 0,
            Way::Limited => 2,
            Way::Direct => 1,
        }
    }

    /// How many envelopes are opened, of all who may bid.
    pub(super) fn envelopes(self) -> usize {
        match self.way {
            Way::Open => 2 * BIDDERS.len(),
            Way::Limited => 2 * self.invited(),
            Way::Quotations => BIDDERS.len(),
            Way::Direct => 0,
        }
    }

    /// Whether bids are secured.
    pub(super) fn is_secured(self) -> bool {
        self.has_edition(3) && self.procedure().has_technical_part()
    }

    fn ground(self) -> InvitationGround {
        match self.way {
            Way::Open | Way::Quotations | Way::Limited => InvitationGround::FewSuppliers,
            Way::Direct => InvitationGround::SoleSource,
        }
    }

    /// The terms let a bid bind for [`BINDING_DAYS`].
    pub(super) fn draft(self) -> Draft {
        let draft = sealing::draft(self.procedure());
        let percent = if self.is_secured() {
            SECURED_PERCENT
        } else {
            0
        };
        let invited = self.invited();
        Draft {
            plan: Some(id("PLAN-1")),
            invitation: (invited > 0).then(|| invitation(self.ground(), invited)),
            terms: Terms {
                validity_days: BINDING_DAYS,
                security_percent: percent.into(),
                ..draft.terms
            },
            ..draft
        }
    }

    /// The same with something wrong about it.
    pub(super) fn flawed(self, flaw: Flaw) -> Draft {
        let mut draft = self.draft();
        match flaw {
            Flaw::Invitation => {
                let missing = draft.invitation.is_some();
                draft.invitation = (!missing).then(|| invitation(self.ground(), 2));
            }
            Flaw::Ground => {
                let ground = match self.way {
                    Way::Direct => InvitationGround::Disproportionate,
                    Way::Open | Way::Limited | Way::Quotations => InvitationGround::SoleSource,
                };
                draft.invitation = Some(invitation(ground, self.invited()));
            }
            Flaw::Count => {
                draft.invitation = Some(invitation(self.ground(), self.invited() % 2 + 1));
            }
            Flaw::Supplier => draft.invitation = Some(self.asking(OTHER_BUYER)),
            Flaw::Debarred => draft.invitation = Some(self.asking(DEBARRED)),
            Flaw::Security => {
                let most = ProcurementRules::default().security_percent_max;
                let asked = self.procedure().has_technical_part();
                draft.terms.security_percent = if asked {
                    most + Decimal::ONE
                } else {
                    Decimal::ONE
                };
            }
        }
        draft
    }

    /// As many as are invited, but one of them is this one.
    fn asking(self, other: &str) -> Invitation {
        let mut asked = invitation(self.ground(), self.invited());
        asked.invited.pop();
        asked.invited.push(id(other));
        asked
    }

    /// The parameters of procurement that two persons adopted.
    pub(super) fn parameters(self) -> ProcurementRules {
        if self.edition == 1 {
            return ProcurementRules::default();
        }
        ProcurementRules {
            edition: Some(self.edition),
            closing_grace_minutes: Some(60),
            quotation_ceiling: Some(egp(CEILING.into())),
            ..ProcurementRules::default()
        }
    }
}

/// Of the first suppliers.
fn invitation(ground: InvitationGround, invited: usize) -> Invitation {
    Invitation {
        ground,
        justification: Text::new("no others make it").unwrap(),
        after: None,
        invited: BIDDERS[..invited].iter().map(|name| id(name)).collect(),
        list: None,
    }
}
