//! Pages stay right while the log grows.

use std::collections::BTreeSet;

use sijill_schemas::types::v1 as types;

use super::town::Town;
use super::{ids, pb, words};

fn paged(
    question: &pb::SearchTendersRequest,
    token: &str,
    order_by: &str,
) -> pb::SearchTendersRequest {
    pb::SearchTendersRequest {
        page: Some(types::Page {
            size: 3,
            token: token.to_owned(),
            order_by: order_by.to_owned(),
        }),
        ..question.clone()
    }
}

fn open() -> pb::SearchTendersRequest {
    let mut question = words("ادويه");
    if let Some(filter) = &mut question.filter {
        filter.phases = vec![pb::TenderPhase::Open.into()];
    }
    question
}

/// In every order: tenders that are published between the pages are not shown, those that are cancelled or whose deadline moves
/// are shown once, as they stood, and none is left out.
#[tokio::test(flavor = "multi_thread")]
async fn no_tender_is_shown_twice_or_left_out_while_others_are_written() {
    for order_by in ["", "published", "-published", "closes", "-closes"] {
        let town = Town::new().await;
        for number in 0..10 {
            town.publish(&format!("T-{number}"), "توريد أدوية", "Medicines", "EG-C")
                .await;
            town.extend(&format!("T-{number}"), 60 - number).await;
        }
        let mut client = town.client().await;
        let mut ask = async |token: &str| {
            let request = paged(&open(), token, order_by);
            client.search_tenders(request).await.unwrap().into_inner()
        };
        let (mut seen, mut token, mut page) = (Vec::new(), String::new(), 0);
        let mut expected = None;
        loop {
            let answer = ask(&token).await;
            let whole = answer.context.clone().and_then(|context| context.position);
            assert_eq!(
                *expected.get_or_insert(whole.clone()),
                whole,
                "one place in the log"
            );
            assert_eq!(answer.total_size, 10);
            assert_eq!(answer.facets.as_ref().unwrap().phases.len(), 1);
            assert!(
                answer
                    .rows
                    .iter()
                    .all(|row| row.phase() == pb::TenderPhase::Open)
            );
            seen.extend(ids(&answer).into_iter().map(str::to_owned));
            token = answer.next_page_token;
            if token.is_empty() {
                break;
            }
            // What is shown already, and what is not, changes; something new fits the question.
            town.cancel(&format!("T-{page}")).await;
            town.cancel(&format!("T-{}", 9 - page)).await;
            town.extend(&format!("T-{}", 4 + page % 2), 90).await;
            town.publish(&format!("N-{page}"), "أدوية", "Medicines", "EG-C")
                .await;
            page += 1;
        }
        assert_eq!(seen.len(), 10, "{order_by}: {seen:?}");
        assert_eq!(
            seen.iter().collect::<BTreeSet<_>>().len(),
            10,
            "{order_by}: {seen:?}"
        );
        assert!(seen.iter().all(|id| id.starts_with("T-")));
        // A new question is answered from now.
        assert_eq!(ask("").await.total_size, 10 - 2 * page + page);
    }
}

/// The same from a server that has kept nothing: the views of that size of the log are made again.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_nothing_was_kept_for_is_the_same() {
    let town = Town::new().await;
    for number in 0..7 {
        town.publish(&format!("T-{number}"), "توريد أدوية", "Medicines", "EG-C")
            .await;
    }
    let mut client = town.client().await;
    let first = client
        .search_tenders(paged(&open(), "", ""))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(ids(&first), ["T-6", "T-5", "T-4"]);
    town.cancel("T-3").await;
    town.publish("N-1", "أدوية", "Medicines", "EG-C").await;
    for mut client in [client, town.client().await] {
        let next = paged(&open(), &first.next_page_token, "");
        let next = client.search_tenders(next).await.unwrap().into_inner();
        assert_eq!(ids(&next), ["T-3", "T-2", "T-1"]);
        assert_eq!(next.rows.first().unwrap().phase(), pb::TenderPhase::Open);
        assert_eq!((next.total_size, &next.facets), (7, &first.facets));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_belongs_to_its_question() {
    let town = Town::new().await;
    for number in 0..7 {
        town.publish(&format!("T-{number}"), "توريد أدوية", "Medicines", "EG-C")
            .await;
    }
    let mut client = town.client().await;
    let first = client
        .search_tenders(paged(&open(), "", ""))
        .await
        .unwrap()
        .into_inner();
    let other = paged(&words("توريد"), &first.next_page_token, "");
    let refused = client.search_tenders(other).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    let unsorted = client
        .search_tenders(paged(&open(), "", "beauty"))
        .await
        .unwrap_err();
    assert!(
        unsorted.message().contains("published, closes"),
        "{unsorted}"
    );
}
