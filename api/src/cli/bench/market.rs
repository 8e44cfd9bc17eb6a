//! A ministry that buys, the committees that open and judge its bids, and suppliers with keys of their own: where a rush before a
//! deadline is measured. Its rules are of the latest edition, under which nothing counts that its bidder did not vouch for.

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::committee::{self, Committee, Formation, Purpose};
use sijill_ledger_core::domain::enrolment::KeyEnrolment;
use sijill_ledger_core::domain::official::{self, Appointment, Delegation, Official, Seat};
use sijill_ledger_core::domain::organization::{self, Organization, Registration};
use sijill_ledger_core::domain::ruleset::{
    self, ByProcedure, EDITION_LATEST, ProcurementRules, Rules, Ruleset,
};
use sijill_ledger_core::domain::tender::{
    Approval, AwardBy, Command, Committees, Draft, EnvelopePart, Lot, LotLine, OpeningKey,
    Procedure, Publication, Tender, Terms, TieRule,
};
use sijill_ledger_core::domain::values::{
    Code, CommitteeId, Country, Currency, Date, DocumentNumber, ExternalId, LotId, Money, Names,
    OfficialId, OrganizationId, Quantity, TenderId, Text, ValueError, Withheld,
};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::seal::{MemberSecret, Seat as SealingSeat, Sheet};
use sijill_ledger_core::statement::StatementKey;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::NodeStore;
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::time::{Clock, Timestamp};
use uuid::Uuid;

use super::served::broken;
use super::world::{self, impossible};
use crate::cli::data;
use crate::cli::errors::Failure;

/// Command ids of the market begin here, far from those of the registry.
const MARKET_IDS: u128 = 1 << 101;
/// Who opens bids, any three of them together, and who judges.
const OPENERS: [&str; 5] = ["opener-1", "opener-2", "opener-3", "opener-4", "opener-5"];
const EVALUATORS: [&str; 3] = ["evaluator-1", "evaluator-2", "evaluator-3"];
const THRESHOLD: u8 = 3;
/// Days that appointments and authority last, from long before the market begins.
const FIRST_DAY: &str = "2024-01-01";
const LAST_DAY: &str = "2099-12-31";

/// A supplier, with the key that two registrars enrolled.
pub struct Supplier {
    pub id: OrganizationId,
    pub key: StatementKey,
}

/// A published tender.
pub struct Open {
    pub id: TenderId,
    pub closes_at: Timestamp,
    /// What financial envelopes are sealed under.
    pub sheet: Sheet,
}

/// Who buys, and who sells.
pub struct Market {
    ledger: Ledger<NodeStore>,
    commands: u128,
    tenders: u64,
    pub suppliers: Vec<Supplier>,
}

type Commanded<C> = (StreamName, C);

impl Market {
    /// Registers everybody, over a ledger where nobody is registered.
    pub async fn begin(ledger: Ledger<NodeStore>, suppliers: u32) -> Result<Self, Failure> {
        world::register(&ledger, 1).await?;
        let mut market = Self {
            ledger,
            commands: MARKET_IDS,
            tenders: 0,
            suppliers: Vec::new(),
        };
        market.adopt_rules().await?;
        let buyer = organization(BUYER, organization::Role::ProcuringEntity);
        market.command::<Organization>(HUDA, buyer).await?;
        let buyers = [APPROVER.0, OFFICER.0].into_iter();
        for name in buyers.chain(OPENERS).chain(EVALUATORS) {
            market.command::<Official>(HUDA, appointed(name)).await?;
        }
        market.command::<Official>(HUDA, authorised()).await?;
        let opening = formed(OPENING, Purpose::Opening, &OPENERS, THRESHOLD);
        market.command::<Committee>(HUDA, opening).await?;
        let evaluation = formed(EVALUATION, Purpose::Evaluation, &EVALUATORS, 2);
        market.command::<Committee>(HUDA, evaluation).await?;
        for number in 0..suppliers {
            market.enrol(number).await?;
        }
        Ok(market)
    }

    /// The log's origin: what is sealed and signed is for this log alone.
    pub fn origin(&self) -> &str {
        self.ledger.store().origin()
    }

    /// A tender as it stands.
    pub async fn tender(&self, id: &TenderId) -> Result<Tender, Failure> {
        let state = self.ledger.state::<Tender>(&Tender::stream(id)).await;
        state.map_err(|error| data::executing(error, id.as_str()))
    }

    /// Publishes the next tender, which closes so many days from now.
    pub async fn publish(&mut self, clock: &impl Clock, days: i64) -> Result<Open, Failure> {
        self.tenders += 1;
        let id = TenderId::new(&format!("BENCH-{}", self.tenders));
        let id = id.map_err(|error| impossible(&error))?;
        let now = clock.now().map_err(|error| broken(&error))?;
        let closes_at = now.plus_days(days);
        let publication = Publication {
            enquiries_until: closes_at.plus_micros(-1),
            closes_at,
            sealing: None,
            invited: Vec::new(),
        };
        let drafted = [Ok(Command::Draft(draft().map_err(|it| impossible(&it))?))];
        let drafted = drafted.into_iter().chain([lot(), committees()]);
        for command in drafted {
            self.of_tender(OFFICER, &id, command).await?;
        }
        for member in OPENERS {
            self.enrol_opening_key(&id, member).await?;
        }
        // The draft, its lot and the committees: changes 0 to 2.
        let approval = Approval {
            read: 2,
            limit: None,
        };
        let approve = Ok(Command::Approve(approval));
        self.of_tender(APPROVER, &id, approve).await?;
        let publish = Ok(Command::Publish(publication));
        self.of_tender(OFFICER, &id, publish).await?;
        let tender = self.tender(&id).await?;
        let notice = tender
            .notice()
            .ok_or_else(|| broken(&"it is not published"))?;
        let sheet = notice
            .sealing
            .sheet(self.origin(), &id, EnvelopePart::Financial);
        Ok(Open {
            sheet: sheet.map_err(|error| Failure::refused(&error, id.as_str()))?,
            id,
            closes_at,
        })
    }

    /// Days of bidding as short as rules can be: the clock goes forward from deadline to deadline.
    async fn adopt_rules(&mut self) -> Result<(), Failure> {
        let days = |days| ByProcedure {
            open: days,
            quotation: days,
            limited: None,
            direct: None,
        };
        let procurement = ProcurementRules {
            tender_days_min: days(1),
            enquiry_days_min: days(0),
            edition: Some(EDITION_LATEST),
            ..ProcurementRules::default()
        };
        let rules = Rules {
            procurement: Some(procurement.into()),
            ..Rules::default()
        };
        let stream = Ruleset::national();
        let reason = Text::new("a bench / قياس").map_err(|error| impossible(&error))?;
        let propose = ruleset::Command::Propose { rules, reason };
        let proposed = Ok((stream.clone(), propose));
        self.command::<Ruleset>(HUDA, proposed).await?;
        let adopt = ruleset::Command::Adopt { version: 1 };
        self.command::<Ruleset>(ADEL, Ok((stream, adopt))).await
    }

    /// Registers a supplier, whose key one registrar proposes and another enrols.
    async fn enrol(&mut self, number: u32) -> Result<(), Failure> {
        let name = format!("SUPPLIER-{number:04}");
        let registered = organization(&name, organization::Role::Supplier);
        self.command::<Organization>(HUDA, registered).await?;
        let id = OrganizationId::new(&name).map_err(|error| impossible(&error))?;
        let stream = Organization::stream(&id);
        let key = StatementKey::random().map_err(|error| Failure::refused(&error, &name))?;
        let proposal = key.proposal(&stream);
        let enrolment = KeyEnrolment {
            key: proposal.key.clone(),
        };
        let propose = organization::Command::ProposeKey(proposal);
        self.command::<Organization>(HUDA, Ok((stream.clone(), propose)))
            .await?;
        let enrol = organization::Command::EnrolKey(enrolment);
        self.command::<Organization>(ADEL, Ok((stream, enrol)))
            .await?;
        self.suppliers.push(Supplier { id, key });
        Ok(())
    }

    /// Each of the two registrars enrols a member's key and names the other.
    async fn enrol_opening_key(&mut self, id: &TenderId, member: &str) -> Result<(), Failure> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| broken(&error))?;
        let secret = MemberSecret::from_seed(&seed);
        let seat = SealingSeat {
            origin: self.origin(),
            tender: id.as_str(),
            member,
        };
        let proof = secret.prove(&seat).to_vec();
        for (registrar, witness) in [(HUDA, ADEL), (ADEL, HUDA)] {
            let key = || {
                Ok(OpeningKey {
                    member: OfficialId::new(member)?,
                    key: *secret.public().as_bytes(),
                    proof: proof.clone(),
                    witness: OfficialId::new(witness.0)?,
                })
            };
            let command = key().map(Command::EnrolOpeningKey);
            self.of_tender(registrar, id, command).await?;
        }
        Ok(())
    }

    async fn of_tender(
        &mut self,
        by: By,
        id: &TenderId,
        command: Result<Command, ValueError>,
    ) -> Result<(), Failure> {
        let stream = Tender::stream(id);
        let commanded = command.map(|command| (stream, command));
        self.command::<Tender>(by, commanded).await
    }

    async fn command<A: Aggregate>(
        &mut self,
        By(id, role): By,
        commanded: Result<Commanded<A::Command>, ValueError>,
    ) -> Result<(), Failure> {
        let (stream, command) = commanded.map_err(|error| impossible(&error))?;
        let id = OfficialId::new(id).map_err(|error| impossible(&error))?;
        let actor = Actor {
            id: ActorId::Official(id),
            role,
            position: None,
        };
        self.commands += 1;
        let context = Context::new(Uuid::from_u128(self.commands), actor);
        let done = self.ledger.execute::<A>(&stream, command, context).await;
        done.map_err(|error| data::executing(error, stream.as_str()))?;
        Ok(())
    }
}

/// An official in a role.
#[derive(Clone, Copy)]
struct By(&'static str, Role);

const HUDA: By = By("huda", Role::Registrar);
const ADEL: By = By("adel", Role::Registrar);
const OFFICER: By = By("nadia", Role::ProcurementOfficer);
const APPROVER: By = By("sami", Role::Approver);
const BUYER: &str = "BUYER";
const OPENING: &str = "OPENING";
const EVALUATION: &str = "EVALUATION";

fn organization(
    id: &str,
    role: organization::Role,
) -> Result<Commanded<organization::Command>, ValueError> {
    let stream = Organization::stream(&OrganizationId::new(id)?);
    let registration = Registration {
        profile: organization::Profile {
            roles: [role].into(),
            names: Names::new(&format!("جهة {id}"), &format!("Organisation {id}"))?,
            external: ExternalId::new(&format!("EG-BENCH:{id}"))?,
            country: Country::new("EG")?,
            governorate: None,
        },
        bank_account: None,
    };
    Ok((stream, organization::Command::Register(registration)))
}

fn post(official: &str) -> Result<Code, ValueError> {
    Code::new(&format!("EG-BENCH-{official}"))
}

fn appointed(name: &str) -> Result<Commanded<official::Command>, ValueError> {
    let appointment = Appointment {
        post: post(name)?,
        seat: Seat::Organization(OrganizationId::new(BUYER)?),
        names: Names::new(&format!("موظف {name}"), &format!("Official {name}"))?,
        national_id: None,
        from: Date::parse(FIRST_DAY)?,
        decree: DocumentNumber::new("1/2024")?,
    };
    let stream = Official::stream(&OfficialId::new(name)?);
    Ok((stream, official::Command::Appoint(appointment)))
}

/// The approver may approve what the tenders are expected to cost.
fn authorised() -> Result<Commanded<official::Command>, ValueError> {
    let delegation = Delegation {
        post: post(APPROVER.0)?,
        limit: Money::new(1_000_000.into(), Currency::new("EGP")?)?,
        from: Date::parse(FIRST_DAY)?,
        until: Date::parse(LAST_DAY)?,
        delegator: None,
        decree: DocumentNumber::new("2/2024")?,
    };
    let stream = Official::stream(&OfficialId::new(APPROVER.0)?);
    Ok((stream, official::Command::Delegate(delegation)))
}

fn formed(
    id: &str,
    purpose: Purpose,
    members: &[&str],
    quorum: u8,
) -> Result<Commanded<committee::Command>, ValueError> {
    let members = members.iter().map(|member| OfficialId::new(member));
    let formation = Formation {
        purpose,
        names: Names::new("لجنة", "Committee")?,
        members: members.collect::<Result<_, _>>()?,
        quorum,
        alternates: Vec::new(),
        decree: DocumentNumber::new("3/2024")?,
    };
    let stream = Committee::stream(&CommitteeId::new(id)?);
    Ok((stream, committee::Command::Form(formation)))
}

fn draft() -> Result<Draft, ValueError> {
    Ok(Draft {
        buyer: OrganizationId::new(BUYER)?,
        title: Names::new("شراء أدوية", "Medicines")?,
        procedure: Procedure::Open,
        plan: None,
        currency: Currency::new("EGP")?,
        terms: Terms {
            delivery: Code::new("DDP")?,
            tax_included: true,
            validity_days: 90,
            security_percent: 0.into(),
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

fn lot() -> Result<Command, ValueError> {
    let line = LotLine {
        item: world::item_code(0)?,
        quantity: Quantity::from(100),
        facility: world::facility_id(0)?,
        delivery_days: 30,
        entity: None,
    };
    Ok(Command::AddLot(Lot {
        id: LotId::new("A")?,
        title: Names::new("المجموعة الأولى", "The first lot")?,
        estimate: Some(Withheld::Known(Money::new(
            1_000.into(),
            Currency::new("EGP")?,
        )?)),
        lines: vec![line],
    }))
}

fn committees() -> Result<Command, ValueError> {
    Ok(Command::AppointCommittees(Committees {
        opening: CommitteeId::new(OPENING)?,
        evaluation: CommitteeId::new(EVALUATION)?,
        threshold: THRESHOLD,
    }))
}
