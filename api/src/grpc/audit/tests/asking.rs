//! Requests that cannot be answered, each with its field and code.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_told_with_its_field() {
    let world = World::new();
    world
        .push(
            "stock-F1",
            "2026-03-01",
            receive("R-1", key("AMOX", "B1"), 1),
        )
        .await;
    world
        .push("stock-F1", "2026-03-01", issue("I-1", key("AMOX", "B1"), 1))
        .await;
    let good = || pb::GetHistoryRequest {
        entity: entity(pb::EntityKind::Item, "", "AMOX"),
        page: page(1, ""),
        ..pb::GetHistoryRequest::default()
    };
    let token = world.history(good()).await.unwrap().next_page_token;
    assert!(!token.is_empty());
    let mut other = good();
    other.entity = entity(pb::EntityKind::Item, "", "ORS");
    other.page = page(1, &token);
    let cases = [
        (
            pb::GetHistoryRequest {
                page: page(1, "xyz"),
                ..good()
            },
            "PAGE_TOKEN_UNREADABLE",
        ),
        (other, "PAGE_TOKEN_OF_ANOTHER_QUESTION"),
        (
            pb::GetHistoryRequest {
                page: order_by("effective_at"),
                ..good()
            },
            "ORDER_BY_UNKNOWN",
        ),
        (
            pb::GetHistoryRequest {
                entity: None,
                ..good()
            },
            "INVALID_FIELD",
        ),
        (
            pb::GetHistoryRequest {
                entity: entity(pb::EntityKind::Item, "x", "A"),
                ..good()
            },
            "INVALID_FIELD",
        ),
        (
            pb::GetHistoryRequest {
                entity: entity(pb::EntityKind::Batch, "", "A"),
                ..good()
            },
            "INVALID_FIELD",
        ),
        (
            pb::GetHistoryRequest {
                entity: entity(pb::EntityKind::Unspecified, "", "A"),
                ..good()
            },
            "INVALID_FIELD",
        ),
        (
            pb::GetHistoryRequest {
                parts: vec![9],
                ..good()
            },
            "INVALID_FIELD",
        ),
        (
            pb::GetHistoryRequest {
                kinds: vec!["StockEaten".to_owned()],
                ..good()
            },
            "INVALID_FIELD",
        ),
    ];
    for (request, expected) in cases {
        let error = world.history(request).await.unwrap_err();
        assert_eq!(reason(&error), (Code::InvalidArgument, expected.to_owned()));
        assert!(
            !error
                .get_details_bad_request()
                .unwrap()
                .field_violations
                .is_empty()
        );
    }
    let beyond = pb::GetHistoryRequest {
        context: as_of(99),
        ..good()
    };
    let error = world.history(beyond).await.unwrap_err();
    assert_eq!(error.code(), Code::OutOfRange, "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_log_has_empty_answers() {
    let world = World::new();
    let request = pb::GetHistoryRequest {
        entity: entity(pb::EntityKind::Item, "", "AMOX"),
        ..pb::GetHistoryRequest::default()
    };
    let answer = world.history(request).await.unwrap();
    assert!(answer.rows.is_empty() && answer.next_page_token.is_empty());
    assert_eq!(answer.context.unwrap().position, None);
}
