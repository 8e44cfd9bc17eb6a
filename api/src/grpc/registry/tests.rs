//! The service over a real connection and a real store.

use sijill_ledger_core::domain::disclosure;
use sijill_ledger_core::event::Role;
use sijill_ledger_core::store::{EventStore as _, StoredPart};
use sijill_schemas::events::v1 as events;
use sijill_schemas::types::v1::PublicKey;
use tokio_stream::StreamExt as _;
use tonic::Code;

use super::*;
use crate::grpc::testing::*;

const MINISTRY: &str = "MOH";
const NILE: &str = "NILE";

async fn erase(world: &World, by: By, index: u64, part: u32) -> Result<CommandResponse, Status> {
    let request = pb::ErasePartRequest {
        context: new(),
        index,
        part,
        order: Some(events::LegalOrder {
            number: "77/2026".to_owned(),
            authority: "Cairo court of first instance".to_owned(),
            grounds: "the account is another's".to_owned(),
        }),
    };
    let erased = world.registry().erase_part(by.asks(request)).await;
    erased.map(Response::into_inner)
}

#[tokio::test]
async fn what_is_withheld_is_erased_on_a_legal_order_and_never_published_by_hand() {
    let world = World::new().await;
    let role = events::OrganizationRole::Supplier;
    let registered = world.organization(NILE, role).await;
    let index = registered.position.unwrap().index;
    let store = world.ledger.store();
    let before = store.parts(index).await.unwrap();
    assert!(
        matches!(&before[..], [StoredPart::Known(part)] if part.bytes == BANK_ACCOUNT.as_bytes())
    );

    let disclosure = |part| pb::DisclosePartRequest {
        context: new(),
        index,
        part,
    };
    let mut registry = world.registry();
    let status = registry.disclose_part(HUDA.asks(disclosure(0))).await;
    let status = status.unwrap_err();
    assert_eq!(code_and_field(&status).0, "DISCLOSURE_NEVER_SECURITY");
    let status = registry.disclose_part(HUDA.asks(disclosure(256))).await;
    assert_eq!(code_and_field(&status.unwrap_err()).1, "part");
    let beyond = erase(&world, HUDA, 1_000, 0).await.unwrap_err();
    assert_eq!(beyond.code(), Code::NotFound);
    let keeper = erase(&world, MONA, index, 0).await.unwrap_err();
    assert_eq!(code_and_field(&keeper).0, "ROLE_NOT_ALLOWED");

    let erased = erase(&world, HUDA, index, 0).await.unwrap();
    assert!(
        erased.stream.starts_with("disclosure-"),
        "{}",
        erased.stream
    );
    let after = store.parts(index).await.unwrap();
    assert!(matches!(after[..], [StoredPart::Absent]));
    let twice = erase(&world, HUDA, index, 0).await.unwrap_err();
    assert_eq!(code_and_field(&twice).0, "DISCLOSURE_ERASED_ALREADY");
}

#[tokio::test]
async fn a_supplier_is_barred_and_freed() {
    let world = World::new().await;
    world
        .organization(NILE, events::OrganizationRole::Supplier)
        .await;
    world
        .organization(MINISTRY, events::OrganizationRole::ProcuringEntity)
        .await;
    let debar = |organization: &str| pb::DebarSupplierRequest {
        context: new(),
        organization: organization.to_owned(),
        debarment: Some(events::SupplierDebarred {
            from_days: 20_000,
            until_days: None,
            decision: "12/2026".to_owned(),
            grounds: "forged certificates".to_owned(),
        }),
    };
    let mut registry = world.registry();
    let review_body = By("laila", Role::ReviewBody, "-");
    registry
        .debar_supplier(review_body.asks(debar(NILE)))
        .await
        .unwrap();
    let status = registry
        .debar_supplier(review_body.asks(debar(MINISTRY)))
        .await;
    let status = status.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert!(code_and_field(&status).0.starts_with("ORGANIZATION_"));
    let freed = pb::ReinstateSupplierRequest {
        context: new(),
        organization: NILE.to_owned(),
        reinstatement: Some(events::SupplierReinstated {
            from_days: 20_100,
            decision: "13/2026".to_owned(),
            grounds: "the court acquitted it".to_owned(),
        }),
    };
    registry.reinstate_supplier(HUDA.asks(freed)).await.unwrap();
}

#[tokio::test]
async fn a_bank_account_is_confirmed_by_another_registrar() {
    let world = World::new().await;
    world
        .organization(NILE, events::OrganizationRole::Supplier)
        .await;
    let confirm = |stated| pb::ConfirmBankAccountRequest {
        context: new(),
        organization: NILE.to_owned(),
        confirmation: Some(events::BankAccountConfirmed { stated }),
    };
    let mut registry = world.registry();
    for (by, stated, expected) in [
        (HUDA, 0, "ORGANIZATION_OWN_ACCOUNT"),
        (ADEL, 1, "ORGANIZATION_NO_ACCOUNT_WAITS"),
    ] {
        let refused = registry
            .confirm_bank_account(by.asks(confirm(stated)))
            .await;
        assert_eq!(code_and_field(&refused.unwrap_err()).0, expected);
    }
    let confirmed = registry.confirm_bank_account(ADEL.asks(confirm(0))).await;
    assert_eq!(confirmed.unwrap().into_inner().count, 1);
}

#[tokio::test]
async fn nobody_gives_authority_to_oneself_and_no_key_enters_on_a_word() {
    let world = World::new().await;
    world
        .organization(MINISTRY, events::OrganizationRole::ProcuringEntity)
        .await;
    let appoint = || pb::AppointOfficialRequest {
        context: withholding(&["29001011234567"]),
        official: "huda".to_owned(),
        appointment: Some(events::PositionHeld {
            post: "EG-MOH-registrar".to_owned(),
            seat: Some(events::position_held::Seat::Organization(
                MINISTRY.to_owned(),
            )),
            names: names("هدى", "Huda"),
            national_id_part: Some(0),
            from_days: 20_000,
            decree: "1/2024".to_owned(),
        }),
    };
    let mut registry = world.registry();
    let status = registry.appoint_official(HUDA.asks(appoint())).await;
    assert_eq!(
        code_and_field(&status.unwrap_err()).0,
        "OFFICIAL_OWN_AUTHORITY"
    );
    registry
        .appoint_official(ADEL.asks(appoint()))
        .await
        .unwrap();

    let propose = |proof| pb::ProposeOfficialKeyRequest {
        context: new(),
        official: "huda".to_owned(),
        proposal: Some(events::OfficialKeyProposed {
            // The public key of RFC 8032, test 1.
            key: Some(PublicKey {
                algorithm: sijill_schemas::types::v1::KeyAlgorithm::Ed25519.into(),
                key: vec![
                    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9,
                    0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02,
                    0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
                ],
            }),
            proof,
        }),
    };
    let short = registry
        .propose_official_key(ADEL.asks(propose(vec![0; 63])))
        .await;
    assert_eq!(code_and_field(&short.unwrap_err()).1, "proposal.proof");
    let forged = registry
        .propose_official_key(ADEL.asks(propose(vec![0; 64])))
        .await;
    assert_eq!(code_and_field(&forged.unwrap_err()).0, "KEY_NO_POSSESSION");
}

#[tokio::test]
async fn rules_and_the_end_of_imports_need_two_persons() {
    let world = World::new().await;
    let mut registry = world.registry();
    let months = |units| Some(sijill_schemas::types::v1::Decimal { units, scale: 0 });
    let rules = events::Rules {
        open_window_days: 31,
        future_tolerance_minutes: 10,
        amc_look_back_months: 6,
        amc_stocked_days_min: 15,
        critical_below_months: months(1),
        low_below_months: months(2),
        overstocked_above_months: months(6),
        ..events::Rules::default()
    };
    let proposal = pb::ProposeRulesetRequest {
        context: new(),
        rules: Some(rules),
        reason: "a decree".to_owned(),
    };
    registry.propose_ruleset(HUDA.asks(proposal)).await.unwrap();
    let adopt = || pb::AdoptRulesetRequest {
        context: new(),
        version: 1,
    };
    let herself = registry.adopt_ruleset(HUDA.asks(adopt())).await;
    assert_eq!(herself.unwrap_err().code(), Code::FailedPrecondition);
    let adopted = registry.adopt_ruleset(ADEL.asks(adopt())).await.unwrap();
    assert_eq!(adopted.into_inner().stream, "ruleset-national");

    let [first, second] = ["karim", "rania"].map(|id| By(id, Role::Administrator, "-"));
    let closure = pb::ProposeMigrationClosureRequest {
        context: new(),
        closure: Some(events::MigrationClosureProposed {
            reason: "all old books are in".to_owned(),
        }),
    };
    registry
        .propose_migration_closure(first.asks(closure))
        .await
        .unwrap();
    let close = || pb::CloseMigrationRequest { context: new() };
    let same = registry.close_migration(first.asks(close())).await;
    assert_eq!(
        code_and_field(&same.unwrap_err()).0,
        "MIGRATION_SAME_PERSON"
    );
    registry
        .close_migration(second.asks(close()))
        .await
        .unwrap();
}

/// Mona, Omar and Nabil inspect; two must sign.
async fn inspectors(world: &World) {
    let role = events::OrganizationRole::ProcuringEntity;
    world.organization(MINISTRY, role).await;
    let members = ["mona", "omar", "nabil"].map(str::to_owned).to_vec();
    for member in &members {
        world.official(member, MINISTRY).await;
    }
    let mut registry = world.registry();
    let formation = pb::FormCommitteeRequest {
        context: new(),
        committee: "INSPECTION-1".to_owned(),
        formation: Some(events::CommitteeFormed {
            purpose: events::CommitteePurpose::Inspection.into(),
            names: names("لجنة الفحص", "inspection committee"),
            members,
            quorum: 2,
            alternates: Vec::new(),
            decree: "3/2026".to_owned(),
        }),
    };
    registry.form_committee(HUDA.asks(formation)).await.unwrap();
}

#[tokio::test]
async fn minutes_are_recorded_by_one_who_signed_them() {
    let world = World::new().await;
    inspectors(&world).await;
    let mut registry = world.registry();
    let minutes = || pb::SignMinutesRequest {
        context: new(),
        committee: "INSPECTION-1".to_owned(),
        minutes: Some(events::MinutesSigned {
            number: "1".to_owned(),
            decision: "the goods are as ordered".to_owned(),
            signers: ["mona", "omar"]
                .map(|member| events::MinutesSigner {
                    member: member.to_owned(),
                    dissent: None,
                })
                .into(),
        }),
    };
    let other = By("nabil", Role::CommitteeMember, "-");
    let status = registry
        .sign_minutes(other.asks(minutes()))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let signer = By("omar", Role::CommitteeMember, "-");
    let done = registry.sign_minutes(signer.asks(minutes())).await.unwrap();
    assert_eq!(done.into_inner().stream, "committee-INSPECTION-1");
}

#[tokio::test]
async fn each_member_signs_minutes_with_its_own_token() {
    let world = World::new().await;
    inspectors(&world).await;
    let mut registry = world.registry();
    let by = |name| By(name, Role::CommitteeMember, "-");
    let drawn = || pb::DrawUpMinutesRequest {
        context: new(),
        committee: "INSPECTION-1".to_owned(),
        minutes: Some(events::MinutesDrawnUp {
            number: "1".to_owned(),
            tender: None,
            resolutions: vec![events::MinutesResolution {
                resolution: Some(events::minutes_resolution::Resolution::Other(
                    "the goods are as ordered".to_owned(),
                )),
            }],
            document: None,
        }),
    };
    let clerk = registry.draw_up_minutes(HUDA.asks(drawn())).await;
    assert_eq!(clerk.unwrap_err().code(), Code::PermissionDenied);
    let stranger = registry.draw_up_minutes(by("huda").asks(drawn())).await;
    assert_eq!(
        code_and_field(&stranger.unwrap_err()).0,
        "COMMITTEE_NO_MEMBER"
    );
    let done = registry.draw_up_minutes(by("mona").asks(drawn())).await;
    let read = done.unwrap().into_inner().revision;
    let signature = |read| pb::SignAsMemberRequest {
        context: new(),
        committee: "INSPECTION-1".to_owned(),
        signature: Some(events::MemberSigned {
            number: "1".to_owned(),
            read,
            dissent: None,
        }),
    };
    let unread = registry
        .sign_as_member(by("omar").asks(signature(read + 1)))
        .await;
    assert_eq!(
        code_and_field(&unread.unwrap_err()).0,
        "COMMITTEE_OTHER_PAPER"
    );
    for member in ["omar", "mona"] {
        let signed = registry.sign_as_member(by(member).asks(signature(read)));
        signed.await.unwrap();
    }
    let adopted = registry.draw_up_minutes(by("mona").asks(drawn())).await;
    assert_eq!(
        code_and_field(&adopted.unwrap_err()).0,
        "COMMITTEE_NUMBER_USED"
    );
}

#[tokio::test]
async fn a_catalogue_is_entered_over_one_stream() {
    use pb::submit_request::Command;
    use pb::submit_response::Outcome;
    let world = World::new().await;
    let item = |code: &str| pb::RegisterItemRequest {
        context: new(),
        item: code.to_owned(),
        listing: Some(events::ItemListed {
            profile: Some(events::ItemProfile {
                names: names("شاش", "gauze"),
                category: events::ItemCategory::Supply.into(),
                base_unit: "piece".to_owned(),
                tracking: events::Tracking::Quantity.into(),
                ..events::ItemProfile::default()
            }),
        }),
    };
    let price = pb::SetReferencePriceRequest {
        context: new(),
        item: "A".to_owned(),
        reference: Some(events::ReferencePriceSet {
            price: Some(sijill_schemas::types::v1::UnitPrice {
                amount: whole(3),
                currency: "EGP".to_owned(),
            }),
            source: "price committee 5/2026".to_owned(),
        }),
    };
    let asked = [
        Command::RegisterItem(item("A")),
        Command::RegisterItem(item("A")),
        Command::SetReferencePrice(price),
        Command::RegisterItem(item("B")),
    ];
    let sent: Vec<_> = (1..)
        .zip(asked)
        .map(|(sequence, command)| pb::SubmitRequest {
            sequence,
            command: Some(command),
        })
        .collect();
    let mut registry = world.registry();
    let answers = registry.submit(HUDA.asks(tokio_stream::iter(sent))).await;
    let answers: Vec<_> = answers.unwrap().into_inner().collect().await;
    let said: Vec<_> = answers
        .into_iter()
        .map(|answer| match answer.unwrap().outcome.unwrap() {
            Outcome::Done(done) => done.stream,
            Outcome::Refused(refusal) => refusal.code,
        })
        .collect();
    assert_eq!(said, ["item-A", "ITEM_LISTED", "item-A", "item-B"]);
}

// A policy presents the key of an approved application.
reached! { organization_methods: organization::Command {
    organization::Command::Register(_) => Some("RegisterOrganization"),
    organization::Command::Amend(_) => Some("AmendOrganization"),
    organization::Command::ConfirmAccount(_) => Some("ConfirmBankAccount"),
    organization::Command::Debar(_) => Some("DebarSupplier"),
    organization::Command::Reinstate(_) => Some("ReinstateSupplier"),
    organization::Command::ProposeKey(_) => Some("ProposeOrganizationKey"),
    organization::Command::ProposeApplicantKey(_) => None,
    organization::Command::EnrolKey(_) => Some("EnrolOrganizationKey"),
    organization::Command::RevokeKey(_) => Some("RevokeOrganizationKey"),
    organization::Command::ReportCompromise(_) => Some("ReportOrganizationKeyCompromise"),
} }

reached! { official_methods: official::Command {
    official::Command::Appoint(_) => Some("AppointOfficial"),
    official::Command::Delegate(_) => Some("DelegateAuthority"),
    official::Command::AppointActing(_) => Some("AppointActing"),
    official::Command::Leave(_) => Some("LeavePosition"),
    official::Command::DeclareConflict(_) => Some("DeclareConflict"),
    official::Command::WithdrawConflict(_) => Some("WithdrawConflict"),
    official::Command::ProposeKey(_) => Some("ProposeOfficialKey"),
    official::Command::EnrolKey(_) => Some("EnrolOfficialKey"),
    official::Command::RevokeKey(_) => Some("RevokeOfficialKey"),
    official::Command::ReportCompromise(_) => Some("ReportOfficialKeyCompromise"),
} }

reached! { committee_methods: committee::Command {
    committee::Command::Form(_) => Some("FormCommittee"),
    committee::Command::Replace(_) => Some("ReplaceMember"),
    committee::Command::SignMinutes(_) => Some("SignMinutes"),
    committee::Command::DrawUp(_) => Some("DrawUpMinutes"),
    committee::Command::Sign(_) => Some("SignAsMember"),
    committee::Command::Dissolve(_) => Some("DissolveCommittee"),
} }

reached! { facility_methods: facility::Command {
    facility::Command::Open(_) => Some("OpenFacility"),
    facility::Command::Amend(_) => Some("AmendFacility"),
    facility::Command::SetAssortment(_) => Some("SetAssortment"),
    facility::Command::HandOver(_) => Some("HandOverCustody"),
    facility::Command::Close(_) => Some("CloseFacility"),
} }

reached! { item_methods: item::Command {
    item::Command::List(_) => Some("RegisterItem"),
    item::Command::Amend(_) => Some("AmendItem"),
    item::Command::SetReferencePrice(_) => Some("SetReferencePrice"),
    item::Command::Delist(_) => Some("DelistItem"),
} }

reached! { ruleset_methods: ruleset::Command {
    ruleset::Command::Propose { .. } => Some("ProposeRuleset"),
    ruleset::Command::Adopt { .. } => Some("AdoptRuleset"),
} }

reached! { disclosure_methods: disclosure::Command {
    disclosure::Command::Disclose(_) => Some("DisclosePart"),
    disclosure::Command::Erase { .. } => Some("ErasePart"),
} }

// The import records a file itself, when it has read it to its end.
reached! { migration_methods: migration::Command {
    migration::Command::Record(_) => None,
    migration::Command::ProposeClosure(_) => Some("ProposeMigrationClosure"),
    migration::Command::Close => Some("CloseMigration"),
} }

#[test]
fn every_command_has_its_method() {
    let reached = [
        organization_methods(),
        official_methods(),
        committee_methods(),
        facility_methods(),
        item_methods(),
        ruleset_methods(),
        disclosure_methods(),
        migration_methods(),
    ];
    assert_all_served("sijill.registry.v1", "RegistryService", &reached.concat());
}
