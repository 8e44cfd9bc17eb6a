//! A ministry that buys, five suppliers, two committees, and a clock that the tests move.

use std::sync::Arc;

use prost::Message as _;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::disclosure;
use sijill_ledger_core::domain::envelope::Vouched;
use sijill_ledger_core::domain::organization::Organization;
use sijill_ledger_core::domain::tender::{EnvelopePart, Event as TenderEvent, Notice};
use sijill_ledger_core::domain::values::{Date, EffectiveAt, EnvelopeId, OrganizationId, TenderId};
use sijill_ledger_core::event::{Event, Role};
use sijill_ledger_core::policies::{self, Checkpoints, MemoryCheckpoints};
use sijill_ledger_core::seal::{self, MemberSecret, Seat, Secrets};
use sijill_ledger_core::statement::{Claim, StatementKey};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::time::{ManualClock, Timestamp};
use sijill_schemas::registry::v1 as registry;
use sijill_schemas::types::v1::{
    CommandContext, CommandResponse, Money, PublicKey, Statement, UnitPrice,
};
use tonic::{Response, Status};
use uuid::Uuid;

pub use super::minutes::Decided;
use super::*;
use crate::grpc::command::{Asked, CommandRequest};
use crate::local::{self, Tongue};

pub const TENDER: &str = "T-1";
pub const ITEM: &str = "GAUZE";
pub const BUYER: &str = "MOH";
const OTHER_BUYER: &str = "MOE";
/// Runs the tender, which she drafted.
pub const NADIA: By = By("nadia", Role::ProcurementOfficer, "-");
/// Buys for another ministry.
pub const KARIM: By = By("karim", Role::ProcurementOfficer, "-");
/// May approve up to 500 EGP; Sami up to 5,000.
pub const RIDA: By = By("rida", Role::Approver, "-");
pub const JUDGE: By = By("judge", Role::ReviewBody, "-");
pub const O1: By = By("o1", Role::CommitteeMember, "-");
pub const E1: By = By("e1", Role::CommitteeMember, "-");
pub const E2: By = By("e2", Role::CommitteeMember, "-");
/// Who opens bids: three of them together.
pub const OPENERS: [&str; 5] = ["o1", "o2", "o3", "o4", "o5"];
const EVALUATORS: [&str; 3] = ["e1", "e2", "e3"];

pub type Answer = Result<Response<CommandResponse>, Status>;

/// What was done.
#[track_caller]
pub fn done(answer: Answer) -> CommandResponse {
    match answer {
        Ok(done) => done.into_inner(),
        Err(status) => panic!("refused with {:?}", code_and_field(&status)),
    }
}

/// The code of a refusal.
#[track_caller]
pub fn refused(answer: Answer) -> String {
    code_and_field(&answer.expect_err("it was taken")).0
}

/// Midnight of a day of 2026.
/// An instant as a refusal tells it where no ruleset names the country's clocks.
pub fn told_as(at: Timestamp) -> String {
    local::shown(EffectiveAt::new(at, 0).unwrap(), Tongue::English)
}

pub fn midnight(day: &str) -> Timestamp {
    Date::parse(&format!("2026-{day}")).unwrap().start(0)
}

pub fn egp(units: i64) -> Option<Money> {
    let currency = "EGP".to_owned();
    let amount = whole(units);
    Some(Money { amount, currency })
}

pub struct Play {
    pub world: World,
    clock: Arc<ManualClock>,
    checkpoints: Arc<dyn Checkpoints>,
}

/// A supplier with the key that it made for the tender.
pub struct Bidder {
    pub by: By,
    pub key: StatementKey,
    /// Numbers of its technical and its financial envelope.
    n: [u8; 2],
}

impl Bidder {
    pub fn new(by: By, n: u8) -> Self {
        Self {
            by,
            key: StatementKey::from_seed(&[n; 32]).unwrap(),
            n: [n, n + 100],
        }
    }

    pub fn name(&self) -> &'static str {
        self.by.0.trim_start_matches("organization:")
    }

    /// What salt and randomness of its envelope are made of.
    pub fn number(&self, part: EnvelopePart) -> u8 {
        let [technical, financial] = self.n;
        match part {
            EnvelopePart::Technical => technical,
            EnvelopePart::Financial => financial,
        }
    }

    pub fn envelope(&self, part: EnvelopePart) -> Uuid {
        let random = [self.number(part); 16];
        uuid::Builder::from_random_bytes(random).into_uuid()
    }

    /// A request under its key.
    pub fn signs<C: CommandRequest>(
        &self,
        withheld: &[&str],
        request: impl Fn(Option<CommandContext>) -> C,
    ) -> tonic::Request<C> {
        signed_by(self.by, &self.key, withheld, request)
    }

    /// What it withholds of an envelope that it seals for whom this names.
    pub fn claim(&self, name: &str, part: EnvelopePart) -> String {
        claim(self.name(), name, &self.key, part)
    }

    pub fn public(&self) -> Option<PublicKey> {
        public_key(&self.key)
    }
}

/// For whom a key seals, as the enrolled key of a supplier vouches.
pub fn claim(vouching: &str, name: &str, key: &StatementKey, part: EnvelopePart) -> String {
    let tender = TenderId::new(TENDER).unwrap();
    let bidder = OrganizationId::new(name).unwrap();
    let vouched = Vouched {
        origin: ORIGIN,
        tender: &tender,
        bidder: &bidder,
        key: key.public(),
    };
    let vouch = Some(supplier_key(vouching).vouch(&vouched));
    codec::claim_line(&envelope::Claim {
        tender,
        bidder,
        part,
        vouch,
    })
}

pub fn public_key(key: &StatementKey) -> Option<PublicKey> {
    Some(PublicKey {
        algorithm: sijill_schemas::types::v1::KeyAlgorithm::Ed25519.into(),
        key: key.public().bytes().to_vec(),
    })
}

/// A request of a caller under a key.
pub fn signed_by<C: CommandRequest>(
    by: By,
    key: &StatementKey,
    withheld: &[&str],
    request: impl Fn(Option<CommandContext>) -> C,
) -> tonic::Request<C> {
    let context = withholding(withheld).unwrap();
    let unsigned = request(Some(context.clone())).encode_to_vec();
    let asked = Asked::of::<C>(&unsigned).unwrap();
    let signed = key.sign(&Claim {
        origin: ORIGIN.to_owned(),
        stream: asked.stream,
        command_id: asked.command_id,
        effective_at: asked.effective_at,
        key: key.public().id(),
        payload: asked.payload,
        approved: None,
    });
    let statement = Some(Statement {
        signed: signed.bytes,
        key: signed.key.to_string(),
        signature: signed.signature,
    });
    let context = CommandContext {
        statement,
        ..context
    };
    by.asks(request(Some(context)))
}

/// The enrolled key of a supplier.
fn supplier_key(name: &str) -> StatementKey {
    let mut seed = [9; 32];
    seed.iter_mut()
        .zip(name.bytes())
        .for_each(|(seed, byte)| *seed = byte);
    StatementKey::from_seed(&seed).unwrap()
}

pub fn secret(member: &str) -> MemberSecret {
    let place = OPENERS.iter().position(|it| *it == member).unwrap();
    MemberSecret::from_seed(&[200 + u8::try_from(place).unwrap(); 32])
}

/// The key of a member, as a registrar enrols it who names another.
pub fn opening_key(member: &str, witness: By) -> pb::EnrolOpeningKeyRequest {
    let secret = secret(member);
    let seat = Seat {
        origin: ORIGIN,
        tender: TENDER,
        member,
    };
    pb::EnrolOpeningKeyRequest {
        context: new(),
        tender: TENDER.to_owned(),
        key: Some(events::OpeningKeyEnrolled {
            member: member.to_owned(),
            key: secret.public().as_bytes().to_vec(),
            proof: secret.prove(&seat).to_vec(),
            witness: witness.0.to_owned(),
        }),
    }
}

impl Play {
    /// 1 January 2026: everybody is registered.
    pub async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(midnight("01-01")));
        let world = World::at(&clock).await;
        Self::over(world, clock, &["NILE", "DELTA", "SINAI", "MISR", "ASWAN"]).await
    }

    /// The same over a server of this clock, with these suppliers.
    pub async fn over(world: World, clock: Arc<ManualClock>, suppliers: &[&str]) -> Self {
        let play = Self {
            world,
            clock,
            checkpoints: Arc::new(MemoryCheckpoints::default()),
        };
        play.world.item(ITEM).await;
        play.world.facility(CLINIC).await;
        let buyer = events::OrganizationRole::ProcuringEntity;
        play.world.organization(BUYER, buyer).await;
        for name in suppliers {
            let supplier = events::OrganizationRole::Supplier;
            play.world.organization(name, supplier).await;
            play.key_enrolled(name).await;
        }
        for (official, limit) in [("sami", 5_000), ("rida", 500)] {
            play.delegated(official, limit).await;
        }
        for official in [NADIA.0].into_iter().chain(OPENERS).chain(EVALUATORS) {
            play.world.official(official, BUYER).await;
        }
        play.world.organization(OTHER_BUYER, buyer).await;
        play.world.official(KARIM.0, OTHER_BUYER).await;
        let opening = events::CommitteePurpose::Opening;
        play.committee("O", opening, &OPENERS, 3).await;
        let evaluation = events::CommitteePurpose::Evaluation;
        play.committee("E", evaluation, &EVALUATORS, 2).await;
        play
    }

    /// Two registrars enrol a supplier's key.
    async fn key_enrolled(&self, organization: &str) {
        let stream = Organization::stream(&OrganizationId::new(organization).unwrap());
        let proposal = supplier_key(organization).proposal(&stream);
        let key = || {
            Some(PublicKey {
                algorithm: sijill_schemas::types::v1::KeyAlgorithm::Ed25519.into(),
                key: proposal.key.bytes().to_vec(),
            })
        };
        let mut registry = self.world.registry();
        let proposed = registry::ProposeOrganizationKeyRequest {
            context: new(),
            organization: organization.to_owned(),
            proposal: Some(events::OrganizationKeyProposed {
                key: key(),
                proof: proposal.proof.clone(),
            }),
        };
        done(registry.propose_organization_key(HUDA.asks(proposed)).await);
        let enrolled = registry::EnrolOrganizationKeyRequest {
            context: new(),
            organization: organization.to_owned(),
            enrolment: Some(events::OrganizationKeyEnrolled { key: key() }),
        };
        done(registry.enrol_organization_key(ADEL.asks(enrolled)).await);
    }

    /// Appoints an official who may commit so much.
    async fn delegated(&self, official: &str, limit: i64) {
        let post = self.world.official(official, BUYER).await;
        self.authorised(official, post, limit).await;
    }

    /// Who holds the post may commit so much.
    pub async fn authorised(&self, official: &str, post: String, limit: i64) {
        let delegation = registry::DelegateAuthorityRequest {
            context: new(),
            official: official.to_owned(),
            delegation: Some(events::AuthorityDelegated {
                post,
                limit: egp(limit),
                from_days: FIRST_DAY,
                until_days: LAST_DAY,
                delegator: None,
                decree: "2/2024".to_owned(),
            }),
        };
        let mut registry = self.world.registry();
        done(registry.delegate_authority(HUDA.asks(delegation)).await);
    }

    async fn committee(
        &self,
        id: &str,
        purpose: events::CommitteePurpose,
        members: &[&str],
        quorum: u32,
    ) {
        let formation = registry::FormCommitteeRequest {
            context: new(),
            committee: id.to_owned(),
            formation: Some(events::CommitteeFormed {
                purpose: purpose.into(),
                names: names("لجنة", "committee"),
                members: members.iter().map(|&member| member.to_owned()).collect(),
                quorum,
                alternates: Vec::new(),
                decree: "3/2025".to_owned(),
            }),
        };
        let mut registry = self.world.registry();
        done(registry.form_committee(HUDA.asks(formation)).await);
    }

    /// Time passes until noon of a day.
    pub fn noon(&self, day: &str) {
        self.set(midnight(day).plus_micros(12 * 3_600_000_000));
    }

    pub fn set(&self, at: Timestamp) {
        self.clock.set(at);
    }

    /// Policies and scheduler do what is due.
    pub async fn react(&self) {
        policies::catch_up(&self.world.ledger, &self.checkpoints)
            .await
            .unwrap();
    }

    pub async fn notice(&self) -> Notice {
        let stream = tender::Tender::stream(&TenderId::new(TENDER).unwrap());
        let tender: tender::Tender = self.world.ledger.state(&stream).await.unwrap();
        tender.notice().unwrap().clone()
    }

    /// A bid, sealed with real cryptography under the tender's sheet.
    pub async fn seal(&self, bidder: &Bidder, part: EnvelopePart, bid: &[u8]) -> Answer {
        self.seal_for(bidder.name(), bidder, part, bid).await
    }

    /// The same for whom the claim names.
    pub async fn seal_for(
        &self,
        name: &str,
        bidder: &Bidder,
        part: EnvelopePart,
        bid: &[u8],
    ) -> Answer {
        let request = self.sealing(name, bidder, part, bid).await;
        self.world.tenders().seal_bid(request).await
    }

    /// The request for that.
    pub async fn sealing(
        &self,
        name: &str,
        bidder: &Bidder,
        part: EnvelopePart,
        bid: &[u8],
    ) -> tonic::Request<pb::SealBidRequest> {
        let notice = self.notice().await;
        let sheet = notice.sealing.sheet(ORIGIN, &notice.tender, part).unwrap();
        let secrets = Secrets {
            salt: [bidder.number(part); 32].into(),
            r: [bidder.number(part) ^ 0x80; 32].into(),
        };
        let id = bidder.envelope(part);
        let sealed = seal::seal(&sheet, id, bidder.key.public(), bid, &secrets).unwrap();
        let claim = bidder.claim(name, part);
        bidder.signs(&[&claim], |context| pb::SealBidRequest {
            context,
            envelope: id.to_string(),
            sealed: Some(events::BidSealed {
                claim_part: 0,
                key: bidder.public(),
                sealed: sealed.to_bytes(),
            }),
        })
    }

    /// A member's shares of one part of these bidders' bids.
    pub async fn shares(
        &self,
        member: &str,
        part: EnvelopePart,
        bidders: &[&Bidder],
    ) -> pb::PublishSharesRequest {
        let notice = self.notice().await;
        let sheet = notice.sealing.sheet(ORIGIN, &notice.tender, part).unwrap();
        let mut shares = Vec::new();
        for bidder in bidders {
            let id = EnvelopeId::new(&bidder.envelope(part).to_string()).unwrap();
            let stream = Envelope::stream(&id);
            let known: Envelope = self.world.ledger.state(&stream).await.unwrap();
            let sealed = known.contents().unwrap().sealed(&id).unwrap();
            let envelope = seal::Envelope::new(&sheet, &sealed.dealing).unwrap();
            let share = envelope.share(&secret(member)).unwrap();
            shares.push(events::EnvelopeShare {
                envelope: id.to_string(),
                share: Some(share.value.to_vec()),
            });
        }
        pb::PublishSharesRequest {
            context: new(),
            tender: TENDER.to_owned(),
            shares: Some(events::SharesPublished {
                member: member.to_owned(),
                shares,
            }),
        }
    }

    /// The log, as everybody may read it.
    pub async fn log(&self) -> Vec<Event> {
        let (mut events, mut from) = (Vec::new(), 0);
        loop {
            let batch = self.world.ledger.store().read_log(from).await.unwrap();
            let Some(next) = batch.next_index() else {
                return events;
            };
            let read = batch.iter().map(|(index, entry)| {
                let recorded = codec::recorded(index, &entry, &[]).unwrap();
                recorded.event
            });
            events.extend(read);
            from = next;
        }
    }

    /// What happened to the tender.
    pub async fn tender(&self) -> Vec<TenderEvent> {
        let log = self.log().await.into_iter();
        let of_tender = log.filter_map(|event| {
            let Event::Tender(event) = event else {
                return None;
            };
            Some(event)
        });
        of_tender.collect()
    }

    /// What withheld parts were disclosed.
    pub async fn disclosed(&self) -> Vec<String> {
        let log = self.log().await.into_iter();
        let disclosed = log.filter_map(|event| {
            let Event::Disclosure(disclosure::Event::PartDisclosed(it)) = event else {
                return None;
            };
            Some(String::from_utf8(it.bytes).unwrap())
        });
        disclosed.collect()
    }
}

pub fn technical(lots: &[&str]) -> Vec<u8> {
    let bid = events::TechnicalBid {
        lots: lots.iter().map(|&lot| lot.to_owned()).collect(),
        answers: Vec::new(),
        documents: Vec::new(),
        security: None,
    };
    bid.encode_to_vec()
}

/// Prices as lot, line, quantity and units of 10⁻¹ EGP; totals as lot and EGP.
pub fn financial(prices: &[(&str, u32, i64, i64)], totals: &[(&str, i64)]) -> Vec<u8> {
    let price = |(lot, line, quantity, tenths): &(&str, u32, i64, i64)| {
        let amount = match tenths % 10 {
            0 => whole(tenths / 10),
            _ => Some(Decimal {
                units: *tenths,
                scale: 1,
            }),
        };
        events::LinePrice {
            lot: (*lot).to_owned(),
            line: *line,
            quantity: whole(*quantity),
            unit_price: Some(UnitPrice {
                amount,
                currency: "EGP".to_owned(),
            }),
        }
    };
    let total = |(lot, total): &(&str, i64)| events::LotTotal {
        lot: (*lot).to_owned(),
        total: egp(*total),
    };
    let bid = events::FinancialBid {
        prices: prices.iter().map(price).collect(),
        totals: totals.iter().map(total).collect(),
    };
    bid.encode_to_vec()
}
