//! Before the first day: organisations, facilities, items, officials and what each site is expected to hold.

use std::collections::BTreeSet;

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::committee::Committee;
use sijill_ledger_core::domain::enrolment::KeyEnrolment;
use sijill_ledger_core::domain::facility::{self, Assortment, Facility, Handover};
use sijill_ledger_core::domain::item::{self, Item, ReferencePrice};
use sijill_ledger_core::domain::official::{self, Appointment, Delegation, Official, Seat};
use sijill_ledger_core::domain::organization::{self, Organization, Registration};
use sijill_ledger_core::domain::ruleset::{self, Rules, Ruleset};
use sijill_ledger_core::domain::values::{
    Country, Currency, Date, DocumentNumber, EffectiveAt, ExternalId, Money, Names, OrganizationId,
    Text, ValueError,
};
use sijill_ledger_core::event::Actor;
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::store::embedded::EmbeddedStore;

use super::catalogue::LISTINGS;
use super::people;
use super::purchase::supplier_id;
use super::request::STORE_LIMIT_POUNDS;
use super::seed::{command_id, impossible};
use super::tenders::institutions::{
    self, AUDIT, Buyer, DIRECTORATE_LIMIT_POUNDS, REVIEW, TREASURY,
};
use super::tenders::secrets;
use super::world::{Post, World, quantity};
use crate::cli::data;
use crate::cli::errors::Failure;
use crate::cli::pipeline::{Outcome, Pipeline};

/// Commands to one kind of aggregate.
type Commands<A> = Vec<(StreamName, <A as Aggregate>::Command)>;

/// Registers everything; each kind is durable before the next, which reads it.
pub async fn register(
    ledger: &Ledger<EmbeddedStore>,
    world: &World,
    buyers: &[Buyer],
    rules: Rules,
    at: EffectiveAt,
) -> Result<(), Failure> {
    let [registrar, second] = institutions::registrars().map_err(impossible)?;
    let desk = Desk {
        ledger,
        actor: registrar,
        at,
    };
    desk.adopt(rules, &second).await?;
    desk.send::<Organization>("organizations", organizations(buyers).map_err(impossible)?)
        .await?;
    desk.enrol(&second).await?;
    desk.send::<Item>("items", items().map_err(impossible)?)
        .await?;
    // The central store first, then warehouses, then the rest: a parent is durable before its children.
    for depth in 0..3 {
        let facilities = facilities(world, depth).map_err(impossible)?;
        desk.send::<Facility>("facilities", facilities).await?;
    }
    let officials = officials(world, buyers, at.date()).map_err(impossible)?;
    desk.send::<Official>("officials", officials).await?;
    let authority = authority(world, buyers, at.date()).map_err(impossible)?;
    desk.send::<Official>("authority", authority).await?;
    let committees = institutions::committees(buyers).map_err(impossible)?;
    desk.send::<Committee>("committees", committees).await?;
    desk.send::<Facility>(
        "keepers",
        keepers_and_assortments(world).map_err(impossible)?,
    )
    .await
}

struct Desk<'a> {
    ledger: &'a Ledger<EmbeddedStore>,
    actor: Actor,
    at: EffectiveAt,
}

impl Desk<'_> {
    /// The same desk with another registrar.
    fn of(&self, actor: &Actor) -> Self {
        Self {
            actor: actor.clone(),
            ..*self
        }
    }

    /// One registrar proposes the key of each supplier, another enrols it.
    async fn enrol(&self, second: &Actor) -> Result<(), Failure> {
        let (mut proposals, mut enrolments) = (Vec::new(), Vec::new());
        for supplier in 1..=SUPPLIERS {
            let key = secrets::supplier_key(supplier)?;
            let id = supplier_id(supplier).map_err(impossible)?;
            let stream = Organization::stream(&id);
            let proposal = key.proposal(&stream);
            let enrolment = KeyEnrolment {
                key: proposal.key.clone(),
            };
            let propose = organization::Command::ProposeKey(proposal);
            proposals.push((stream.clone(), propose));
            enrolments.push((stream, organization::Command::EnrolKey(enrolment)));
        }
        self.send::<Organization>("keys", proposals).await?;
        let second = self.of(second);
        second.send::<Organization>("enrolments", enrolments).await
    }

    /// One registrar proposes the rules, another adopts them.
    async fn adopt(&self, rules: Rules, second: &Actor) -> Result<(), Failure> {
        let reason = Text::new("example rules of the demo / قواعد العرض المثال");
        let reason = reason.map_err(impossible)?;
        let stream = Ruleset::national();
        let propose = ruleset::Command::Propose { rules, reason };
        let proposal = vec![(stream.clone(), propose)];
        self.send::<Ruleset>("proposal", proposal).await?;
        let adopt = ruleset::Command::Adopt { version: 1 };
        self.of(second)
            .send::<Ruleset>("adoption", vec![(stream, adopt)])
            .await
    }

    async fn send<A: Aggregate>(&self, what: &str, commands: Commands<A>) -> Result<(), Failure> {
        let settle = |stream: StreamName, outcome: Outcome<A>| match outcome {
            Ok(_) => Ok(()),
            Err(error) => Err(data::executing(error, stream.as_str())),
        };
        let mut pipeline: Pipeline<'_, A, StreamName, _> = Pipeline::new(self.ledger, settle);
        for (number, (stream, command)) in commands.into_iter().enumerate() {
            let id = command_id(&format!("registry/{what}/{stream}/{number}"));
            let context = Context::new(id, self.actor.clone()).effective(self.at);
            pipeline
                .push(stream.clone(), &stream, command, context)
                .await?;
        }
        pipeline.finish().await
    }
}

/// Most that the ministry's officer may order at once, under a contract too: a year's need of the dearest item fits.
const OFFICER_LIMIT_POUNDS: u64 = 5_000_000_000;
/// Most that the ministry's director may approve at once.
const DIRECTOR_LIMIT_POUNDS: u64 = 5_000_000_000;

/// Who buys.
pub const MINISTRY: &str = "EG-MOHP";

/// Invented suppliers: twelve deliver to the ministry, the others only bid.
pub const SUPPLIERS: usize = 20;

fn organizations(buyers: &[Buyer]) -> Result<Commands<Organization>, ValueError> {
    let mut all = vec![organization(
        MINISTRY,
        Names::new(
            "وزارة الصحة والسكان (عرض)",
            "Ministry of Health and Population (demo)",
        )?,
        organization::Role::ProcuringEntity,
    )?];
    for directorate in buyers.iter().skip(1) {
        let role = organization::Role::ProcuringEntity;
        all.push(organization(
            directorate.id.as_str(),
            directorate.names.clone(),
            role,
        )?);
    }
    for (id, ar, en) in [
        (REVIEW, "هيئة النظر في الشكاوى (عرض)", "Review body (demo)"),
        (AUDIT, "ديوان المراجعة (عرض)", "Audit office (demo)"),
        (TREASURY, "الخزانة (عرض)", "Treasury (demo)"),
    ] {
        all.push(organization(
            id,
            Names::new(ar, en)?,
            organization::Role::Oversight,
        )?);
    }
    for number in 1..=SUPPLIERS {
        let names = Names::new(
            &format!("شركة التوريد رقم {number} (متخيَّلة)"),
            &format!("Supply Company No. {number} (invented)"),
        )?;
        let id = format!("SUP-{number:02}");
        all.push(organization(&id, names, organization::Role::Supplier)?);
    }
    Ok(all)
}

fn organization(
    id: &str,
    names: Names,
    role: organization::Role,
) -> Result<(StreamName, organization::Command), ValueError> {
    let id = OrganizationId::new(id)?;
    let registration = Registration {
        profile: organization::Profile {
            roles: BTreeSet::from([role]),
            names,
            external: ExternalId::new(&format!("XX-DEMO:{id}"))?,
            country: Country::new("EG")?,
            governorate: None,
        },
        bank_account: None,
    };
    let command = organization::Command::Register(registration);
    Ok((Organization::stream(&id), command))
}

fn items() -> Result<Commands<Item>, ValueError> {
    let mut all = Vec::new();
    for listing in LISTINGS {
        let stream = Item::stream(&listing.item()?);
        all.push((stream.clone(), item::Command::List(listing.profile()?)));
        let price = ReferencePrice {
            price: listing.price()?,
            source: Text::new("demo price list / قائمة أسعار العرض")?,
        };
        all.push((stream, item::Command::SetReferencePrice(price)));
    }
    Ok(all)
}

fn facilities(world: &World, depth: usize) -> Result<Commands<Facility>, ValueError> {
    let owner = OrganizationId::new(MINISTRY)?;
    let opened = world.sites.iter().filter(|site| match site.parent {
        None => depth == 0,
        Some(0) => depth == 1,
        Some(_) => depth == 2,
    });
    let opened = opened.map(|site| {
        let profile = facility::Profile {
            owner: Some(owner.clone()),
            ..site.profile.clone()
        };
        (Facility::stream(&site.id), facility::Command::Open(profile))
    });
    Ok(opened.collect())
}

fn officials(
    world: &World,
    buyers: &[Buyer],
    from: Date,
) -> Result<Commands<Official>, ValueError> {
    let mut all = Vec::new();
    for (index, site) in world.sites.iter().enumerate() {
        for (place, post) in [Post::Keeper, Post::Approver].into_iter().enumerate() {
            let actor = world.actor(index, post)?;
            let Some(code) = actor.position else {
                continue;
            };
            let appointment = Appointment {
                post: code,
                seat: Seat::Facility(site.id.clone()),
                names: people::names(index * 2 + place)?,
                national_id: None,
                from,
                decree: DocumentNumber::new(&format!("DEC/2023/{}", index * 2 + place))?,
            };
            let stream = Official::stream(&World::official(index, post)?);
            all.push((stream, official::Command::Appoint(appointment)));
        }
    }
    let ministry = [Post::Officer, Post::Director, Post::Payer];
    for (place, post) in ministry.into_iter().enumerate() {
        let number = world.sites.len() * 2 + place;
        let Some(code) = world.actor(0, post)?.position else {
            continue;
        };
        let appointment = Appointment {
            post: code,
            seat: Seat::Organization(OrganizationId::new(MINISTRY)?),
            names: people::names(number)?,
            national_id: None,
            from,
            decree: DocumentNumber::new(&format!("DEC/2023/{number}"))?,
        };
        let stream = Official::stream(&World::official(0, post)?);
        all.push((stream, official::Command::Appoint(appointment)));
    }
    all.extend(appointed(world, buyers, from)?);
    Ok(all)
}

/// Those who only buy, open, judge and review.
fn appointed(
    world: &World,
    buyers: &[Buyer],
    from: Date,
) -> Result<Commands<Official>, ValueError> {
    let mut all = Vec::new();
    for (place, (actor, house)) in institutions::new_officials(buyers)?.into_iter().enumerate() {
        let (Some(id), Some(post)) = (institutions::official_id(&actor), &actor.position) else {
            continue;
        };
        let number = world.sites.len() * 2 + 3 + place;
        let appointment = Appointment {
            post: post.clone(),
            seat: Seat::Organization(house),
            names: people::names(number)?,
            national_id: None,
            from,
            decree: DocumentNumber::new(&format!("DEC/2023/{number}"))?,
        };
        all.push((
            Official::stream(id),
            official::Command::Appoint(appointment),
        ));
    }
    Ok(all)
}

/// Who may approve how much at once, in pounds: stores their requisitions, the ministry its orders.
fn authority(
    world: &World,
    buyers: &[Buyer],
    from: Date,
) -> Result<Commands<Official>, ValueError> {
    let stores = (0..world.sites.len()).map(|site| (site, Post::Approver, STORE_LIMIT_POUNDS));
    let ministry = [
        (0, Post::Officer, OFFICER_LIMIT_POUNDS),
        (0, Post::Director, DIRECTOR_LIMIT_POUNDS),
    ];
    let held = stores.chain(ministry).map(|(site, post, pounds)| {
        let actor = world.actor(site, post)?;
        Ok((actor, pounds))
    });
    let directors = buyers.iter().skip(1).map(|it| it.director.clone());
    let directors = directors.map(|director| Ok((director, DIRECTORATE_LIMIT_POUNDS)));
    let delegate = |held: Result<(Actor, u64), ValueError>| {
        let (actor, pounds) = held?;
        let (Some(id), Some(code)) = (institutions::official_id(&actor), actor.position.clone())
        else {
            return Ok(None);
        };
        let delegation = Delegation {
            post: code,
            limit: Money::new(pounds.into(), Currency::new("EGP")?)?,
            from,
            until: from.plus_days(3 * 365),
            delegator: None,
            decree: DocumentNumber::new("DEC/2023/AUTHORITY")?,
        };
        let command = official::Command::Delegate(delegation);
        Ok(Some((Official::stream(id), command)))
    };
    held.chain(directors)
        .filter_map(|one| delegate(one).transpose())
        .collect()
}

/// Minimum one month's need, maximum three.
fn keepers_and_assortments(world: &World) -> Result<Commands<Facility>, ValueError> {
    let mut all = Vec::new();
    for (index, site) in world.sites.iter().enumerate() {
        let stream = Facility::stream(&site.id);
        let handover = Handover {
            from: None,
            to: World::official(index, Post::Keeper)?,
        };
        all.push((stream.clone(), facility::Command::HandOver(handover)));
        for (item, listing) in LISTINGS.iter().enumerate() {
            let monthly = world.monthly(index, item, world.first_month);
            if !listing.is_held_by(site.profile.kind) || monthly == 0 {
                continue;
            }
            let assortment = Assortment {
                item: world.items[item].clone(),
                min: quantity(monthly)?,
                max: quantity(monthly * 3)?,
            };
            all.push((stream.clone(), facility::Command::SetAssortment(assortment)));
        }
    }
    Ok(all)
}
