//! A small world in which every register has something: what forged entries break the rules of.

use std::collections::BTreeSet;

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::application::{
    self, Applicant, Application, Applied, organization_of,
};
use sijill_ledger_core::domain::committee::{
    self, Committee, Formation, MemberSignature, Minutes, Paper, Purpose, Resolution, Signer,
};
use sijill_ledger_core::domain::disclosure::LegalOrder;
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Category, Item, Tracking};
use sijill_ledger_core::domain::migration::{self, Migration};
use sijill_ledger_core::domain::official::{
    self, Appointment, Conflict, ConflictWithdrawal, Delegation, Interest, Official, Seat,
};
use sijill_ledger_core::domain::organization::{self, ApplicantKey, Organization, Registration};
use sijill_ledger_core::domain::process::{self, Content, Process, Release, Summary};
use sijill_ledger_core::domain::ruleset::{self, Rules, Ruleset};
use sijill_ledger_core::domain::stock::{self, Document, LineIn, Receipt, Source, Stock, StockKey};
use sijill_ledger_core::domain::values::{
    Code, CommitteeId, Country, Currency, Date, DocumentNumber, ExternalId, FacilityId, ItemCode,
    Money, Names, OfficialId, OrganizationId, Place, Sha256, TenderId, Text, Withheld,
};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Ledger, command_hash};
use sijill_ledger_core::statement::{Claim, StatementKey};
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{EventStore as _, StreamName};
use sijill_ledger_core::time::Timestamp;
use uuid::Uuid;

use crate::small_ledger::{open, runtime};

pub struct World {
    ledger: Ledger<EmbeddedStore>,
    commands: u128,
}

impl World {
    /// A log of it, closed in order.
    pub fn built() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        runtime().block_on(async {
            let mut world = Self {
                ledger: open(dir.path()),
                commands: 0,
            };
            world.register().await;
            world.staff().await;
            world.govern().await;
            world.receive().await;
            world.admit().await;
            world.ledger.store().close();
        });
        dir
    }

    /// Event id and index of a stream's first entry; they are the same whenever the world is built.
    pub fn first_of(dir: &tempfile::TempDir, stream: &StreamName) -> (Uuid, u64) {
        runtime().block_on(async {
            let ledger = open(dir.path());
            let batch = ledger.store().read_stream(stream, 0).await.unwrap();
            let (index, entry) = batch.get(0).unwrap();
            (entry.id, index)
        })
    }

    async fn does<A: Aggregate>(
        &mut self,
        name: &str,
        role: Role,
        stream: StreamName,
        command: A::Command,
    ) {
        let context = self.context(name, role);
        let done = self.ledger.execute::<A>(&stream, command, context).await;
        if let Err(refused) = done {
            panic!("{stream}: {refused}");
        }
    }

    fn context(&mut self, name: &str, role: Role) -> Context {
        self.commands += 1;
        Context::new(Uuid::from_u128(self.commands), who(name, role))
    }

    async fn register(&mut self) {
        let (rana, role) = ("rana", Role::Registrar);
        for (id, does, account) in [
            ("moh", organization::Role::ProcuringEntity, None),
            ("dawa", organization::Role::Supplier, Some("EG38 0019")),
        ] {
            let command = organization::Command::Register(registration(id, does, account));
            self.does::<Organization>(rana, role, organization(id), command)
                .await;
        }
        let open = facility::Command::Open(clinic());
        let f0 = Facility::stream(&facility("F0"));
        self.does::<Facility>(rana, role, f0, open).await;
        let list = item::Command::List(gauze());
        self.does::<Item>(rana, role, Item::stream(&item()), list)
            .await;
        let record = process::Command::Record(Box::new(release("1")));
        self.does::<Process>(rana, role, process_stream(), record)
            .await;
    }

    /// Three officials, two with a limit, one with an interest, one with a key that waits for its second registrar.
    async fn staff(&mut self) {
        let (rana, role) = ("rana", Role::Registrar);
        for name in ["mona", "adel", "sami"] {
            let post = format!("P-{name}");
            let command = official::Command::Appoint(appointment(name, &post, "F0"));
            self.does::<Official>(rana, role, Official::stream(&official(name)), command)
                .await;
        }
        let mona = || Official::stream(&official("mona"));
        let adel = || Official::stream(&official("adel"));
        let limit = official::Command::Delegate(delegation("P-mona", 1_000, None));
        self.does::<Official>(rana, role, mona(), limit).await;
        let limit = official::Command::Delegate(delegation("P-adel", 500, Some("mona")));
        self.does::<Official>(rana, role, adel(), limit).await;
        let declare = official::Command::DeclareConflict(conflict());
        self.does::<Official>("adel", Role::ProcurementOfficer, adel(), declare)
            .await;
        let propose = official::Command::ProposeKey(key(1).proposal(&mona()));
        self.does::<Official>(rana, role, mona(), propose).await;
        // Once more for a key that is done with.
        let propose = official::Command::ProposeKey(key(3).proposal(&adel()));
        self.does::<Official>(rana, role, adel(), propose).await;
        let enrol =
            official::Command::EnrolKey(sijill_ledger_core::domain::enrolment::KeyEnrolment {
                key: key(3).proposal(&adel()).key,
            });
        self.does::<Official>("farid", role, adel(), enrol).await;
    }

    async fn govern(&mut self) {
        let form = committee::Command::Form(formation(&["mona", "adel", "sami"]));
        let c1 = || committee_stream("C1");
        self.does::<Committee>("rana", Role::Registrar, c1(), form)
            .await;
        let signer = |name| Signer {
            member: official(name),
            dissent: None,
        };
        let sign = committee::Command::SignMinutes(Minutes {
            number: number("M-1"),
            decision: text("accepted"),
            signers: vec![signer("mona"), signer("adel")],
        });
        self.does::<Committee>("mona", Role::CommitteeMember, c1(), sign)
            .await;
        let drawn = committee::Command::DrawUp(paper(None, Resolution::Other(text("accepted"))));
        self.does::<Committee>("mona", Role::CommitteeMember, c1(), drawn)
            .await;
        for name in ["mona", "adel"] {
            let sign = committee::Command::Sign(MemberSignature {
                number: number("M-3"),
                read: 2,
                dissent: None,
            });
            self.does::<Committee>(name, Role::CommitteeMember, c1(), sign)
                .await;
        }
        let role = Role::Administrator;
        let propose = || ruleset::Command::Propose {
            rules: Rules::default(),
            reason: text("as ever"),
        };
        let national = Ruleset::national;
        self.does::<Ruleset>("huda", role, national(), propose())
            .await;
        let adopt = ruleset::Command::Adopt { version: 1 };
        self.does::<Ruleset>("mona", role, national(), adopt).await;
        self.does::<Ruleset>("huda", role, national(), propose())
            .await;
        let close = migration::Command::ProposeClosure(migration::Closure {
            reason: text("all is in"),
        });
        self.does::<Migration>("adel", role, Migration::national(), close)
            .await;
    }

    /// Goods with a remark, which is erased on an order.
    async fn receive(&mut self) {
        let receive = stock::Command::Receive(Receipt {
            document: Document {
                number: number("GRN-1"),
                attachment: None,
                note: Some(Withheld::Known(text("about a person"))),
            },
            source: Source::Production,
            provisional: false,
            lines: vec![LineIn {
                key: StockKey {
                    item: item(),
                    batch: None,
                    programme: None,
                },
                expiry: None,
                quantity: 1_000.into(),
                unit_price: None,
            }],
        });
        let stream = Stock::stream(&facility("F0"));
        let context = self.context("huda", Role::Storekeeper);
        let done = self.ledger.execute::<Stock>(&stream, receive, context);
        let index = done.await.unwrap().first_index;
        let order = LegalOrder {
            number: number("E-1"),
            authority: text("Court of Cairo"),
            grounds: text("privacy"),
        };
        let context = self.context("rana", Role::Registrar);
        self.ledger.erase(index, 0, order, context).await.unwrap();
    }

    /// A firm is registered on its application; another one applies and is registered by hand meanwhile.
    async fn admit(&mut self) {
        let (rana, role) = ("rana", Role::Registrar);
        for (number, seed) in [("EG-GAFI:1", 1), ("EG-GAFI:2", 2)] {
            let apply = application::Command::Apply(applied(number, seed));
            self.signs(&applications(number), apply, &key(seed)).await;
        }
        let approve = application::Command::Approve { applied: 0 };
        self.does::<Application>(rana, role, applications("EG-GAFI:1"), approve)
            .await;
        for (number, seed) in [("EG-GAFI:1", 1), ("EG-GAFI:2", 2)] {
            let register = organization::Command::Register(Registration {
                profile: applied(number, seed).applicant.profile(),
                bank_account: None,
            });
            self.does::<Organization>(rana, role, applicant(number), register)
                .await;
        }
        let propose = organization::Command::ProposeApplicantKey(applicant_key("EG-GAFI:1", 1));
        self.does::<Organization>(rana, role, applicant("EG-GAFI:1"), propose)
            .await;
    }

    /// A command under the name of a key, which signs it.
    async fn signs(
        &mut self,
        stream: &StreamName,
        command: application::Command,
        key: &StatementKey,
    ) {
        self.commands += 1;
        let actor = Actor {
            id: ActorId::Key(key.public().id()),
            role: Role::Supplier,
            position: None,
        };
        let mut context = Context::new(Uuid::from_u128(self.commands), actor);
        let claim = Claim {
            origin: self.ledger.store().origin().to_owned(),
            stream: stream.clone(),
            command_id: context.command_id,
            effective_at: None,
            key: key.public().id(),
            payload: command_hash::<Application>(&command, None).unwrap(),
            approved: None,
        };
        context.statement = Some(key.sign(&claim));
        let done = self.ledger.execute::<Application>(stream, command, context);
        done.await.unwrap();
    }
}

/// What a firm with this number applies with.
pub fn applied(number: &str, seed: u8) -> Applied {
    let proposal = key(seed).proposal(&applicant(number));
    Applied {
        applicant: Applicant {
            names: Names::new("شركة", "Firm").unwrap(),
            external: ExternalId::new(number).unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: None,
            categories: [Category::Supply].into(),
            documents: Vec::new(),
            key: proposal.key,
            proof: proposal.proof,
        },
        contact: Withheld::Known(text("Mona")),
    }
}

/// Its key as Rana, who approved, presents it.
pub fn applicant_key(number: &str, seed: u8) -> ApplicantKey {
    ApplicantKey {
        proposal: applied(number, seed).applicant.proposal(),
        registrar: official("rana"),
    }
}

/// The applications of a number.
pub fn applications(number: &str) -> StreamName {
    Application::stream(&organization_of(&ExternalId::new(number).unwrap()))
}

/// The organisation that comes of them.
pub fn applicant(number: &str) -> StreamName {
    Organization::stream(&organization_of(&ExternalId::new(number).unwrap()))
}

pub fn who(name: &str, role: Role) -> Actor {
    Actor {
        id: ActorId::Official(official(name)),
        role,
        position: None,
    }
}

pub fn official(name: &str) -> OfficialId {
    OfficialId::new(name).unwrap()
}

pub fn organization(id: &str) -> StreamName {
    Organization::stream(&OrganizationId::new(id).unwrap())
}

/// Minutes M-3, which decide one thing.
pub fn paper(tender: Option<TenderId>, decided: Resolution) -> Paper {
    Paper {
        number: number("M-3"),
        tender,
        resolutions: vec![decided],
        document: None,
    }
}

pub fn committee_stream(id: &str) -> StreamName {
    Committee::stream(&CommitteeId::new(id).unwrap())
}

pub fn process_stream() -> StreamName {
    Process::stream(&release("1").ocid)
}

pub fn facility(id: &str) -> FacilityId {
    FacilityId::new(id).unwrap()
}

pub fn item() -> ItemCode {
    ItemCode::new("gauze").unwrap()
}

pub fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub fn number(number: &str) -> DocumentNumber {
    DocumentNumber::new(number).unwrap()
}

pub fn day(day: &str) -> Date {
    Date::parse(day).unwrap()
}

pub fn pounds(amount: i64) -> Money {
    Money::new(amount.into(), Currency::new("EGP").unwrap()).unwrap()
}

pub fn key(seed: u8) -> StatementKey {
    StatementKey::from_seed(&[seed; 32]).unwrap()
}

pub fn appointment(name: &str, post: &str, at: &str) -> Appointment {
    Appointment {
        post: Code::new(post).unwrap(),
        seat: Seat::Facility(facility(at)),
        names: Names::new("موظف", name).unwrap(),
        national_id: None,
        from: day("2020-01-01"),
        decree: number("D-1"),
    }
}

pub fn delegation(post: &str, limit: i64, delegator: Option<&str>) -> Delegation {
    Delegation {
        post: Code::new(post).unwrap(),
        limit: pounds(limit),
        from: day("2020-01-01"),
        until: day("2049-12-31"),
        delegator: delegator.map(official),
        decree: number("D-2"),
    }
}

pub fn conflict() -> Conflict {
    Conflict {
        organization: OrganizationId::new("dawa").unwrap(),
        interest: Interest::Kinship,
        particulars: None,
    }
}

pub fn conflict_withdrawal() -> ConflictWithdrawal {
    let Conflict {
        organization,
        interest,
        ..
    } = conflict();
    ConflictWithdrawal {
        organization,
        interest,
        reason: text("sold"),
    }
}

pub fn formation(members: &[&str]) -> Formation {
    Formation {
        purpose: Purpose::Inspection,
        names: Names::new("لجنة الفحص", "Inspection").unwrap(),
        members: members.iter().map(|name| official(name)).collect(),
        quorum: 2,
        alternates: Vec::new(),
        decree: number("D-3"),
    }
}

pub fn clinic() -> facility::Profile {
    facility::Profile {
        names: Names::new("عيادة", "Clinic").unwrap(),
        kind: facility::Kind::Clinic,
        governorate: Some(Place::new("EG-C").unwrap()),
        position: None,
        population: None,
        parent: None,
        owner: Some(OrganizationId::new("moh").unwrap()),
    }
}

pub fn gauze() -> item::Profile {
    item::Profile {
        names: Names::new("شاش", "Gauze").unwrap(),
        category: Category::Supply,
        base_unit: Code::new("piece").unwrap(),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: false,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    }
}

pub fn release(id: &str) -> Release {
    Release {
        ocid: text("ocds-213czf-000-00001"),
        id: text(id),
        date: Timestamp::from_micros(1_268_645_400_000_000),
        tags: vec![text("tender")],
        source: text("releases.json"),
        sha256: Sha256([7; 32]),
        bytes: 100,
        content: Content::Inline(vec![7]),
        summary: Summary::default(),
    }
}

fn registration(id: &str, role: organization::Role, account: Option<&str>) -> Registration {
    Registration {
        profile: organization::Profile {
            roles: BTreeSet::from([role]),
            names: Names::new("جهة", id).unwrap(),
            external: ExternalId::new(&format!("EG-GAFI:{id}")).unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: None,
        },
        bank_account: account.map(|account| Withheld::Known(text(account))),
    }
}
