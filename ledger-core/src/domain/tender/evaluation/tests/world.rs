//! A closed tender, its people, and envelopes that open without cryptography.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::records::{
    evaluation_committee, official_record, ruleset, supplier_record, with_minutes, with_minutes_of,
};
use super::*;
use crate::aggregate::{Aggregate, Readings};
use crate::domain::committee::Paper;
use crate::domain::envelope::Claim;
use crate::domain::official::Official;
use crate::domain::ruleset::Ruleset;
use crate::domain::security::Security;
use crate::domain::tender::complaints::Complaints;
use crate::domain::tender::evaluation::envelopes::{Envelopes, Shown, Unsealed, Unsealing};
use crate::domain::tender::evaluation::state::Published;
use crate::domain::tender::notice::Notice;
use crate::event::{Metadata, Origin};
use crate::statement::StatementKey;
use crate::testing::{actor, noon};
use crate::time::Timestamp;

pub(super) fn id<T: TryFrom<String, Error: std::fmt::Debug>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap()
}

pub(super) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(super) fn pounds() -> Currency {
    Currency::new("EGP").unwrap()
}

pub(super) fn egp(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), pounds()).unwrap()
}

/// Midnight in Cairo of a day of 2026.
pub(super) fn midnight(day: &str) -> Timestamp {
    Date::parse(&format!("2026-{day}")).unwrap().start(120)
}

pub(super) fn names(text: &str) -> Names {
    Names::new(text, text).unwrap()
}

// People.

pub(super) fn system() -> Actor {
    Actor {
        id: ActorId::System,
        role: Role::System,
        position: None,
    }
}

/// Runs the tender; did not draft it.
pub(super) fn samir() -> Actor {
    actor("samir", Role::ProcurementOfficer)
}

pub(super) fn evaluator(id: &str) -> Actor {
    actor(id, Role::CommitteeMember)
}

/// Up to 5,000 EGP.
pub(super) fn adel() -> Actor {
    actor("adel", Role::Approver)
}

pub(super) fn judge() -> Actor {
    actor("judge", Role::ReviewBody)
}

pub(super) fn supplier(name: &str) -> Actor {
    Actor {
        id: ActorId::Organization(id(name)),
        role: Role::Supplier,
        position: None,
    }
}

// The tender.

/// A lot whose lines ask for these quantities.
pub(super) fn lot(name: &str, estimate: &str, quantities: &[u32]) -> Lot {
    let line = |quantity: &u32| LotLine {
        item: id("tablet"),
        quantity: (*quantity).into(),
        facility: id("store"),
        delivery_days: 30,
        entity: None,
    };
    Lot {
        id: id(name),
        title: names(name),
        estimate: Some(Withheld::Known(egp(estimate))),
        lines: quantities.iter().map(line).collect(),
    }
}

fn draft() -> Draft {
    let criterion = |name: &str, kind| Criterion {
        id: id(name),
        name: names(name),
        kind,
    };
    let rated = CriterionKind::Rated {
        points: 100.into(),
        least: 60.into(),
    };
    Draft {
        buyer: id("ministry"),
        title: names("Medicines"),
        procedure: Procedure::Open,
        plan: None,
        currency: pounds(),
        terms: Terms {
            delivery: id("DDP"),
            tax_included: true,
            validity_days: 90,
            security_percent: 2.into(),
            split: false,
        },
        criteria: vec![
            criterion("licence", CriterionKind::Required),
            criterion("quality", rated),
        ],
        award_by: AwardBy::Rated { price_weight: 60 },
        ties: vec![TieRule::LowerPrice, TieRule::EarlierEnvelope],
        participants: Vec::new(),
        documents: Vec::new(),
        invitation: None,
        framework: None,
    }
}

/// Two lots; 2 of 3 open; closed at midnight before 20 January.
pub(super) fn notice() -> Notice {
    let member = |name: &str| SealingMember {
        member: id(name),
        key: [7; 32],
        proof: vec![7; 64],
    };
    Notice {
        tender: id("T-1"),
        draft: draft(),
        lots: vec![lot("A", "1200", &[100, 50]), lot("B", "450", &[10])],
        committees: Committees {
            opening: id("opening"),
            evaluation: id("evaluation"),
            threshold: 2,
        },
        sealing: Sealing {
            threshold: 2,
            members: ["o1", "o2", "o3"].map(member).into(),
        },
        drafters: [ActorId::Official(id("huda"))].into(),
        approver: ActorId::Official(id("omar")),
        published_at: midnight("01-01"),
        published_under: None,
        closes_at: midnight("01-20"),
        amended_at: Vec::new(),
        cancellation: None,
        complaints: Complaints::default(),
    }
}

// Envelopes.

/// An envelope: a member's good share is 32 times its place, its secret 32 times 0xAA.
#[derive(Clone, Debug)]
pub(super) struct Planted {
    pub shown: Shown,
    pub content: Vec<u8>,
    pub bad_deal: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Chest(pub BTreeMap<EnvelopeId, Planted>);

pub(super) const SECRET: [u8; 32] = [0xAA; 32];

impl Envelopes for Chest {
    fn shown(&self, id: &EnvelopeId) -> Option<Shown> {
        self.0.get(id).map(|planted| planted.shown.clone())
    }

    fn unseal(
        &self,
        notice: &Notice,
        _part: EnvelopePart,
        id: &EnvelopeId,
        published: &Published,
    ) -> Option<Unsealing> {
        let planted = self.0.get(id)?;
        let members = (1..).zip(&notice.sealing.members);
        let places: BTreeMap<_, u8> = members.map(|(n, it)| (&it.member, n)).collect();
        let shares = published.shares.iter();
        let (good, bad): (Vec<_>, Vec<_>) =
            shares.partition(|(member, share)| **share == Some([places[member]; 32]));
        let needed = usize::from(notice.sealing.threshold);
        let blamed = bad.iter().map(|(member, _)| places[member]).collect();
        let (outcome, blamed) = match published.secret {
            Some(secret) if secret != SECRET => (Unsealed::OtherSecret, [].into()),
            None if good.len() < needed => {
                let good = good.len();
                (Unsealed::NotEnough { good, needed }, [].into())
            }
            _ if planted.bad_deal => (Unsealed::Void, [].into()),
            _ => (Unsealed::Opened(planted.content.clone()), blamed),
        };
        Some(Unsealing { outcome, blamed })
    }

    fn read(&self, part: EnvelopePart, bytes: &[u8]) -> Option<BidContent> {
        let content: BidContent = serde_json::from_slice(bytes).ok()?;
        let right = matches!(
            (part, &content),
            (EnvelopePart::Technical, BidContent::Technical(_))
                | (EnvelopePart::Financial, BidContent::Financial(_))
        );
        right.then_some(content)
    }
}

pub(super) fn technical(lots: &[&str]) -> BidContent {
    BidContent::Technical(TechnicalBid {
        lots: lots.iter().map(|lot| id(lot)).collect(),
        answers: Vec::new(),
        documents: Vec::new(),
        security: None,
    })
}

/// Prices as `(lot, line, quantity, unit price)`, totals as `(lot, total)`.
pub(super) fn financial(prices: &[(&str, u16, u32, &str)], totals: &[(&str, &str)]) -> BidContent {
    let price = |(lot, line, quantity, price): &(&str, u16, u32, &str)| LinePrice {
        lot: id(lot),
        line: *line,
        quantity: (*quantity).into(),
        unit_price: UnitPrice::new(price.parse().unwrap(), pounds()).unwrap(),
    };
    let total = |(lot, total): &(&str, &str)| LotTotal {
        lot: id(lot),
        total: egp(total),
    };
    BidContent::Financial(FinancialBid {
        prices: prices.iter().map(price).collect(),
        totals: totals.iter().map(total).collect(),
    })
}

// Asking.

/// A tender after closing, and the circumstances of the next command.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub state: Evaluation,
    pub facts: Facts,
    pub envelopes: Chest,
    pub outcome: Decision,
    pub wanted: Wanted,
}

impl Case {
    /// Closed; nothing is listed. System acts at noon of 20 January.
    pub(super) fn of(notice: Notice) -> Self {
        let now = noon("2026-01-20");
        let mut readings = Readings::default();
        let mut add = |stream, state: crate::domain::State| readings.insert(stream, Some(0), state);
        let committee = Committee::stream(&notice.committees.evaluation);
        add(committee, evaluation_committee().into_state());
        for (name, limit) in [("e1", "1"), ("e2", "1"), ("huda", "1"), ("adel", "5000")] {
            add(
                Official::stream(&id(name)),
                official_record(limit, None).into_state(),
            );
        }
        let closes_at = notice.closes_at;
        Self {
            state: Evaluation::new(notice, closes_at, None),
            facts: Facts {
                log: "sijill.test".to_owned(),
                stream: StreamName::of("tender", "T-1"),
                next_revision: 100,
                at: now.at(),
                effective: now,
                actor: system(),
                origin: Origin::Native,
                readings,
                read_bid: crate::codec::opened_bid,
            },
            envelopes: Chest::default(),
            outcome: Ok(Vec::new()),
            wanted: Wanted::No,
        }
    }

    pub(super) fn by(mut self, actor: Actor) -> Self {
        self.facts.actor = actor;
        self
    }

    pub(super) fn on(mut self, day: &str) -> Self {
        let now = noon(&format!("2026-{day}"));
        self.facts.at = now.at();
        self.facts.effective = now;
        self
    }

    fn reading<A: Aggregate>(mut self, stream: StreamName, state: A) -> Self {
        let state = state.into_state();
        self.facts.readings.insert(stream, Some(1), state);
        self
    }

    pub(super) fn second_edition(self) -> Self {
        self.editions(&[2])
    }

    /// As if it had been published under the third edition.
    pub(super) fn third_edition(self) -> Self {
        self.published_under(3)
    }

    /// As if it had been published under this edition.
    pub(super) fn published_under(mut self, edition: u8) -> Self {
        self.state.notice.published_under = Some(1);
        self.editions(&[edition])
    }

    /// The same under the fourth, where minutes say what they decide.
    pub(super) fn fourth_edition(mut self) -> Self {
        self.state.notice.published_under = Some(1);
        self.state.notice.draft.terms.security_percent = 0.into();
        self.editions(&[4])
    }

    /// Each of two evaluators signed these minutes, besides those that one of them recorded.
    pub(super) fn minutes(self, papers: &[Paper]) -> Self {
        let committee = Committee::stream(&self.state.notice.committees.evaluation);
        self.reading(committee, with_minutes(papers))
    }

    /// The same, drawn up when so many of the last events had not happened.
    pub(super) fn minutes_before(self, papers: &[Paper], events: u64) -> Self {
        let committee = Committee::stream(&self.state.notice.committees.evaluation);
        let read = self.facts.next_revision - 1 - events;
        self.reading(committee, with_minutes_of(papers, read))
    }

    /// Rules of these editions were adopted one after the other.
    pub(super) fn editions(self, editions: &[u8]) -> Self {
        let rules = |edition: &u8| ProcurementRules {
            edition: Some(*edition),
            ..ProcurementRules::default()
        };
        self.reading(Ruleset::national(), ruleset(editions.iter().map(rules)))
    }

    pub(super) fn ruled(self, rules: ProcurementRules) -> Self {
        self.reading(Ruleset::national(), ruleset([rules]))
    }

    pub(super) fn organization(self, name: &str, state: Organization) -> Self {
        self.reading(Organization::stream(&id(name)), state)
    }

    pub(super) fn official(self, name: &str, state: Official) -> Self {
        self.reading(Official::stream(&id(name)), state)
    }

    pub(super) fn security(self, name: &str, state: Security) -> Self {
        self.reading(Security::stream(&id(name)), state)
    }

    pub(super) fn debarred(self, name: &str) -> Self {
        self.reading(Organization::stream(&id(name)), supplier_record(true))
    }

    pub(super) fn interested(self, name: &str, organization: &str) -> Self {
        let record = official_record("5000", Some(organization));
        self.reading(Official::stream(&id(name)), record)
    }

    pub(super) fn limit(self, name: &str, limit: &str) -> Self {
        self.reading(Official::stream(&id(name)), official_record(limit, None))
    }

    /// Seals an envelope at an instant.
    pub(super) fn sealed(
        mut self,
        envelope: &str,
        bidder: &str,
        content: &BidContent,
        at: Timestamp,
    ) -> Self {
        let part = match content {
            BidContent::Technical(_) => EnvelopePart::Technical,
            BidContent::Financial(_) => EnvelopePart::Financial,
        };
        let claim = Claim {
            tender: id("T-1"),
            bidder: id(bidder),
            part,
            vouch: None,
        };
        let planted = Planted {
            shown: Shown {
                claim: Some(claim),
                key: StatementKey::from_seed(&[7; 32]).unwrap().public().clone(),
                sealed_at: at,
                confirmations: BTreeMap::new(),
                withdrawn_at: None,
            },
            content: serde_json::to_vec(content).unwrap(),
            bad_deal: false,
        };
        self.envelopes.0.insert(id(envelope), planted);
        self
    }

    pub(super) fn change(mut self, envelope: &str, change: impl FnOnce(&mut Planted)) -> Self {
        change(self.envelopes.0.get_mut(&id(envelope)).unwrap());
        self
    }

    /// Decides a command; what was accepted becomes history, decided again with the same result.
    pub(super) fn when(mut self, command: Command) -> Self {
        self.outcome = self.state.judge(command, &self.facts, &self.envelopes);
        let Ok(events) = self.outcome.clone() else {
            return self;
        };
        self.wanted = self.state.wants_statement(&events[0]);
        let command = asked(&events[0]).unwrap();
        let again = self.state.judge(command, &self.facts, &self.envelopes);
        assert_eq!(again, self.outcome, "decided again");
        for event in &events {
            self.apply(event);
        }
        self
    }

    fn apply(&mut self, event: &Event) {
        assert!(self.remember(event).is_some(), "impossible: {event:?}");
    }

    /// Whether this event could happen now.
    pub(super) fn possible(&self, event: &Event) -> bool {
        self.clone().remember(event).is_some()
    }

    fn remember(&mut self, event: &Event) -> Option<()> {
        let metadata = Metadata {
            command_id: Uuid::nil(),
            command_hash: Sha256([0; 32]),
            correlation_id: Uuid::nil(),
            causation_id: None,
            actor: self.facts.actor.clone(),
            decided_at: self.facts.at,
            effective_at: self.facts.effective,
            facts: self.facts.readings.facts(),
            ruleset: None,
            origin: self.facts.origin.clone(),
            statement: None,
        };
        let occurred = Occurred {
            event,
            stream: &self.facts.stream,
            metadata: &metadata,
            revision: self.facts.next_revision,
            recorded_at: Some(self.facts.at),
        };
        self.state.remember(&occurred)?;
        self.facts.next_revision += 1;
        Some(())
    }

    #[track_caller]
    pub(super) fn last(&self) -> &[Event] {
        match &self.outcome {
            Ok(events) => events,
            Err(refusal) => panic!("refused with {}: {refusal}", refusal.code()),
        }
    }

    #[track_caller]
    pub(super) fn only(&self) -> &Event {
        let [event] = self.last() else {
            panic!("not one event: {:?}", self.last());
        };
        event
    }

    /// The code of the refusal, without its `TENDER_`.
    #[track_caller]
    pub(super) fn refused(&self) -> &'static str {
        match &self.outcome {
            Ok(events) => panic!("accepted with {events:?}"),
            Err(refusal) => refusal.code().strip_prefix("TENDER_").unwrap(),
        }
    }

    pub(super) const fn accepted(&self) -> bool {
        self.outcome.is_ok()
    }
}
