//! What must hold of a security, and of who does something with it.

use rust_decimal::Decimal;

use super::Guarantee;
use super::event::{Call, Extension, Received};
use super::refusal::Refusal;
use crate::aggregate::{Facts, ensure};
use crate::domain::organization::{Organization, Role};
use crate::domain::tender::evaluation::Stage;
use crate::domain::tender::{Evaluation, LastStage, Tender};
use crate::domain::values::{Date, OrganizationId, SecurityId, TenderId};
use crate::event::ActorId;

impl Received {
    pub(super) fn check(&self, facts: &Facts) -> Result<(), Refusal> {
        ensure(self.amount.amount() > Decimal::ZERO, Refusal::NotPositive)?;
        if facts.imported() {
            return Ok(());
        }
        check_official(facts)?;
        let valid_until = self.valid_until;
        ensure(
            !is_past(valid_until, facts),
            Refusal::Lapsed { valid_until },
        )?;
        ensure(
            has_role(&self.principal, Role::Supplier, facts),
            Refusal::NoPrincipal {
                principal: self.principal.clone(),
            },
        )?;
        ensure(
            has_role(&self.beneficiary, Role::ProcuringEntity, facts),
            Refusal::NoBeneficiary {
                beneficiary: self.beneficiary.clone(),
            },
        )?;
        match self.purpose.tender() {
            Some(tender) => self.check_tender(tender, facts),
            None => Ok(()),
        }
    }

    /// In favour of whoever buys, and not while the paper would show who bids.
    fn check_tender(&self, id: &TenderId, facts: &Facts) -> Result<(), Refusal> {
        let tender = || id.clone();
        let read = facts.readings.get::<Tender>(&Tender::stream(id));
        let notice = read.and_then(Tender::notice);
        let notice = notice.ok_or_else(|| Refusal::NoTender { tender: tender() })?;
        ensure(
            read.is_some_and(|tender| is_judged(tender, facts)),
            Refusal::BidsSealed { tender: tender() },
        )?;
        ensure(
            notice.draft.buyer == self.beneficiary,
            Refusal::OtherBuyer {
                buyer: notice.draft.buyer.clone(),
            },
        )
    }
}

/// Whether the tender's own list shows who bids. Under the first edition of the rules the closing was enough, and a paper that was
/// recorded before the list was ended told about a bidder first.
fn is_judged(tender: &Tender, facts: &Facts) -> bool {
    match tender {
        Tender::Unknown | Tender::Draft(_) | Tender::Bidding(_) => false,
        Tender::Evaluation(evaluation) => {
            let listed = evaluation.stage() != Stage::Receiving;
            listed || !evaluation.notice().has_edition(2, &facts.readings)
        }
        Tender::Ended(ended) => match ended.last {
            LastStage::Draft | LastStage::Bidding(_) => false,
            LastStage::Evaluation(_) => true,
        },
    }
}

impl Received {
    /// Whether an extension leads to a later day, or another paper to no earlier one.
    fn lasts_longer(&self, extension: &Extension) -> bool {
        match extension.paper {
            None => extension.valid_until > self.valid_until,
            Some(_) => extension.valid_until >= self.valid_until,
        }
    }

    fn is_worth_no_less(&self, extension: &Extension) -> bool {
        extension.paper.as_ref().is_none_or(|paper| {
            let (before, after) = (self.amount, paper.amount);
            after.currency() == before.currency() && after.amount() >= before.amount()
        })
    }

    /// What it is from now on; `None` where that could not have happened.
    pub(super) fn extended(&mut self, extension: &Extension) -> Option<()> {
        (self.lasts_longer(extension) && self.is_worth_no_less(extension)).then_some(())?;
        self.valid_until = extension.valid_until;
        if let Some(paper) = extension.paper.clone() {
            self.issuer = paper.issuer;
            self.number = paper.number;
            self.amount = paper.amount;
            self.document = paper.document;
        }
        Some(())
    }
}

impl Guarantee {
    /// Four eyes: the issuer confirmed it to someone else than who recorded it.
    pub(super) fn check_verifier(&self, facts: &Facts) -> Result<(), Refusal> {
        if facts.imported() {
            return Ok(());
        }
        check_official(facts)?;
        let own = self.recorders.contains(&facts.actor.id);
        ensure(!own, Refusal::OwnReceipt)
    }

    /// Only later, or for no less by another paper, and before it has lapsed: what comes after is a new security.
    pub(super) fn check_extension(
        &self,
        extension: &Extension,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let (valid_until, amount) = (self.received.valid_until, self.received.amount);
        ensure(
            self.received.is_worth_no_less(extension),
            Refusal::LessPaper { amount },
        )?;
        ensure(
            self.received.lasts_longer(extension),
            Refusal::NotLater { valid_until },
        )?;
        self.check_valid(facts)
    }

    /// Not more than it is worth, and not after its last day.
    pub(super) fn check_call(&self, call: &Call, facts: &Facts) -> Result<(), Refusal> {
        let amount = self.received.amount;
        let same = call.amount.currency() == amount.currency();
        ensure(
            facts.imported() || (same && call.amount.amount() <= amount.amount()),
            Refusal::AboveAmount { amount },
        )?;
        ensure(call.amount.amount() > Decimal::ZERO, Refusal::NotPositive)?;
        self.check_valid(facts)?;
        if facts.imported() || !facts.rules().procurement().has_edition(3) {
            return Ok(());
        }
        let decision = call.decision.as_ref().ok_or(Refusal::CallDecision)?;
        let bidder = &self.received.principal;
        let Some(tender) = self.tender(facts) else {
            return Ok(());
        };
        ensure(!tender.may_win(bidder, facts), self.bid_stands())?;
        ensure(
            tender.holds_against(bidder, decision, facts),
            Refusal::CallUnfounded {
                decision: decision.clone(),
                bidder: bidder.clone(),
            },
        )
    }

    /// Not what an award rests on, or may come to rest on, while it can still be called.
    pub(super) fn check_release(&self, facts: &Facts) -> Result<(), Refusal> {
        check_official(facts)?;
        let security = SecurityId::new(facts.stream.id()).ok();
        let tender = self.tender(facts).zip(security);
        let rests = tender.is_some_and(|(tender, security)| {
            tender.rests_on(&security, &self.received.principal, facts)
        });
        ensure(
            !rests || is_past(self.received.valid_until, facts),
            self.bid_stands(),
        )
    }

    /// The tender whose bid it secures, while bids are judged; `None` too where older rules hold for it.
    fn tender<'a>(&self, facts: &'a Facts) -> Option<&'a Evaluation> {
        let stream = Tender::stream(self.received.purpose.tender()?);
        match facts.readings.get::<Tender>(&stream)? {
            Tender::Evaluation(evaluation) => {
                let third = evaluation.notice().has_edition(3, &facts.readings);
                third.then_some(&**evaluation)
            }
            Tender::Unknown | Tender::Draft(_) | Tender::Bidding(_) | Tender::Ended(_) => None,
        }
    }

    fn bid_stands(&self) -> Refusal {
        Refusal::BidStands {
            bidder: self.received.principal.clone(),
        }
    }

    fn check_valid(&self, facts: &Facts) -> Result<(), Refusal> {
        if facts.imported() {
            return Ok(());
        }
        check_official(facts)?;
        let valid_until = self.received.valid_until;
        ensure(
            !is_past(valid_until, facts),
            Refusal::Lapsed { valid_until },
        )
    }
}

/// Organisations and Sijill itself record nothing here.
pub(super) fn check_official(facts: &Facts) -> Result<(), Refusal> {
    let official = matches!(facts.actor.id, ActorId::Official(_));
    ensure(facts.imported() || official, Refusal::NotAnOfficial)
}

/// Whether the day of effect or of decision lies after a last day: dating back does not help.
fn is_past(last: Date, facts: &Facts) -> bool {
    facts.days().iter().any(|day| *day > last)
}

fn has_role(id: &OrganizationId, role: Role, facts: &Facts) -> bool {
    let read = facts
        .readings
        .get::<Organization>(&Organization::stream(id));
    let profile = read.and_then(Organization::profile);
    profile.is_some_and(|profile| profile.roles.contains(&role))
}
