//! What is judged of an envelope before it is stored.

use super::{
    Claim, Command, Confirmation, Contents, Envelope, Event, Refusal, Sealed, Vouched, Withdrawal,
    uuid_of,
};
use crate::aggregate::{Facts, ensure};
use crate::domain::organization::{self, Organization};
use crate::domain::tender::{EnvelopePart, Notice, Procedure, Tender};
use crate::event::{Actor, ActorId, Role};
use crate::seal;

type Decision = Result<Event, Refusal>;

/// A bidder acts as a supplier under a key's name, and nothing else in the entry says who it is. There is no history of envelopes:
/// what another system sealed, it opened.
pub(super) fn pseudonymous(facts: &Facts) -> Result<(), Refusal> {
    ensure(!facts.imported(), Refusal::NotHistory)?;
    let pseudonym = matches!(
        facts.actor,
        Actor {
            id: ActorId::Key(_),
            role: Role::Supplier,
            position: None
        }
    );
    ensure(pseudonym, Refusal::NotPseudonymous)
}

/// The tender of a claim, as this decision was shown it.
fn tender<'a>(claim: &Claim, facts: &'a Facts) -> Option<&'a Tender> {
    facts.readings.get(&Tender::stream(&claim.tender))
}

/// The claim, where this decision can judge it. The ledger shows every decision the tender of a known claim
/// ([`reads_apart`](crate::aggregate::Aggregate::reads_apart)), be it unknown; whoever judges again is shown none, because the entry
/// does not name it, even where the claim itself is held. What the claim says is judged again when the envelope is listed.
fn judged<'a>(claim: Option<&'a Claim>, facts: &Facts) -> Option<&'a Claim> {
    claim.filter(|claim| {
        let tender = Tender::stream(&claim.tender);
        facts.readings.state(&tender).is_some()
    })
}

/// What was published of the tender of a claim.
pub(super) fn notice<'a>(claim: &Claim, facts: &'a Facts) -> Option<&'a Notice> {
    tender(claim, facts).and_then(Tender::notice)
}

/// The same while bids may be sealed for it.
fn open_tender<'a>(claim: &Claim, facts: &'a Facts) -> Result<&'a Notice, Refusal> {
    let notice = notice(claim, facts).ok_or(Refusal::NoBidding)?;
    let closes_at = notice.closes_at;
    ensure(facts.at < closes_at, Refusal::BiddingClosed { closes_at })?;
    let open = matches!(tender(claim, facts), Some(Tender::Bidding(_)));
    ensure(open, Refusal::NoBidding)?;
    Ok(notice)
}

impl Envelope {
    /// The claim of the envelope that a command is about, where it is known.
    pub(super) fn claim<'a>(&'a self, command: &'a Command) -> Option<&'a Claim> {
        match command {
            Command::Seal(sealed) => sealed.claim.known(),
            Command::Confirm(_) | Command::Withdraw(_) => self.contents()?.claim(),
        }
    }

    pub(super) fn seal(&self, sealed: Sealed, facts: &Facts) -> Decision {
        ensure(*self == Self::Unknown, Refusal::SealedAlready)?;
        let id = uuid_of(facts.stream.id()).ok_or(Refusal::IdNotRandom)?;
        let own = facts.actor.id == ActorId::Key(sealed.key.id());
        ensure(
            own,
            Refusal::OtherKey {
                key: sealed.key.id(),
            },
        )?;
        let bid = seal::Sealed::from_bytes(id, &sealed.key, &sealed.sealed);
        let bid = bid.ok_or(Refusal::Unreadable)?;
        if let Some(claim) = judged(sealed.claim.known(), facts) {
            let notice = open_tender(claim, facts)?;
            check_part(claim.part, notice)?;
            ensure(notice.draft.invites(&claim.bidder), Refusal::NotInvited)?;
            check_bidder(claim, facts)?;
            check_vouch(claim, &sealed, facts)?;
            let sheet = notice
                .sealing
                .sheet(&facts.log, &claim.tender, claim.part)?;
            seal::Envelope::new(&sheet, &bid.dealing)?;
        }
        Ok(Event::BidSealed(sealed))
    }

    pub(super) fn confirm(&self, confirmation: Confirmation, facts: &Facts) -> Decision {
        let contents = self.lying(facts)?;
        if let Some(claim) = judged(contents.claim(), facts) {
            let last = open_tender(claim, facts)?.amended_at.len();
            let read = usize::from(confirmation.amendment) == last && last > 0;
            ensure(read, Refusal::OtherAmendment { last })?;
        }
        let mut confirmed = contents
            .confirmations
            .iter()
            .map(|(_, amendment)| *amendment);
        let again = confirmed.any(|amendment| amendment == confirmation.amendment);
        ensure(!again, Refusal::ConfirmedAlready)?;
        Ok(Event::BidConfirmed(confirmation))
    }

    pub(super) fn withdraw(&self, withdrawal: Withdrawal, facts: &Facts) -> Decision {
        let contents = self.lying(facts)?;
        if let Some(claim) = judged(contents.claim(), facts) {
            open_tender(claim, facts)?;
        }
        Ok(Event::BidWithdrawn(withdrawal))
    }

    /// What lies sealed, for its own key alone.
    fn lying(&self, facts: &Facts) -> Result<&Contents, Refusal> {
        let contents = match self {
            Self::Unknown => return Err(Refusal::NotSealed),
            Self::Withdrawn { .. } => return Err(Refusal::Withdrawn),
            Self::Sealed(contents) => contents,
        };
        let key = contents.key().id();
        let own = facts.actor.id == ActorId::Key(key.clone());
        ensure(own, Refusal::OtherKey { key })?;
        Ok(contents)
    }
}

fn check_part(part: EnvelopePart, notice: &Notice) -> Result<(), Refusal> {
    match (&notice.draft.procedure, part) {
        (
            Procedure::Open | Procedure::Limited | Procedure::Selective,
            EnvelopePart::Technical | EnvelopePart::Financial,
        )
        | (Procedure::Quotation, EnvelopePart::Financial) => Ok(()),
        (Procedure::Direct, EnvelopePart::Technical | EnvelopePart::Financial) => {
            Err(Refusal::NoEnvelopes)
        }
        (Procedure::Quotation, EnvelopePart::Technical) => Err(Refusal::NoSuchPart),
    }
}

/// A registered supplier that is not debarred, as is known here now, on the day of decision and the day of effect.
fn check_bidder(claim: &Claim, facts: &Facts) -> Result<(), Refusal> {
    let stream = Organization::stream(&claim.bidder);
    let bidder = facts.readings.get::<Organization>(&stream);
    let bidder = bidder.ok_or(Refusal::NotASupplier)?;
    let profile = bidder.profile().ok_or(Refusal::NotASupplier)?;
    let supplies = profile.roles.contains(&organization::Role::Supplier);
    ensure(supplies, Refusal::NotASupplier)?;
    let debarment = facts
        .days()
        .into_iter()
        .find_map(|day| bidder.debarred_on(day));
    match debarment {
        None => Ok(()),
        Some(debarment) => Err(Refusal::Debarred {
            decision: debarment.decision.clone(),
        }),
    }
}

/// The bidder says that the key is its own, by one that is enrolled: later it cannot deny the envelope, and nobody can invent one.
fn check_vouch(claim: &Claim, sealed: &Sealed, facts: &Facts) -> Result<(), Refusal> {
    let vouch = claim.vouch.as_ref().ok_or(Refusal::NotVouched)?;
    let vouched = Vouched {
        origin: &facts.log,
        tender: &claim.tender,
        bidder: &claim.bidder,
        key: &sealed.key,
    };
    let bidder = facts
        .readings
        .get::<Organization>(&Organization::stream(&claim.bidder));
    let stands = bidder.is_some_and(|bidder| vouched.is_vouched_by(vouch, bidder));
    ensure(
        stands,
        Refusal::VouchWrong {
            key: vouch.key.clone(),
        },
    )
}
