//! Discrepancies, refused steps, and one event with its entry.

use sijill_ledger_core::domain::order::{self, Basis, OrderLine, Placement};
use sijill_ledger_core::domain::{facility, reaction};
use sijill_ledger_core::store::Entry;

use super::*;

async fn disputed() -> World {
    let world = World::new();
    let handed = facility::Event::CustodyHandedOver(facility::Handover {
        from: None,
        to: OfficialId::new("mona").unwrap(),
    });
    world.push("facility-F1", "2026-03-01", handed).await;
    let opened = |id: &str, found: i64| {
        stock::Event::DiscrepancyOpened(stock::Discrepancy {
            id: DiscrepancyId::new(id).unwrap(),
            rule: stock::BrokenRule::AboveUsable,
            document: 0,
            key: key("AMOX", "B1"),
            expected: 5.into(),
            found: found.into(),
        })
    };
    world.push("stock-F1", "2026-03-01", opened("D0", 9)).await;
    world.push("stock-F1", "2026-03-01", opened("D1", 7)).await;
    world.on("2026-03-04");
    let answer = stock::Event::DiscrepancyAnswered(stock::DiscrepancyAnswer {
        id: DiscrepancyId::new("D0").unwrap(),
        answer: text("handed out in an emergency"),
    });
    world
        .push_by("mona", "stock-F1", "2026-03-04", answer)
        .await;
    let placed = order::Event::OrderPlaced(Placement {
        number: DocumentNumber::new("PO/1").unwrap(),
        basis: Basis::Contract(ContractId::new("K-1").unwrap()),
        buyer: OrganizationId::new("MOH").unwrap(),
        supplier: OrganizationId::new("S1").unwrap(),
        currency: Currency::new("EGP").unwrap(),
        delivery_terms: None,
        attachment: None,
        called_by: None,
        lines: vec![OrderLine {
            item: ItemCode::new("AMOX").unwrap(),
            facility: FacilityId::new("F1").unwrap(),
            quantity: 10.into(),
            unit_price: UnitPrice::new(2.into(), Currency::new("EGP").unwrap()).unwrap(),
            due: None,
        }],
    });
    world
        .push_by("buyer", "order-PO-1", "2026-03-04", placed)
        .await;
    let paid = order::Event::DiscrepancyOpened(order::Discrepancy {
        id: DiscrepancyId::new("D1").unwrap(),
        rule: order::BrokenRule::AboveApproved,
        line: None,
        expected: 0.into(),
        found: 900.into(),
    });
    world
        .push_by("payer", "order-PO-1", "2026-03-04", paid)
        .await;
    world
}

async fn list(
    world: &World,
    request: pb::ListDiscrepanciesRequest,
) -> pb::ListDiscrepanciesResponse {
    let answer = world.audit.list_discrepancies(Request::new(request)).await;
    answer.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn open_discrepancies_come_first_with_who_must_answer() {
    let world = disputed().await;
    let at = noon("2026-03-06");
    let request = pb::ListDiscrepanciesRequest {
        context: Some(types::QueryContext {
            at: Some(sijill_ledger_core::codec::payload::write(&at).unwrap()),
            ..types::QueryContext::default()
        }),
        ..pb::ListDiscrepanciesRequest::default()
    };
    let answer = list(&world, request).await;
    let told: Vec<_> = answer
        .rows
        .iter()
        .map(|row| (row.index, row.rule.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (2, "STOCK_ABOVE_USABLE"),
            (5, "ORDER_ABOVE_APPROVED"),
            (1, "STOCK_ABOVE_USABLE")
        ]
    );
    let [open, paid, answered] = &answer.rows[..] else {
        panic!("three");
    };
    let must = open.responsible.as_ref().unwrap();
    assert_eq!(
        (must.facility.as_deref(), must.keeper.as_deref()),
        (Some("F1"), Some("mona"))
    );
    assert_eq!(
        (open.item.as_deref(), open.batch.as_deref()),
        (Some("AMOX"), Some("B1"))
    );
    assert_eq!(decimal(open.found.as_ref()), 7.into());
    assert_eq!(
        open.open_micros,
        at.at().as_micros() - open.recorded_at_micros
    );
    assert_eq!(open.answer, None);
    let must = paid.responsible.as_ref().unwrap();
    assert_eq!(
        (must.buyer.as_deref(), must.facility.as_deref()),
        (Some("MOH"), None)
    );
    let placed_by = must.placed_by.as_ref().unwrap().id.clone().unwrap();
    assert_eq!(placed_by, types::actor::Id::Official("buyer".to_owned()));
    let given = answered.answer.as_ref().unwrap();
    assert_eq!(
        (given.index, given.text.as_str()),
        (3, "handed out in an emergency")
    );
    assert_eq!(
        answered.open_micros,
        given.recorded_at_micros - answered.recorded_at_micros
    );
    let counted: Vec<_> = answer
        .counts
        .iter()
        .map(|count| (count.facility.as_deref(), count.open, count.answered))
        .collect();
    assert_eq!(counted, [(Some("F1"), 1, 1), (None, 1, 0)]);

    let past = pb::ListDiscrepanciesRequest {
        context: as_of(3),
        answered: Some(false),
        ..pb::ListDiscrepanciesRequest::default()
    };
    assert_eq!(
        list(&world, past).await.rows.len(),
        2,
        "nobody had answered yet"
    );
    let rule = pb::ListDiscrepanciesRequest {
        rule: "ORDER_ABOVE_APPROVED".to_owned(),
        ..pb::ListDiscrepanciesRequest::default()
    };
    assert_eq!(list(&world, rule).await.total_size, 1);
    let (mut token, mut indexes) = (String::new(), Vec::new());
    loop {
        let request = pb::ListDiscrepanciesRequest {
            page: Some(types::Page {
                size: 1,
                token,
                order_by: "-index".to_owned(),
            }),
            ..pb::ListDiscrepanciesRequest::default()
        };
        let answer = list(&world, request).await;
        indexes.extend(answer.rows.iter().map(|row| row.index));
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(indexes, [5, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_steps_are_listed_by_policy() {
    let world = World::new();
    for policy in ["delivery", "transit", "delivery"] {
        let refused = reaction::Event::StepRefused(reaction::Refused {
            cause: Uuid::from_u128(u128::from(world.store.size()) + 77),
            cause_index: 0,
            step: 0,
            stream: text("order-PO-1"),
            code: Code2::new("ORDER_CLOSED").unwrap(),
            reason: Names::new("أمر الشراء مقفل", "the order is closed").unwrap(),
        });
        world
            .push(&format!("reaction-{policy}"), "2026-03-01", refused)
            .await;
    }
    let list = |policy: &str, page| {
        let policy = policy.to_owned();
        let request = pb::ListRefusedStepsRequest {
            policy,
            page,
            ..Default::default()
        };
        let answer = world.audit.list_refused_steps(Request::new(request));
        async { answer.await.unwrap().into_inner() }
    };
    assert_eq!(list("", None).await.rows.len(), 3);
    let newest = list("delivery", order_by("-index")).await;
    let indexes: Vec<u64> = newest.rows.iter().map(|row| row.index).collect();
    assert_eq!((indexes, newest.total_size), (vec![2, 0], 3));
    assert_eq!(
        newest.rows[0].reason.as_ref().unwrap().en,
        "the order is closed"
    );
    let history = pb::GetHistoryRequest {
        entity: entity(pb::EntityKind::Order, "", "PO-1"),
        ..pb::GetHistoryRequest::default()
    };
    assert_eq!(
        world.history(history).await.unwrap().rows.len(),
        3,
        "they name the order"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_shown_with_its_entry() {
    let world = disputed().await;
    let mut noted = paper("N-1");
    noted.note = Some(Withheld::Known(text("a remark about a person")));
    let document = stock::Event::StockIssued(stock::Issue {
        document: noted,
        to: stock::Recipient::Custody(OfficialId::new("omar").unwrap()),
        lines: out(key("AMOX", "B1"), 1),
    });
    let index = world.push("stock-F1", "2026-03-05", document).await;
    let get = |index, minimum_index| {
        let context = types::QueryContext {
            minimum_index,
            ..types::QueryContext::default()
        };
        let request = pb::GetEventRequest {
            context: Some(context),
            index,
        };
        world.audit.get_event(Request::new(request))
    };
    let event = get(index, None).await.unwrap().into_inner().event.unwrap();
    let entry = Entry::decode(&event.entry).unwrap();
    assert_eq!(
        (entry.data, entry.metadata),
        (&event.data[..], &event.metadata[..])
    );
    let row = event.row.unwrap();
    assert_eq!((row.index, row.kind.as_str()), (index, entry.kind));
    assert!(
        row.json.contains("withheld") && !row.json.contains("remark"),
        "{}",
        row.json
    );
    assert_eq!(event.withheld.len(), 1);
    assert_eq!(event.withheld[0].class(), pb::WithheldClass::Person);
    let named: Vec<_> = event
        .entities
        .iter()
        .map(|e| e.entity.clone().unwrap().id)
        .collect();
    for id in ["F1", "AMOX", "B1", "omar", "huda", "N-1", "EG-keeper"] {
        assert!(named.iter().any(|named| named == id), "{id}");
    }

    // Beyond the end: told at once; or after a wait, when it was to be waited for.
    let error = get(index + 1, None).await.unwrap_err();
    assert_eq!(
        reason(&error),
        (Code::NotFound, "ENTRY_NOT_FOUND".to_owned())
    );
    let error = get(index + 1, Some(index + 1)).await.unwrap_err();
    assert_eq!(
        reason(&error),
        (Code::DeadlineExceeded, "INDEX_NOT_REACHED".to_owned())
    );
}
