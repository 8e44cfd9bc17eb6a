//! What registrars read: the list, and whom to reach.

use sijill_schemas::types::v1::QueryContext;

use super::*;

/// Read your writes.
async fn list(world: &World, stage: pb::ApplicationStage) -> pb::ListApplicationsResponse {
    let context = QueryContext {
        minimum_index: Some(world.ledger.store().size() - 1),
        ..QueryContext::default()
    };
    let request = pb::ListApplicationsRequest {
        context: Some(context),
        stage: stage.into(),
        ..pb::ListApplicationsRequest::default()
    };
    let listed = world.suppliers().list_applications(request).await;
    listed.unwrap().into_inner()
}

/// Without a token, as everything that is public; what was rejected is told without what it said.
#[tokio::test]
async fn applications_that_wait_come_first_and_each_beside_who_has_its_number() {
    use pb::ApplicationStage::{Rejected, Unspecified, Waiting};
    let world = World::new().await;
    let role = events::OrganizationRole::Supplier;
    // By hand, with a number that is written otherwise.
    world.registered("NILE", "EG-GAFI:12 345", role).await;
    let firms = [firm("EG-GAFI:9", 8), nile(), firm("EG-GAFI:7", 9)];
    for firm in &firms {
        apply(&world, firm.applies()).await.unwrap();
    }
    let all = list(&world, Unspecified).await;
    let ids = |answer: &pb::ListApplicationsResponse| {
        let rows = answer.rows.iter();
        rows.map(|row| row.application.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&all), ["EG-GAFI.9", NILE, "EG-GAFI.7"]);
    let others = all.rows.iter().map(|row| row.same_number.clone());
    assert_eq!(
        others.collect::<Vec<_>>(),
        [vec![], vec!["NILE".to_owned()], vec![]]
    );
    assert_eq!(all.rows[1].applicant, nile().application().applicant);
    assert!(!format!("{all:?}").contains("Mona"));
    assert_eq!(shown(&world).await.unwrap().same_number, ["NILE"]);

    reject(&world, HUDA, 0).await.unwrap();
    let all = list(&world, Unspecified).await;
    assert_eq!(ids(&all), ["EG-GAFI.9", "EG-GAFI.7", NILE]);
    assert_eq!(all.total_size, 3);
    let rejected = list(&world, Rejected).await;
    let [row] = &rejected.rows[..] else {
        panic!("{rejected:?}");
    };
    assert_eq!(
        (row.application.as_str(), row.applicant.as_ref()),
        (NILE, None)
    );
    assert!(row.reason.is_some() && row.ended_at_micros.is_some());
    assert_eq!(list(&world, Waiting).await.total_size, 2);
    // Once more: the last application of a number is what counts.
    apply(&world, nile().applies()).await.unwrap();
    let all = list(&world, Unspecified).await;
    assert_eq!(ids(&all), ["EG-GAFI.9", "EG-GAFI.7", NILE]);
    assert_eq!((all.rows[2].applied, all.rows[2].stage()), (2, Waiting));
}

async fn contact(world: &World, by: By) -> Result<String, Status> {
    let request = pb::GetApplicationContactRequest {
        application: NILE.to_owned(),
    };
    let mut suppliers = world.suppliers();
    let told = suppliers.get_application_contact(by.asks(request)).await;
    told.map(|told| told.into_inner().contact)
}

#[tokio::test]
async fn whom_to_reach_registrars_alone_are_told() {
    let (world, firm) = (World::new().await, nile());
    assert_eq!(code(contact(&world, HUDA).await), "APPLICATION_NOT_FOUND");
    apply(&world, firm.applies()).await.unwrap();
    assert_eq!(contact(&world, HUDA).await.unwrap(), CONTACT);
    assert_eq!(code(contact(&world, MONA).await), "ROLE_NOT_ALLOWED");
    let order = registry::ErasePartRequest {
        context: new(),
        index: world.ledger.store().size() - 1,
        part: 0,
        order: Some(events::LegalOrder {
            number: "771/2026".to_owned(),
            authority: "Cairo Administrative Court".to_owned(),
            grounds: "Law 151 of 2020, article 2".to_owned(),
        }),
    };
    let erased = world.registry().erase_part(HUDA.asks(order)).await;
    assert!(erased.is_ok(), "{erased:?}");
    assert_eq!(
        code(contact(&world, HUDA).await),
        "APPLICATION_CONTACT_ERASED"
    );
}
