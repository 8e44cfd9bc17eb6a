//! The service over a real connection and a real store, by callers without a token.

mod listed;

use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::policies::{self, Checkpoints, MemoryCheckpoints};
use sijill_ledger_core::statement::{Claim, StatementKey};
use sijill_ledger_core::store::{EventStore as _, StoredPart};
use sijill_schemas::events::v1 as events;
use sijill_schemas::registry::v1 as registry;
use sijill_schemas::types::v1::{CommandContext, KeyAlgorithm, PublicKey, Statement};
use tonic::Code;

use super::*;
use crate::grpc::command::{Asked, CommandRequest};
use crate::grpc::testing::*;

const NILE: &str = "EG-GAFI.12345";
const CONTACT: &str = "Mona, +20 100 000 0000";

/// A firm: its number in a register, and its key.
struct Firm {
    number: &'static str,
    key: StatementKey,
}

fn nile() -> Firm {
    firm("EG-GAFI:12345", 7)
}

fn firm(number: &'static str, seed: u8) -> Firm {
    let key = StatementKey::from_seed(&[seed; 32]).unwrap();
    Firm { number, key }
}

impl Firm {
    fn public(&self) -> PublicKey {
        PublicKey {
            algorithm: KeyAlgorithm::Ed25519.into(),
            key: self.key.public().bytes().to_vec(),
        }
    }

    fn application(&self) -> events::SupplierApplied {
        let id = organization_of(&ExternalId::new(self.number).unwrap());
        let applicant = events::Applicant {
            names: names("شركة النيل", "Nile Company"),
            external: self.number.to_owned(),
            country: "EG".to_owned(),
            governorate: Some("EG-C".to_owned()),
            categories: vec![events::ItemCategory::Medicine.into()],
            documents: Vec::new(),
            key: Some(self.public()),
            proof: self.key.proposal(&Organization::stream(&id)).proof,
        };
        events::SupplierApplied {
            applicant: Some(applicant),
            contact_part: 0,
        }
    }

    fn applies(&self) -> pb::ApplyAsSupplierRequest {
        self.signs(&[CONTACT], |context| pb::ApplyAsSupplierRequest {
            context,
            application: Some(self.application()),
        })
    }

    fn withdraws(&self, application: &str) -> pb::WithdrawApplicationRequest {
        self.signs(&[], |context| pb::WithdrawApplicationRequest {
            context,
            application: application.to_owned(),
        })
    }

    /// A request, signed as the firm sends it: `sijill sign request` does the same.
    fn signs<C: CommandRequest>(
        &self,
        withheld: &[&str],
        request: impl Fn(Option<CommandContext>) -> C,
    ) -> C {
        let context = withholding(withheld).unwrap();
        let unsigned = request(Some(context.clone())).encode_to_vec();
        let asked = Asked::of::<C>(&unsigned).unwrap();
        let signed = self.key.sign(&Claim {
            origin: ORIGIN.to_owned(),
            stream: asked.stream,
            command_id: asked.command_id,
            effective_at: asked.effective_at,
            key: self.key.public().id(),
            payload: asked.payload,
            approved: None,
        });
        request(Some(CommandContext {
            statement: Some(Statement {
                signed: signed.bytes,
                key: signed.key.to_string(),
                signature: signed.signature,
            }),
            ..context
        }))
    }
}

async fn apply(
    world: &World,
    request: pb::ApplyAsSupplierRequest,
) -> Result<CommandResponse, Status> {
    let applied = world.suppliers().apply_as_supplier(request).await;
    applied.map(Response::into_inner)
}

async fn withdraw(world: &World, firm: &Firm) -> Result<CommandResponse, Status> {
    let withdrawn = world
        .suppliers()
        .withdraw_application(firm.withdraws(NILE))
        .await;
    withdrawn.map(Response::into_inner)
}

async fn approve(world: &World, by: By, applied: u64) -> Result<CommandResponse, Status> {
    let request = pb::ApproveApplicationRequest {
        context: new(),
        application: NILE.to_owned(),
        applied,
    };
    let approved = world
        .suppliers()
        .approve_application(by.asks(request))
        .await;
    approved.map(Response::into_inner)
}

async fn reject(world: &World, by: By, applied: u64) -> Result<CommandResponse, Status> {
    let request = pb::RejectApplicationRequest {
        context: new(),
        application: NILE.to_owned(),
        rejection: Some(events::ApplicationRejected {
            applied,
            reason: "the extract is another firm's".to_owned(),
        }),
    };
    let rejected = world.suppliers().reject_application(by.asks(request)).await;
    rejected.map(Response::into_inner)
}

async fn enrol(world: &World, by: By, firm: &Firm) -> Result<CommandResponse, Status> {
    let request = registry::EnrolOrganizationKeyRequest {
        context: new(),
        organization: NILE.to_owned(),
        enrolment: Some(events::OrganizationKeyEnrolled {
            key: Some(firm.public()),
        }),
    };
    let enrolled = world
        .registry()
        .enrol_organization_key(by.asks(request))
        .await;
    enrolled.map(Response::into_inner)
}

/// Where it stands, asked by its number and without a token.
async fn shown(world: &World) -> Result<pb::GetApplicationResponse, Status> {
    let which = Some(Which::External("EG-GAFI:12345".to_owned()));
    let request = pb::GetApplicationRequest { which };
    let shown = world.suppliers().get_application(request).await;
    shown.map(Response::into_inner)
}

async fn react(world: &World) {
    let kept: Arc<dyn Checkpoints> = Arc::new(MemoryCheckpoints::default());
    policies::catch_up(&world.ledger, &kept).await.unwrap();
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Status>) -> String {
    code_and_field(&outcome.unwrap_err()).0
}

/// The state of the organisation and its key as the firm sees it.
fn organization(shown: &pb::GetApplicationResponse) -> (bool, pb::ApplicantKeyStage) {
    let organization = shown.organization.as_ref().unwrap();
    (organization.registered, organization.key())
}

/// A stranger applies; Huda approves; the policy registers the organisation; Adel, and not Huda, enrols the key.
#[tokio::test]
async fn a_stranger_becomes_a_supplier_whose_key_signs() {
    let (world, firm) = (World::new().await, nile());
    assert_eq!(code(shown(&world).await), "APPLICATION_NOT_FOUND");
    let done = apply(&world, firm.applies()).await.unwrap();
    assert_eq!(done.stream, "application-EG-GAFI.12345");
    let store = world.ledger.store();
    let parts = store.parts(done.position.unwrap().index).await.unwrap();
    assert!(matches!(&parts[..], [StoredPart::Known(part)] if part.bytes == CONTACT.as_bytes()));

    let waits = shown(&world).await.unwrap();
    assert_eq!(waits.stage(), pb::ApplicationStage::Waiting);
    assert_eq!(waits.applied, Some(0));
    let said = firm.application().applicant;
    assert_eq!(waits.applicant, said);
    assert!(!format!("{waits:?}").contains("Mona"));
    let nothing_yet = (false, pb::ApplicantKeyStage::Unspecified);
    assert_eq!(organization(&waits), nothing_yet);

    approve(&world, HUDA, 0).await.unwrap();
    react(&world).await;
    let approved = shown(&world).await.unwrap();
    assert_eq!(approved.stage(), pb::ApplicationStage::Approved);
    let waits_for_another = (true, pb::ApplicantKeyStage::Proposed);
    assert_eq!(organization(&approved), waits_for_another);
    assert_eq!(code(enrol(&world, HUDA, &firm).await), "KEY_SAME_REGISTRAR");
    enrol(&world, ADEL, &firm).await.unwrap();
    let enrolled = shown(&world).await.unwrap();
    assert_eq!(
        organization(&enrolled),
        (true, pb::ApplicantKeyStage::Enrolled)
    );
    assert_eq!(
        code(apply(&world, firm.applies()).await),
        "APPLICATION_APPROVED"
    );

    // Once more, from the start of the log: nothing happens twice.
    let size = store.size();
    react(&world).await;
    assert_eq!(store.size(), size);
}

#[tokio::test]
async fn one_application_waits_per_number_and_a_decided_one_makes_room() {
    let (world, firm, other) = (World::new().await, nile(), firm("EG-GAFI:12 345", 8));
    let first = firm.applies();
    apply(&world, first.clone()).await.unwrap();
    let again = apply(&world, first).await.unwrap();
    assert!(
        again.repeated,
        "the same request is answered with its result"
    );
    assert_eq!(
        code(apply(&world, other.applies()).await),
        "APPLICATION_OPEN"
    );
    assert_eq!(
        code(withdraw(&world, &other).await),
        "APPLICATION_OTHER_KEY"
    );

    for outcome in [
        approve(&world, MONA, 0).await,
        reject(&world, MONA, 0).await,
    ] {
        assert_eq!(code(outcome), "ROLE_NOT_ALLOWED");
    }
    assert_eq!(
        code(approve(&world, HUDA, 1).await),
        "APPLICATION_OTHER_VERSION"
    );
    reject(&world, HUDA, 0).await.unwrap();
    let rejected = shown(&world).await.unwrap();
    assert_eq!(rejected.stage(), pb::ApplicationStage::Rejected);
    assert_eq!(
        rejected.reason.as_deref(),
        Some("the extract is another firm's")
    );
    assert_eq!(rejected.applicant, None);

    apply(&world, other.applies()).await.unwrap();
    withdraw(&world, &other).await.unwrap();
    let withdrawn = shown(&world).await.unwrap();
    assert_eq!(withdrawn.stage(), pb::ApplicationStage::Withdrawn);
    assert_eq!(code(approve(&world, HUDA, 2).await), "APPLICATION_NOT_OPEN");
}

#[tokio::test]
async fn who_is_registered_meets_itself_and_a_registrar_sees_who_is_debarred() {
    let (world, firm) = (World::new().await, nile());
    let role = events::OrganizationRole::Supplier;
    world.organization(NILE, role).await;
    assert_eq!(
        code(apply(&world, firm.applies()).await),
        "APPLICATION_REGISTERED"
    );
    let debar = registry::DebarSupplierRequest {
        context: new(),
        organization: NILE.to_owned(),
        debarment: Some(events::SupplierDebarred {
            from_days: 20_000,
            until_days: None,
            decision: "12/2026".to_owned(),
            grounds: "forged certificates".to_owned(),
        }),
    };
    world
        .registry()
        .debar_supplier(HUDA.asks(debar))
        .await
        .unwrap();
    assert_eq!(
        code(apply(&world, firm.applies()).await),
        "APPLICATION_DEBARRED"
    );
    let known = shown(&world).await.unwrap();
    let organization = known.organization.unwrap();
    assert_eq!(organization.debarred_by.as_deref(), Some("12/2026"));
}

/// Nothing but the signature says who applies: what is unsigned, of another key or of another request is not recorded.
#[tokio::test]
async fn only_what_its_key_has_signed_is_recorded() {
    let (world, firm, other) = (World::new().await, nile(), firm("EG-GAFI:12345", 8));
    let size = world.ledger.store().size();
    let mut unsigned = firm.applies();
    unsigned.context.as_mut().unwrap().statement = None;
    let mut by_another = firm.applies();
    by_another.context = other.applies().context;
    let mut changed = firm.applies();
    changed
        .application
        .as_mut()
        .unwrap()
        .applicant
        .as_mut()
        .unwrap()
        .governorate = None;
    let mut forged = firm.applies();
    let statement = forged.context.as_mut().unwrap().statement.as_mut().unwrap();
    statement.signature = vec![1; 64];
    for (request, expected) in [
        (unsigned, "STATEMENT_MISSING"),
        (by_another, "APPLICATION_OTHER_KEY"),
        (changed, "STATEMENT_OTHER_COMMAND"),
        (forged, "STATEMENT_BAD_SIGNATURE"),
    ] {
        assert_eq!(code(apply(&world, request).await), expected);
    }
    assert_eq!(world.ledger.store().size(), size);
}

/// Whoever calls, it is the key that is recorded, as a supplier: a registrar's desk gives no rights to what it hands in.
#[tokio::test]
async fn the_key_is_recorded_and_not_who_hands_it_in() {
    let (world, firm) = (World::new().await, nile());
    let request = HUDA.asks(firm.applies());
    let done = world.suppliers().apply_as_supplier(request).await.unwrap();
    let index = done.into_inner().position.unwrap().index;
    let store = world.ledger.store();
    let batch = store.read_log(index).await.unwrap();
    let (_, entry) = batch.get(0).unwrap();
    let event = sijill_ledger_core::codec::recorded(index, &entry, &[]).unwrap();
    let actor = Actor {
        id: ActorId::Key(firm.key.public().id()),
        role: Role::Supplier,
        position: None,
    };
    assert_eq!(event.metadata.actor, actor);
}

#[tokio::test]
async fn applications_are_bounded_in_size_and_number() {
    let (world, firm) = (World::new().await, nile());
    let mut large = firm.applies();
    let proof = &mut large
        .application
        .as_mut()
        .unwrap()
        .applicant
        .as_mut()
        .unwrap()
        .proof;
    proof.resize(APPLICATION_BYTES_MAX, 0);
    let (reason, field) = code_and_field(&apply(&world, large).await.unwrap_err());
    assert_eq!(
        (reason.as_str(), field.as_str()),
        ("INVALID_FIELD", "application")
    );
    for _ in 0..intake::CALLER_MAX {
        apply(&world, firm.applies()).await.unwrap();
        withdraw(&world, &firm).await.unwrap();
    }
    let size = world.ledger.store().size();
    let refused = apply(&world, firm.applies()).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    assert_eq!(code_and_field(&refused).0, "APPLICATIONS_TOO_MANY");
    assert_eq!(world.ledger.store().size(), size);
    // The desk of a registrar is not kept out by strangers.
    let mut desk = world.suppliers();
    let handed_in = desk.apply_as_supplier(HUDA.asks(firm.applies())).await;
    assert!(handed_in.is_ok());
}

reached! { application_methods: application::Command {
    application::Command::Apply(_) => Some("ApplyAsSupplier"),
    application::Command::Withdraw(_) => Some("WithdrawApplication"),
    application::Command::Approve { .. } => Some("ApproveApplication"),
    application::Command::Reject(_) => Some("RejectApplication"),
} }

#[test]
fn every_command_has_its_method() {
    let reached = [
        application_methods(),
        vec![
            "GetApplication",
            "GetApplicationContact",
            "ListApplications",
        ],
    ];
    assert_served("sijill.registry.v1", "SupplierService", &reached.concat());
}
