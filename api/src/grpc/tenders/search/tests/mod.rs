//! The service over a connection, on a small log of tenders that grows while it is asked.

mod pages;
mod parts;
mod telling;
mod town;

use sijill_schemas::oversight::v1 as pb;
use town::Town;

/// The ids of an answer.
fn ids(answer: &pb::SearchTendersResponse) -> Vec<&str> {
    answer.rows.iter().map(|row| row.tender.as_str()).collect()
}

fn words(text: &str) -> pb::SearchTendersRequest {
    pb::SearchTendersRequest {
        filter: Some(pb::TenderFilter {
            text: text.to_owned(),
            ..pb::TenderFilter::default()
        }),
        ..pb::SearchTendersRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_find_tenders_in_either_language_and_the_answer_says_how_many_have_what() {
    let town = Town::new().await;
    town.publish("T-1", "توريد أدوية", "Medicines", "EG-C")
        .await;
    town.publish("T-2", "كراسي", "Chairs", "EG-ALX").await;
    let mut client = town.client().await;
    for text in ["الادويه", "MEDICINE", "أدوية توريد"] {
        let answer = client
            .search_tenders(words(text))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(ids(&answer), ["T-1"], "{text}");
    }
    // By its number: T-2 asks for item-1 and stands behind.
    let answer = client.search_tenders(words("t-1")).await.unwrap();
    assert_eq!(ids(&answer.into_inner()).first(), Some(&"T-1"));
    let answer = client.search_tenders(words("")).await.unwrap().into_inner();
    assert_eq!((ids(&answer), answer.total_size), (vec!["T-2", "T-1"], 2));
    assert!(answer.server_micros > 0);
    let facets = answer.facets.unwrap();
    let places: Vec<_> = facets
        .governorates
        .iter()
        .map(|it| (it.value.as_str(), it.count))
        .collect();
    assert_eq!(places, [("EG-ALX", 1), ("EG-C", 1)]);
    let buyer = facets.buyers.first().unwrap();
    assert_eq!((buyer.value.as_str(), buyer.count), ("moh", 2));
    assert_eq!(buyer.names.as_ref().unwrap().en, "Health");
    let row = answer.rows.first().unwrap();
    assert_eq!(row.phase(), pb::TenderPhase::Open);
    assert_eq!((row.lots, row.lines, row.value.clone()), (1, 1, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_question_is_refused_with_what_to_do() {
    let town = Town::new().await;
    let mut client = town.client().await;
    let filter = |filter| pb::SearchTendersRequest {
        filter: Some(filter),
        ..pb::SearchTendersRequest::default()
    };
    let wrong = [
        (words(&"م".repeat(201)), "filter.text"),
        (
            filter(pb::TenderFilter {
                phases: vec![0],
                ..Default::default()
            }),
            "filter.phases",
        ),
        (
            filter(pb::TenderFilter {
                procedures: vec![99],
                ..Default::default()
            }),
            "filter.procedures",
        ),
        (
            filter(pb::TenderFilter {
                closes_from_micros: Some(5),
                closes_until_micros: Some(4),
                ..Default::default()
            }),
            "filter.closes_until_micros",
        ),
        (
            filter(pb::TenderFilter {
                buyer: Some("a/b".to_owned()),
                ..Default::default()
            }),
            "filter.buyer",
        ),
    ];
    for (request, field) in wrong {
        let refused = client.search_tenders(request).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::InvalidArgument, "{field}");
        assert!(refused.message().contains(field), "{refused}");
    }
}
