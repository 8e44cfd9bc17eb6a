//! A log of tenders as a country publishes them: what a search is measured on.
//!
//! The events are written as the ledger would write them (ids, metadata), without the decisions that make each of them: a search
//! looks at what was published. Everything follows from the numbers: the same scale gives the same tenders.

use std::collections::VecDeque;

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Category, Item, Tracking};
use sijill_ledger_core::domain::organization::{self, Organization};
use sijill_ledger_core::domain::tender::{
    self, Approval, Award, AwardApproval, AwardBy, CancellationGround, Closing, Completion, Draft,
    Ending, Extension, Failure as TenderFailure, FailureCause, Lot, LotLine, Notification,
    Procedure, Publication, Ranked, StandstillEnd, Tender, Terms, TieRule, Winner,
};
use sijill_ledger_core::domain::values::{
    Code, Country, Currency, Date, DocumentNumber, EffectiveAt, ExternalId, FacilityId, ItemCode,
    LotId, Money, Names, OrganizationId, Place, Quantity, Sha256, TenderId, Text, ValueError,
};
use sijill_ledger_core::event::{Actor, Event, Metadata, Origin, Role};
use sijill_ledger_core::ledger::event_id;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{Append, EventStore as _, Expected, NewEntry, StreamName};
use uuid::Uuid;

use super::tender_words::{BUYERS, DEEDS, GOODS};
use super::world;
use crate::cli::demo::country::{GOVERNORATES, Governorate};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::{data, progress};

/// The first day of the history, and its length.
const FIRST_DAY: &str = "2022-01-01";
const DAYS: u64 = 1_461;
/// Days from publication to the deadline.
const BIDDING_DAYS: i64 = 30;
/// Strengths or sizes of each of the goods: items.
const SIZES: u64 = 40;
const FACILITIES: u64 = 540;
const SUPPLIERS: u64 = 400;
/// Appends on their way at once.
const WAITING_MAX: usize = 64;

/// The instant at which the history ends: open tenders are open then.
pub fn end() -> Result<EffectiveAt, ValueError> {
    day(DAYS)
}

/// Writes so many tenders, with the registers that they name, into an empty store.
pub async fn fill(store: &EmbeddedStore, tenders: u64) -> Result<(), Failure> {
    let mut log = Log::new(store)?;
    let registers = registers().map_err(|error| world::impossible(&error))?;
    for (stream, event) in registers {
        log.append(&stream, vec![(event, day(0))]).await?;
    }
    let bar = progress::bar(tenders, "building a log of tenders");
    for number in 0..tenders {
        let id = tender_id(number).map_err(|error| world::impossible(&error))?;
        let events = life(number, tenders).map_err(|error| world::impossible(&error))?;
        let events = events.into_iter();
        let events = events.map(|(event, at)| (Event::Tender(event), Ok(at)));
        log.append(&Tender::stream(&id), events.collect()).await?;
        bar.set_position(number);
    }
    bar.finish_and_clear();
    log.finish().await
}

/// A buyer by its number.
pub fn buyer(number: u64) -> Result<OrganizationId, ValueError> {
    OrganizationId::new(&format!("EG-BUYER-{number:03}"))
}

/// How many buyers there are.
pub const fn buyers() -> u64 {
    (BUYERS.len() * GOVERNORATES.len()) as u64
}

/// Appends to an empty store, several at a time.
struct Log<'a> {
    store: &'a EmbeddedStore,
    officer: Actor,
    commands: u128,
    waiting: VecDeque<Waiting>,
}

type Waiting = std::pin::Pin<
    Box<
        dyn Future<
                Output = Result<
                    sijill_ledger_core::store::Appended,
                    sijill_ledger_core::store::AppendError,
                >,
            > + Send,
    >,
>;

impl<'a> Log<'a> {
    fn new(store: &'a EmbeddedStore) -> Result<Self, Failure> {
        let officer = world::actor("officer", Role::ProcurementOfficer);
        Ok(Self {
            store,
            officer: officer.map_err(|error| world::impossible(&error))?,
            commands: 0,
            waiting: VecDeque::new(),
        })
    }

    /// All events of a stream.
    async fn append(
        &mut self,
        stream: &StreamName,
        events: Vec<(Event, Result<EffectiveAt, ValueError>)>,
    ) -> Result<(), Failure> {
        let entries = events.into_iter().map(|(event, at)| {
            let at = at.map_err(|error| world::impossible(&error))?;
            self.entry(stream, &event, at)
        });
        let append = Append {
            stream: stream.clone(),
            expected: Expected::NoStream,
            entries: entries.collect::<Result<_, Failure>>()?,
            not_after: None,
        };
        let written = self.store.submit(append).await.map_err(data::appending)?;
        self.waiting.push_back(Box::pin(written));
        if self.waiting.len() >= WAITING_MAX
            && let Some(first) = self.waiting.pop_front()
        {
            first.await.map_err(data::appending)?;
        }
        Ok(())
    }

    async fn finish(self) -> Result<(), Failure> {
        for last in self.waiting {
            last.await.map_err(data::appending)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        stream: &StreamName,
        event: &Event,
        at: EffectiveAt,
    ) -> Result<NewEntry, Failure> {
        self.commands += 1;
        let command_id = Uuid::from_u128(self.commands);
        let metadata = Metadata {
            command_id,
            command_hash: Sha256([0x5A; 32]),
            correlation_id: command_id,
            causation_id: None,
            actor: self.officer.clone(),
            decided_at: at.at(),
            effective_at: at,
            facts: Vec::new(),
            ruleset: None,
            origin: Origin::Native,
            statement: None,
        };
        let unwritable = |error: codec::EncodeError| Failure::Refused {
            code: "BENCH",
            text: Bilingual::new(error.to_string(), error.to_string()),
        };
        let encoded = codec::encode(event).map_err(unwritable)?;
        let actor = &metadata.actor.id;
        Ok(NewEntry {
            id: event_id(self.store.origin(), actor, stream, command_id, 0),
            kind: encoded.kind,
            metadata: codec::encode_metadata(&metadata).map_err(unwritable)?,
            data: encoded.data,
            withheld: Vec::new(),
        })
    }
}

/// A number below `sides` that follows from two others and looks like neither.
const fn roll(number: u64, salt: u64, sides: u64) -> u64 {
    let mixed = number.wrapping_add(salt.wrapping_mul(0xA076_1D64_78BD_642F));
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ (mixed >> 32)) % sides
}

/// One of several, by its number.
fn one_of<T: Copy>(all: &[T], number: u64) -> Option<T> {
    let place = number % (all.len().max(1) as u64);
    all.get(usize::try_from(place).ok()?).copied()
}

fn governorate(number: u64) -> &'static Governorate {
    let [first, ..] = &GOVERNORATES;
    let place = number % (GOVERNORATES.len() as u64);
    let place = usize::try_from(place).unwrap_or_default();
    GOVERNORATES.get(place).unwrap_or(first)
}

fn day(number: u64) -> Result<EffectiveAt, ValueError> {
    let days = i32::try_from(number).unwrap_or_default();
    let noon = Date::parse(FIRST_DAY)?.plus_days(days).start(120);
    EffectiveAt::new(noon.plus_micros(12 * 3_600 * 1_000_000), 120)
}

/// Everything that tenders name.
fn registers() -> Result<Vec<(StreamName, Event)>, ValueError> {
    let mut all = Vec::new();
    for number in 0..buyers() {
        let names = buyer_names(number)?;
        let role = organization::Role::ProcuringEntity;
        all.push(organization(&buyer(number)?, names, role, number)?);
    }
    for number in 0..SUPPLIERS {
        let names = Names::new(
            &format!("شركة التوريدات {number}"),
            &format!("Supplies Co {number}"),
        )?;
        let role = organization::Role::Supplier;
        all.push(organization(
            &supplier(number)?,
            names,
            role,
            10_000 + number,
        )?);
    }
    for number in 0..items() {
        let profile = goods(number)?;
        let event = item::Event::ItemListed(profile);
        all.push((Item::stream(&item_code(number)?), Event::Item(event)));
    }
    for number in 0..FACILITIES {
        let Governorate { code, ar, en, .. } = governorate(number);
        let profile = facility::Profile {
            names: Names::new(
                &format!("مخزن {ar} {number}"),
                &format!("{en} store {number}"),
            )?,
            kind: facility::Kind::Warehouse,
            governorate: Some(Place::new(code)?),
            position: None,
            population: None,
            parent: None,
            owner: None,
        };
        let event = facility::Event::FacilityOpened(profile);
        let stream = Facility::stream(&facility_id(number)?);
        all.push((stream, Event::Facility(event)));
    }
    Ok(all)
}

fn organization(
    id: &OrganizationId,
    names: Names,
    role: organization::Role,
    number: u64,
) -> Result<(StreamName, Event), ValueError> {
    let profile = organization::Profile {
        roles: [role].into(),
        names,
        external: ExternalId::new(&format!("EG-TAX:{number:09}"))?,
        country: Country::new("EG")?,
        governorate: None,
    };
    let event = organization::Event::OrganizationRegistered(organization::Registration {
        profile,
        bank_account: None,
    });
    Ok((Organization::stream(id), Event::Organization(event)))
}

fn buyer_names(number: u64) -> Result<Names, ValueError> {
    let (ar, en) = one_of(BUYERS, number).unwrap_or_default();
    let place = governorate(number / BUYERS.len() as u64);
    Names::new(&format!("{ar} {}", place.ar), &format!("{} {en}", place.en))
}

fn supplier(number: u64) -> Result<OrganizationId, ValueError> {
    OrganizationId::new(&format!("EG-SUP-{number:04}"))
}

fn facility_id(number: u64) -> Result<FacilityId, ValueError> {
    FacilityId::new(&format!("EG-F{number:04}"))
}

const fn items() -> u64 {
    GOODS.len() as u64 * SIZES
}

fn item_code(number: u64) -> Result<ItemCode, ValueError> {
    ItemCode::new(&format!("EG-I{number:05}"))
}

/// What the goods of an item are called, with their size.
fn goods_names(number: u64) -> (String, String, Category) {
    let (category, ar, en) = one_of(GOODS, number).unwrap_or((Category::Supply, "", ""));
    let size = (number / GOODS.len() as u64 + 1) * 25;
    (format!("{ar} {size}"), format!("{en} {size}"), category)
}

fn goods(number: u64) -> Result<item::Profile, ValueError> {
    let (ar, en, category) = goods_names(number);
    Ok(item::Profile {
        names: Names::new(&ar, &en)?,
        category,
        base_unit: Code::new("unit")?,
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: false,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    })
}

/// The id of a tender by its number.
pub fn tender_id(number: u64) -> Result<TenderId, ValueError> {
    TenderId::new(&format!("EG-{}-{number:06}", 2022 + number % 4))
}

/// What happened to a tender, each with its day.
fn life(number: u64, total: u64) -> Result<Vec<(tender::Event, EffectiveAt)>, ValueError> {
    let published = number.saturating_mul(DAYS) / total.max(1);
    let (drafted, published) = (day(published)?, day(published)?);
    let closes = published.at().plus_days(BIDDING_DAYS);
    let later = closes.plus_days(7);
    let lots = 1 + roll(number, 1, 3);
    let mut events = vec![(tender::Event::TenderDrafted(draft(number)?), drafted)];
    for lot in 0..lots {
        events.push((tender::Event::LotAdded(lot_of(number, lot)?), drafted));
    }
    let approval = Approval {
        read: lots,
        limit: None,
    };
    let publication = Publication {
        enquiries_until: published.at().plus_days(BIDDING_DAYS / 2),
        closes_at: closes,
        sealing: None,
        invited: Vec::new(),
    };
    events.push((tender::Event::TenderApproved(approval), drafted));
    events.push((tender::Event::TenderPublished(publication), published));
    let moved = roll(number, 2, 6) == 0;
    if moved {
        let extension = Extension {
            closes_at: later,
            enquiries_until: later.plus_days(-BIDDING_DAYS / 2),
            reason: Text::new("طلب الموردين: suppliers asked")?,
        };
        events.push((tender::Event::DeadlineExtended(extension), published));
    }
    let closed_at = if moved { later } else { closes };
    if closed_at < end()?.at() {
        decided(number, lots, EffectiveAt::new(closed_at, 120)?, &mut events)?;
    }
    Ok(events)
}

/// What followed the deadline: an award of every lot, or another end.
fn decided(
    number: u64,
    lots: u64,
    at: EffectiveAt,
    events: &mut Vec<(tender::Event, EffectiveAt)>,
) -> Result<(), ValueError> {
    let mut put = |event| events.push((event, at));
    match roll(number, 3, 20) {
        0 => {
            put(tender::Event::TenderCancelled(Ending {
                ground: CancellationGround::NoDemand,
                reason: Text::new("لم تعد الحاجة قائمة: needed no more")?,
                proposal: None,
            }));
            return Ok(());
        }
        1 => {
            put(tender::Event::BiddingClosed(Closing { closed_at: at.at() }));
            put(tender::Event::TenderFailed(TenderFailure {
                cause: Some(FailureCause::NoBids),
            }));
            return Ok(());
        }
        _ => put(tender::Event::BiddingClosed(Closing { closed_at: at.at() })),
    }
    let egp = Currency::new("EGP")?;
    for lot in 0..lots {
        let lot_id = LotId::new(&format!("L{lot}"))?;
        let bidder = supplier(roll(number, 10 + lot, SUPPLIERS))?;
        let price = Money::new((1_000 + roll(number, 20 + lot, 900_000)).into(), egp)?;
        put(tender::Event::AwardProposed(Award {
            lot: lot_id.clone(),
            minutes: DocumentNumber::new(&format!("M-{number}"))?,
            ranking: vec![Ranked {
                bidder: bidder.clone(),
                price,
            }],
            winners: vec![Winner {
                bidder,
                lines: Vec::new(),
                value: Some(price),
            }],
            reserve: None,
            departure: None,
        }));
        put(tender::Event::AwardApproved(AwardApproval {
            lot: lot_id,
            proposal: 0,
            value: Some(price),
            limit: None,
        }));
    }
    let standstill_until = Some(at.at().plus_days(10));
    put(tender::Event::BiddersNotified(Notification {
        standstill_until,
    }));
    put(tender::Event::StandstillEnded(StandstillEnd {
        ended_at: at.at().plus_days(10),
    }));
    put(tender::Event::TenderCompleted(Completion { value: None }));
    Ok(())
}

fn draft(number: u64) -> Result<Draft, ValueError> {
    let bought_by = roll(number, 4, buyers());
    let (ar, en, _) = goods_names(item_of(number, 0, 0));
    let (deed_ar, deed_en) = one_of(DEEDS, roll(number, 5, DEEDS.len() as u64)).unwrap_or_default();
    let place = governorate(roll(number, 6, GOVERNORATES.len() as u64));
    let (place_ar, place_en) = (place.ar, place.en);
    let title = Names::new(
        &format!("{deed_ar} {ar} لمنشآت {place_ar} عملية {number}"),
        &format!("{deed_en} of {en} for {place_en}, process {number}"),
    )?;
    let quotation = roll(number, 7, 4) == 0;
    Ok(Draft {
        buyer: buyer(bought_by)?,
        title,
        procedure: if quotation {
            Procedure::Quotation
        } else {
            Procedure::Open
        },
        plan: None,
        currency: Currency::new("EGP")?,
        terms: Terms {
            delivery: Code::new("DDP")?,
            tax_included: true,
            validity_days: 90,
            security_percent: 1.into(),
            split: false,
        },
        criteria: Vec::new(),
        award_by: AwardBy::LowestPrice,
        ties: vec![TieRule::EarlierEnvelope],
        participants: Vec::new(),
        documents: Vec::new(),
        invitation: None,
        framework: None,
    })
}

/// The item of a line.
const fn item_of(number: u64, lot: u64, line: u64) -> u64 {
    roll(number, 100 + 10 * lot + line, items())
}

fn lot_of(number: u64, lot: u64) -> Result<Lot, ValueError> {
    let lines = 1 + roll(number, 30 + lot, 4);
    let line = |line| {
        Ok(LotLine {
            item: item_code(item_of(number, lot, line))?,
            quantity: Quantity::from(100),
            facility: facility_id(roll(number, 200 + 10 * lot + line, FACILITIES))?,
            delivery_days: 30,
            entity: None,
        })
    };
    let (ar, en, _) = goods_names(item_of(number, lot, 0));
    Ok(Lot {
        id: LotId::new(&format!("L{lot}"))?,
        title: Names::new(&format!("مجموعة {ar}"), &format!("Lot of {en}"))?,
        estimate: None,
        lines: (0..lines).map(line).collect::<Result<_, ValueError>>()?,
    })
}
