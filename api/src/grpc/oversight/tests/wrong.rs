//! What cannot be asked is refused with a code and the field that is wrong.

use sijill_schemas::types::v1::query_context::AsOf;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::super::pb;
use super::*;

/// The code, the stable reason and the field of a refusal.
#[track_caller]
fn told<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String, String) {
    let status = answer.unwrap_err();
    let details = status.get_error_details_vec();
    let (mut reason, mut field, mut languages) = (String::new(), String::new(), 0);
    for detail in details {
        #[allow(clippy::wildcard_enum_match_arm)] // a library's list, which grows
        match detail {
            tonic_types::ErrorDetail::ErrorInfo(info) => reason = info.reason,
            tonic_types::ErrorDetail::BadRequest(request) => {
                field.clone_from(&request.field_violations[0].field);
            }
            tonic_types::ErrorDetail::LocalizedMessage(_) => languages += 1,
            _ => {}
        }
    }
    assert_eq!(languages, 2, "{status:?}");
    (status.code(), reason, field)
}

fn is(code: Code, reason: &str, field: &str) -> (Code, String, String) {
    (code, reason.to_owned(), field.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_pages_are_refused() {
    let world = World::new().await;
    let mut client = world.client().await;
    let page = |token: &str, order_by: &str| {
        let (token, order_by) = (token.to_owned(), order_by.to_owned());
        Some(types::Page {
            size: 1,
            token,
            order_by,
        })
    };
    let ask = |page, filter| pb::ListFlowsRequest {
        context: world.after_all(),
        page,
        filter,
        period: None,
    };
    let answer = client.list_flows(ask(page("", "colour"), None)).await;
    assert_eq!(
        told(answer),
        is(Code::InvalidArgument, "ORDER_BY_UNKNOWN", "page.order_by")
    );
    let answer = client.list_flows(ask(page("abc", ""), None)).await;
    assert_eq!(
        told(answer),
        is(Code::InvalidArgument, "PAGE_TOKEN_UNREADABLE", "page.token")
    );

    let first = client
        .list_flows(ask(page("", ""), None))
        .await
        .unwrap()
        .into_inner();
    let token = first.next_page_token;
    let filter = pb::Filter {
        facility: Some("F1".to_owned()),
        ..pb::Filter::default()
    };
    let of_another = is(
        Code::InvalidArgument,
        "PAGE_TOKEN_OF_ANOTHER_QUESTION",
        "page.token",
    );
    let answer = client.list_flows(ask(page(&token, ""), Some(filter))).await;
    assert_eq!(told(answer), of_another);
    let answer = client.list_flows(ask(page(&token, "item"), None)).await;
    assert_eq!(told(answer), of_another);
    let answer = client.list_stock(pb::ListStockRequest {
        page: page(&token, ""),
        ..pb::ListStockRequest::default()
    });
    assert_eq!(told(answer.await), of_another);
    // Another page size is no other question.
    let answer = client.list_flows(ask(page(&token, ""), None)).await;
    assert_eq!(answer.unwrap().into_inner().rows.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::too_many_lines)] // a list of cases
async fn wrong_codes_instants_and_places_are_refused() {
    let world = World::new().await;
    let mut client = world.client().await;
    let invalid = |field: &str| is(Code::InvalidArgument, "INVALID_FIELD", field);
    let filtered = |filter: pb::Filter| pb::ListShortagesRequest {
        filter: Some(filter),
        ..pb::ListShortagesRequest::default()
    };
    let wrong = Some("a/b".to_owned());
    for (filter, field) in [
        (
            pb::Filter {
                facility: wrong.clone(),
                ..pb::Filter::default()
            },
            "filter.facility",
        ),
        (
            pb::Filter {
                item: wrong.clone(),
                ..pb::Filter::default()
            },
            "filter.item",
        ),
        (
            pb::Filter {
                governorate: wrong.clone(),
                ..pb::Filter::default()
            },
            "filter.governorate",
        ),
        (
            pb::Filter {
                owner: wrong.clone(),
                ..pb::Filter::default()
            },
            "filter.owner",
        ),
        (
            pb::Filter {
                category: 99,
                ..pb::Filter::default()
            },
            "filter.category",
        ),
    ] {
        let answer = client.list_shortages(filtered(filter)).await;
        assert_eq!(told(answer), invalid(field));
    }
    let question = pb::ListShortagesRequest {
        statuses: vec![0],
        ..Default::default()
    };
    assert_eq!(
        told(client.list_shortages(question).await),
        invalid("statuses")
    );
    let question = pb::ListTransfersRequest {
        stages: vec![9],
        ..Default::default()
    };
    assert_eq!(
        told(client.list_transfers(question).await),
        invalid("stages")
    );
    let question = pb::ListOrderLinesRequest {
        stages: vec![0],
        ..Default::default()
    };
    assert_eq!(
        told(client.list_order_lines(question).await),
        invalid("stages")
    );
    let question = pb::SummarizeDeliveriesRequest {
        group: 9,
        ..Default::default()
    };
    assert_eq!(
        told(client.summarize_deliveries(question).await),
        invalid("group")
    );
    let months = pb::Period {
        from_month: Some(24_300),
        to_month: Some(24_299),
    };
    let question = pb::ListLossesRequest {
        period: Some(months),
        ..Default::default()
    };
    assert_eq!(
        told(client.list_losses(question).await),
        invalid("period.to_month")
    );
    let items = pb::Filter {
        item: Some("gauze".to_owned()),
        ..pb::Filter::default()
    };
    let question = pb::ListFacilitiesRequest {
        filter: Some(items),
        ..Default::default()
    };
    assert_eq!(
        told(client.list_facilities(question).await),
        invalid("filter.item")
    );

    let at = types::EffectiveAt {
        micros: 0,
        offset_minutes: 5_000,
    };
    let context = types::QueryContext {
        at: Some(at),
        ..Default::default()
    };
    let question = pb::ListItemsRequest {
        context: Some(context),
        ..Default::default()
    };
    let (code, _, field) = told(client.list_items(question).await);
    assert_eq!(
        (code, field.starts_with("context.at")),
        (Code::InvalidArgument, true),
        "{field}"
    );
    let context = types::QueryContext {
        as_of: Some(AsOf::Size(9_999)),
        ..Default::default()
    };
    let question = pb::ListItemsRequest {
        context: Some(context),
        ..Default::default()
    };
    let (code, reason, _) = told(client.list_items(question).await);
    assert_eq!((code, &*reason), (Code::OutOfRange, "AS_OF_BEYOND_LOG"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let world = World::new().await;
    let mut client = world.client().await;
    let shortage = pb::GetShortageRequest {
        context: world.after_all(),
        facility: "F3".to_owned(),
        item: "gauze".to_owned(),
    };
    let answer = client.get_shortage(shortage).await;
    assert_eq!(told(answer), is(Code::NotFound, "SHORTAGE_NOT_FOUND", ""));
    let equity = pb::GetEquityRequest {
        item: "gold".to_owned(),
        ..Default::default()
    };
    assert_eq!(
        told(client.get_equity(equity).await),
        is(Code::NotFound, "ITEM_NOT_FOUND", "")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_watching_is_refused() {
    let world = World::new().await;
    let mut client = world.client().await;
    let from = |log_id: &str, index| pb::WatchShortagesRequest {
        from: Some(types::Position {
            log_id: log_id.to_owned(),
            index,
        }),
        ..pb::WatchShortagesRequest::default()
    };
    let answer = client.watch_shortages(from("elsewhere", 0)).await;
    assert_eq!(
        told(answer),
        is(Code::InvalidArgument, "INVALID_FIELD", "from.log_id")
    );
    let answer = client.watch_shortages(from(ORIGIN, 9_999)).await;
    assert_eq!(
        told(answer),
        is(Code::OutOfRange, "POSITION_BEYOND_LOG", "from.index")
    );
    let answer = client.watch_shortages(pb::WatchShortagesRequest {
        heartbeat_seconds: 3_000,
        ..pb::WatchShortagesRequest::default()
    });
    assert_eq!(
        told(answer.await),
        is(Code::InvalidArgument, "INVALID_FIELD", "heartbeat_seconds")
    );
}
