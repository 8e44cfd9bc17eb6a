//! One tender's page: told in parts where it fits into no message, and as it stands only.

use prost::Message as _;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::tender::{Amendment, Change, Event, LotLine};
use sijill_ledger_core::domain::values::{
    EffectiveAt, FacilityId, ItemCode, LotId, Quantity, Text,
};
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::town::Town;
use crate::grpc::question::page::BYTES_MAX;
use crate::grpc::testing::code_and_field;

fn asked(at: Option<EffectiveAt>) -> pb::GetTenderRequest {
    pb::GetTenderRequest {
        context: Some(types::QueryContext {
            at: at.map(|at| write(&at).unwrap()),
            ..types::QueryContext::default()
        }),
        tender: "T-1".to_owned(),
        page_token: String::new(),
    }
}

/// 200 lines changed to 200 others.
fn amendment(number: u16, town: &Town) -> Event {
    let lines = |quantity| {
        let line = |delivery_days| LotLine {
            item: ItemCode::new("item-1").unwrap(),
            quantity: Quantity::from(quantity),
            facility: FacilityId::new("store-EG-C").unwrap(),
            delivery_days,
            entity: None,
        };
        (1..=200).map(line).collect::<Vec<_>>()
    };
    Event::TenderAmended(Amendment {
        number: Some(number),
        reason: Text::new("more of it").unwrap(),
        change: Change::Lot {
            lot: LotId::new("L1").unwrap(),
            before: lines(number.into()),
            after: lines(u32::from(number) + 1),
        },
        closes_at: town.now.plus_days(30),
    })
}

#[tokio::test]
async fn a_timeline_longer_than_a_message_is_told_in_parts() {
    const AMENDMENTS: u16 = 400;
    let town = Town::new().await;
    town.publish("T-1", "شاش", "Gauze", "EG-C").await;
    for tens in 0..AMENDMENTS / 10 {
        let ten = (1..=10).map(|n| amendment(10 * tens + n, &town));
        town.tender("T-1", ten.collect()).await;
    }
    let mut client = town.client().await;
    let (mut question, mut steps, mut parts) = (asked(None), Vec::new(), 0);
    loop {
        let answer = client.get_tender(question.clone()).await.unwrap();
        let answer = answer.into_inner();
        assert!(answer.encoded_len() < BYTES_MAX + (1 << 20));
        let page = answer.tender.unwrap();
        assert_eq!(page.tender, "T-1");
        assert_eq!(page.lots.is_empty(), parts > 0, "told once");
        steps.extend(page.timeline);
        parts += 1;
        if answer.next_page_token.is_empty() {
            break;
        }
        question.page_token = answer.next_page_token;
        // Parts go on in the log as it was asked, whatever happens meanwhile.
        town.extend("T-1", 30 + parts).await;
    }
    assert!(parts > 2, "{parts}");
    assert_eq!(steps.len(), 4 + usize::from(AMENDMENTS));
    let indexes: Vec<_> = steps.iter().map(|it| it.mark.unwrap().index).collect();
    assert!(indexes.is_sorted_by(|a, b| a < b), "each once, in order");

    question.tender = "T-2".to_owned();
    let other = client.get_tender(question).await.unwrap_err();
    let (code, _) = code_and_field(&other);
    assert_eq!(code, "PAGE_TOKEN_OF_ANOTHER_QUESTION");
}

#[tokio::test]
async fn a_page_of_before_its_last_step_is_asked_of_the_log_of_then() {
    let town = Town::new().await;
    town.publish("T-1", "شاش", "Gauze", "EG-C").await;
    let mut client = town.client().await;
    let at = |days| Some(EffectiveAt::new(town.now.plus_days(days), 120).unwrap());
    let later = client.get_tender(asked(at(1))).await;
    assert!(later.is_ok());
    let earlier = client.get_tender(asked(at(-1))).await.unwrap_err();
    let (code, field) = code_and_field(&earlier);
    assert_eq!(
        (code.as_str(), field.as_str()),
        ("TENDER_LATER_STEPS", "context.at")
    );
}
