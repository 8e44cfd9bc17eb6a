//! Pages of lists whose rows are made when they are asked for: for every order and filter the parts of one answer, while
//! commands arrive, from a server that keeps answers and from one that has forgotten them.

use sijill_schemas::types::v1::Decimal;

use super::super::pb;
use super::*;
use crate::grpc::question::page::Key;

/// An order with the key that a row sent has by it.
type Orders<Row> = Vec<(&'static str, fn(&Row) -> Key)>;

async fn world() -> World {
    let world = World::new().await;
    world.issue("F0", "gauze", 40).await;
    world.issue("F1", "gauze", 100).await;
    world.issue("F2", "amoxicillin", 100).await;
    world.receive("F2", "gauze", 7).await;
    world.open("F9", "EG-C").await;
    world.live.reach(world.last()).await.unwrap();
    world
}

fn filters() -> Vec<Option<pb::Filter>> {
    let filter = pb::Filter::default;
    let (facility, item) = (Some("F1".to_owned()), Some("gauze".to_owned()));
    let governorate = Some("EG-C".to_owned());
    let category = sijill_schemas::events::v1::ItemCategory::Supply.into();
    vec![
        None,
        Some(pb::Filter {
            facility,
            ..filter()
        }),
        Some(pb::Filter { item, ..filter() }),
        Some(pb::Filter {
            governorate,
            ..filter()
        }),
        Some(pb::Filter {
            category,
            ..filter()
        }),
    ]
}

/// Rows that compare equal stay as they were, absent ones come last in either direction.
fn sorted<Row: Clone>(rows: &[Row], key: fn(&Row) -> Key, descending: bool) -> Vec<Row> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        if descending && a != Key::Absent && b != Key::Absent {
            b.cmp(&a)
        } else {
            a.cmp(&b)
        }
    });
    rows
}

fn part(size: u32, token: &str, order_by: &str) -> Option<types::Page> {
    let (token, order_by) = (token.to_owned(), order_by.to_owned());
    Some(types::Page {
        size,
        token,
        order_by,
    })
}

/// Asks for every order, both ways, of every filter; turns the pages while goods are handed out.
macro_rules! assert_pages {
    ($world:ident, $orders:expr, $method:ident, $request:ident) => {
        for filter in filters() {
            let ask = |size, token: &str, order: &str, context| pb::$request {
                context,
                page: part(size, token, order),
                filter: filter.clone(),
                ..pb::$request::default()
            };
            let mut client = $world.client().await;
            for (name, key) in $orders {
                for (order, descending) in [(name.to_owned(), false), (format!("-{name}"), true)] {
                    let now = $world.after_all();
                    let own = client
                        .$method(ask(0, "", "", now))
                        .await
                        .unwrap()
                        .into_inner();
                    let whole = client.$method(ask(0, "", &order, now));
                    let whole = whole.await.unwrap().into_inner();
                    assert!(!whole.rows.is_empty());
                    assert_eq!(whole.total_size, whole.rows.len() as u64);
                    assert_eq!(whole.rows, sorted(&own.rows, key, descending), "{order}");

                    let first = client.$method(ask(2, "", &order, now));
                    let mut page = first.await.unwrap().into_inner();
                    let mut rows = page.rows.clone();
                    let mut forgetful = $world.client().await;
                    while !page.next_page_token.is_empty() {
                        $world.receive("F0", "gauze", 5).await;
                        $world.live.reach($world.last()).await.unwrap();
                        let again = ask(2, &page.next_page_token, &order, None);
                        let kept = client.$method(again.clone()).await.unwrap().into_inner();
                        page = forgetful.$method(again).await.unwrap().into_inner();
                        assert_eq!(page, kept, "{order}");
                        rows.extend(page.rows.clone());
                    }
                    assert_eq!(rows, whole.rows, "{order}");
                    assert_eq!(page.context, whole.context);
                    assert_eq!(page.total_size, whole.total_size);
                }
            }
        }
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_shortages_are_parts_of_one_answer() {
    let world = world().await;
    let orders: Orders<pb::ShortageRow> = vec![
        ("facility", |row| Key::text(&row.facility)),
        ("item", |row| Key::text(&row.item)),
        ("status", |row| Key::case(row.status)),
        ("usable", |row| usable(row.quantities.as_ref())),
        ("on_hand", |row| on_hand(row.quantities.as_ref())),
        ("amc", |row| Key::decimal(row.amc.as_ref())),
        ("months_of_stock", |row| {
            Key::decimal(row.months_of_stock.as_ref())
        }),
        ("stockout_days", |row| Key::Count(row.stockout_days.into())),
        ("in_transit", |row| Key::decimal(row.in_transit.as_ref())),
        ("on_order", |row| Key::decimal(row.on_order.as_ref())),
        ("unmet", |row| Key::decimal(row.unmet.as_ref())),
        ("suggested_order", |row| {
            Key::decimal(row.suggested_order.as_ref())
        }),
        ("projected_stockout", |row| {
            row.projected_stockout.map_or(Key::Absent, Key::Day)
        }),
        ("expiry_risk", |row| Key::decimal(row.expiry_risk.as_ref())),
    ];
    assert_eq!(orders.len(), names::<pb::ListShortagesRequest>());
    assert_pages!(world, orders.clone(), list_shortages, ListShortagesRequest);
}

#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::needless_update)] // the macro is for requests with more fields
async fn pages_of_cards_are_parts_of_one_answer() {
    let world = world().await;
    let orders: Orders<pb::StockRow> = vec![
        ("facility", |row| Key::text(&row.facility)),
        ("item", |row| Key::text(&row.item)),
        ("batch", |row| {
            Key::maybe(row.card.as_ref().unwrap().batch.as_ref())
        }),
        ("programme", |row| {
            Key::maybe(row.card.as_ref().unwrap().programme.as_ref())
        }),
        ("expiry", |row| {
            row.card
                .as_ref()
                .unwrap()
                .expiry
                .map_or(Key::Absent, Key::Day)
        }),
        ("on_hand", |row| on_hand(of_card(row))),
        ("usable", |row| usable(of_card(row))),
        ("expired", |row| {
            amount(of_card(row), |q| q.expired.as_ref())
        }),
        ("blocked", |row| {
            amount(of_card(row), |q| q.blocked.as_ref())
        }),
    ];
    assert_eq!(orders.len(), names::<pb::ListStockRequest>());
    assert_pages!(world, orders.clone(), list_stock, ListStockRequest);
}

fn names<Q: crate::grpc::question::list::Question>() -> usize {
    Q::ORDERS.len()
}

fn of_card(row: &pb::StockRow) -> Option<&pb::Quantities> {
    row.card.as_ref()?.quantities.as_ref()
}

fn usable(quantities: Option<&pb::Quantities>) -> Key {
    amount(quantities, |quantities| quantities.usable.as_ref())
}

fn on_hand(quantities: Option<&pb::Quantities>) -> Key {
    amount(quantities, |quantities| quantities.on_hand.as_ref())
}

fn amount(
    quantities: Option<&pb::Quantities>,
    which: fn(&pb::Quantities) -> Option<&Decimal>,
) -> Key {
    Key::decimal(quantities.and_then(which))
}
