//! `sijill import scms`: a file made here, with bad rows on purpose; and the published one, where it is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{Ran, run, shared, text};
use serde_json::Value;

const HEADER: &str = "ID,Project Code,PQ #,PO / SO #,ASN/DN #,Country,Managed By,Fulfill Via,Vendor INCO Term,Shipment Mode,PQ First Sent to Client Date,PO Sent to Vendor Date,Scheduled Delivery Date,Delivered to Client Date,Delivery Recorded Date,Product Group,Sub Classification,Vendor,Item Description,Molecule/Test Type,Brand,Dosage,Dosage Form,Unit of Measure (Per Pack),Line Item Quantity,Line Item Value,Pack Price,Unit Price,Manufacturing Site,First Line Designation,Weight (Kilograms),Freight Cost (USD),Line Item Insurance (USD)";

/// A row by what differs.
struct Row {
    id: &'static str,
    due: &'static str,
    delivered: &'static str,
    quantity: &'static str,
    price: &'static str,
    value: &'static str,
    freight: &'static str,
    vendor: &'static str,
}

const GOOD: Row = Row {
    id: "1",
    due: "2-Jun-06",
    delivered: "2-Jun-06",
    quantity: "19",
    price: "29",
    value: "551",
    freight: "780.34",
    vendor: "RANBAXY Fine Chemicals LTD.",
};

impl Row {
    fn line(&self) -> String {
        let Self {
            id,
            due,
            delivered,
            quantity,
            price,
            value,
            freight,
            vendor,
        } = self;
        format!(
            "{id},100-CI-T01,Pre-PQ Process,SCMS-4,ASN-8,Côte d'Ivoire,PMO - US,Direct Drop,EXW,Air,Pre-PQ Process,5/20/2006,{due},{delivered},{delivered},HRDT,HIV test,{vendor},\"HIV, Reveal G3, 30 Tests\",\"HIV, Reveal G3\",Reveal,,Test kit,30,{quantity},{value},{price},0.97,Ranbaxy,TRUE,13,{freight},"
        )
    }
}

/// One on time, one a day late whose freight is a remark and whose value is not quantity × price.
fn good_rows() -> Vec<String> {
    let late = Row {
        id: "3",
        due: "14-Nov-06",
        delivered: "15-Nov-06",
        quantity: "1000",
        price: "6.2",
        value: "6200.5",
        freight: "Invoiced Separately",
        ..GOOD
    };
    vec![GOOD.line(), late.line()]
}

fn file(dir: &Path, rows: &[String]) -> std::path::PathBuf {
    let path = dir.join("deliveries.csv");
    fs::write(&path, format!("{HEADER}\n{}\n", rows.join("\n"))).unwrap();
    path
}

fn import(file: &Path, data: &Path, more: &[&str]) -> Ran {
    let arguments = ["import", "scms", text(file), "--data", text(data)];
    run(arguments.into_iter().chain(more.iter().copied()))
}

/// The events of the log, as `replay` shows them.
fn events(data: &Path) -> Vec<Value> {
    let shown = run(["replay", "--data", text(data), "--output", "json"]).ok();
    shown
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The content of the events of a kind, by stream.
fn of_kind(events: &[Value], kind: &str) -> BTreeMap<String, Value> {
    let name = format!("sijill.events.v1.{kind}");
    let events = events.iter().filter(|event| event["kind"] == *name);
    events
        .map(|event| {
            let stream = event["stream"].as_str().unwrap().to_owned();
            (stream, event["data"].clone())
        })
        .collect()
}

/// Deliveries, and how many of them came on the last day that was agreed, or before: counted from the events alone.
fn on_time(events: &[Value]) -> (usize, usize) {
    let (orders, deliveries) = (
        of_kind(events, "OrderPlaced"),
        of_kind(events, "DeliveryRecorded"),
    );
    let day = |value: &Value| value.as_str().unwrap().to_owned();
    let on_time = deliveries.iter().filter(|(order, delivery)| {
        let due = day(&orders[*order]["lines"][0]["due"]);
        day(&delivery["delivered_on"]) <= due
    });
    (deliveries.len(), on_time.count())
}

#[test]
fn each_row_is_an_order_its_receipt_and_its_delivery_once() {
    let dir = tempfile::tempdir().unwrap();
    let (path, data) = (file(dir.path(), &good_rows()), dir.path().join("ledger"));
    let said = import(&path, &data, &[]).ok();
    assert!(said.contains("2 deliveries taken, 0 rejected"), "{said}");
    let before = events(&data);
    assert_eq!(on_time(&before), (2, 1));
    let orders = of_kind(&before, "OrderPlaced");
    let order = &orders["order-SCMS-1"];
    assert_eq!(order["number"], "SCMS-4");
    assert_eq!(order["delivery_terms"], "EXW");
    assert_eq!(order["lines"][0]["quantity"], "19");
    assert_eq!(order["lines"][0]["unit_price"]["amount"], "29");
    let deliveries = of_kind(&before, "DeliveryRecorded");
    let (first, late) = (&deliveries["order-SCMS-1"], &deliveries["order-SCMS-3"]);
    assert_eq!(first["freight"]["amount"], "780.34");
    assert_eq!(
        (&first["document"], &first["lines"][0]["line"]),
        (&"ASN-8".into(), &1.into())
    );
    // What has no field of its own is noted, and so is what is no number or does not add up.
    assert_eq!(late["freight"], Value::Null);
    let note = late["note"].as_str().unwrap();
    for noted in [
        "freight USD: Invoiced Separately",
        "line value USD: 6200.5",
        "mode: Air",
    ] {
        assert!(note.contains(noted), "{note}");
    }
    // The receipt that a delivery names stands in its store's stock, against the order.
    let store = late["receipt"]["facility"].as_str().unwrap();
    let receipt = before.iter().find(|event| {
        event["stream"] == *format!("stock-{store}")
            && event["revision"] == late["receipt"]["revision"]
    });
    let source = &receipt.unwrap()["data"]["source"]["Supplier"];
    assert_eq!(source["order"], "SCMS-3");
    let second = import(&path, &data, &[]).ok();
    assert!(second.contains("nothing was added"), "{second}");
    assert_eq!(events(&data), before);
    run(["verify", "--data", text(&data)]).ok();
}

#[test]
fn bad_rows_are_listed_by_line_and_field_and_the_others_taken() {
    let wrong = |id, change: fn(&mut Row)| {
        let mut row = Row { id, ..GOOD };
        change(&mut row);
        row.line()
    };
    let mut rows = good_rows();
    rows.extend([
        GOOD.line(),
        wrong("4", |row| row.delivered = "31-Feb-06"),
        wrong("5", |row| row.due = "soon"),
        wrong("6", |row| row.quantity = "many"),
        wrong("7", |row| row.quantity = "0"),
        wrong("8", |row| row.price = "29.5.1"),
        wrong("9", |row| row.price = "-1"),
        wrong("10", |row| row.value = ""),
        wrong("11", |row| row.vendor = ""),
        wrong("a b", |_| {}),
        "12,too short".to_owned(),
    ]);
    let dir = tempfile::tempdir().unwrap();
    let (path, data) = (file(dir.path(), &rows), dir.path().join("ledger"));
    let rejects = dir.path().join("rejects.csv");
    let ran = import(&path, &data, &["--rejects", text(&rejects)]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert!(
        ran.out.contains("2 deliveries taken, 11 rejected"),
        "{}",
        ran.out
    );
    assert_eq!(on_time(&events(&data)), (2, 1));
    let mut reader = csv::Reader::from_path(&rejects).unwrap();
    let rows: BTreeMap<u64, (String, String)> = reader
        .deserialize()
        .map(|row| {
            let (_, line, code, reason): (String, u64, String, String) = row.unwrap();
            (line, (code, reason))
        })
        .collect();
    let expected = [
        (4, "DUPLICATE_ID", "first on line 2"),
        (5, "DATE", "delivered to client date"),
        (6, "DATE", "scheduled delivery date"),
        (7, "QUANTITY", "line item quantity"),
        (8, "QUANTITY_ZERO", "line item quantity"),
        (9, "PRICE", "pack price"),
        (10, "PRICE", "pack price"),
        (11, "VALUE", "line item value"),
        (12, "FIELD_EMPTY", "vendor"),
        (13, "VALUE", "id"),
        (14, "FIELD_COUNT", "fields"),
    ];
    assert_eq!(rows.len(), expected.len());
    for (line, code, field) in expected {
        let (found, reason) = &rows[&line];
        assert!(
            found == code && reason.contains(field),
            "{line}: {found}: {reason}"
        );
        assert!(
            ran.out.contains(&format!("deliveries.csv:{line}: ")),
            "{}",
            ran.out
        );
    }
}

#[test]
fn a_corrected_file_adds_what_was_rejected_and_a_changed_row_is_no_correction() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("ledger");
    let mut rows = good_rows();
    let wrong = Row {
        id: "3",
        quantity: "many",
        ..GOOD
    };
    rows[1] = wrong.line();
    assert_eq!(import(&file(dir.path(), &rows), &data, &[]).status, 3);
    let said = import(&file(dir.path(), &good_rows()), &data, &[]).ok();
    assert!(said.contains("1 added, 1 were there already"), "{said}");
    let changed = Row {
        quantity: "20",
        value: "580",
        ..GOOD
    };
    let said = import(&file(dir.path(), &[changed.line()]), &data, &[]);
    assert_eq!(said.status, 3);
    assert!(said.out.contains("[COMMAND_ID_REUSED]"), "{}", said.out);
    assert_eq!(on_time(&events(&data)), (2, 1));
}

#[test]
fn a_missing_column_is_named_and_nothing_is_created() {
    let dir = tempfile::tempdir().unwrap();
    let (path, data) = (dir.path().join("t.csv"), dir.path().join("ledger"));
    fs::write(&path, HEADER.replace("Pack Price", "Price of Pack") + "\n").unwrap();
    let error = import(&path, &data, &["--lang", "ar"]).fails(9, "INPUT_UNUSABLE");
    assert!(error.contains("pack price"), "{error}");
    assert!(!data.exists());
}

/// The published file: 10,324 deliveries, 9,138 of them on time (DESIGN 14); and a copy that was mangled.
#[test]
fn the_published_data_has_its_deliveries_and_its_punctuality() {
    let Some(dir) = shared("scms") else {
        return;
    };
    let published = dir.join("SCMS_Delivery_History_Dataset.csv");
    let temporary = tempfile::tempdir().unwrap();
    let mangled = temporary.path().join("mangled.csv");
    let content = fs::read_to_string(&published).unwrap();
    let mut lines: Vec<String> = content.lines().map(str::to_owned).collect();
    lines[1] = lines[1].replacen("2-Jun-06", "2-Jux-06", 1);
    lines[2] = lines[2].replacen(",6.2,", ",6.2x,", 1);
    lines[3].truncate(60);
    lines.truncate(100);
    fs::write(&mangled, lines.join("\n")).unwrap();
    let data = temporary.path().join("ledger");
    let first = import(&mangled, &data, &[]);
    assert_eq!(first.status, 3, "{}", first.err);
    assert!(
        first.out.contains("96 deliveries taken, 3 rejected"),
        "{}",
        first.out
    );
    for place in [
        "mangled.csv:2: scheduled delivery date",
        "mangled.csv:3: pack price",
        "mangled.csv:4: ",
    ] {
        assert!(first.out.contains(place), "{}", first.out);
    }
    let whole = import(&published, &data, &[]).ok();
    assert!(
        whole.contains("10,324 deliveries taken, 0 rejected"),
        "{whole}"
    );
    assert!(
        whole.contains("10,228 added, 96 were there already"),
        "{whole}"
    );
    let events = events(&data);
    assert_eq!(on_time(&events), (10_324, 9_138));
    let again = import(&published, &data, &[]).ok();
    assert!(again.contains("nothing was added"), "{again}");
    run(["verify", "--data", text(&data)]).ok();
}
