//! `sijill import openlmis`: a directory made here, with bad rows on purpose; and the published one, where it is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{Ran, run, shared, text};

const LINES: &str = "stockmanagement.stock_card_line_items.csv";
const HEADER: &str = "id,destinationFreeText,documentNumber,occurredDate,processedDate,reasonFreeText,signature,sourceFreeText,userId,destinationId,originEventId,reasonId,quantity,sourceId,stockCardId";

/// A line of a card: id, occurred, processed, reason, quantity, source, card.
fn line(
    id: &str,
    occurred: &str,
    processed: &str,
    reason: &str,
    quantity: &str,
    source: &str,
    card: &str,
) -> String {
    format!("{id},,,{occurred},{processed},,,,,,,{reason},{quantity},{source},{card}")
}

/// Two cards of one clinic: the second with a lot; ids in both cases; a byte order mark in one file.
fn directory(lines: &[String]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    write(
        "referencedata.facilities.csv",
        "id,code,name,typeid,location\nFAC-1,HC77,Test Clinic,typ-1,POINT(34.5 -15.25)\n",
    );
    write(
        "referencedata.facility_types.csv",
        "id,code,name\nTYP-1,health_center,Health Center\n",
    );
    write(
        "referencedata.orderables.csv",
        "id,code,fullproductname,netcontent,versionnumber\nord-1,ITEM1,Old name,10,1\nord-1,ITEM1,Test item,10,2\nord-9,BAD CODE,Bad item,1,1\n",
    );
    write(
        "referencedata.programs.csv",
        "id,code,name\nprg-1,PRG77,Programme\n",
    );
    write(
        "referencedata.lots.csv",
        "id,lotcode,expirationdate\nLOT-1,L77,2019-06-30\n",
    );
    write(
        "stockmanagement.stock_card_line_item_reasons.csv",
        "\u{feff}id,name,reasontype\nrea-1,Expired,DEBIT\nrea-2,Gift,CREDIT\n",
    );
    write(
        "stockmanagement.stock_cards.csv",
        "id,facilityId,lotId,orderableId,programId\nCARD-1,fac-1,,ord-1,prg-1\ncard-2,FAC-1,lot-1,ord-1,PRG-1\ncard-3,fac-1,,ord-9,prg-1\n",
    );
    let all: Vec<&str> = std::iter::once(HEADER)
        .chain(lines.iter().map(String::as_str))
        .collect();
    write(LINES, &(all.join("\n") + "\n"));
    dir
}

fn good_lines() -> Vec<String> {
    vec![
        // In processed order the issue would come first and the balance would pass through -4.
        line(
            "L-2",
            "2017-03-02",
            "2017-03-05 08:00:00",
            "b5c27da7-bdda-4790-925a-9484c5dfb594",
            "4",
            "",
            "card-1",
        ),
        line(
            "l-1",
            "2017-03-01",
            "2017-03-09 08:00:00",
            "",
            "10",
            "src",
            "card-1",
        ),
        // Same day: the count was entered after the gift.
        line(
            "l-4",
            "2017-03-03",
            "2017-03-03 09:00:00.5",
            "",
            "20",
            "",
            "card-2",
        ),
        line(
            "l-3",
            "2017-03-03",
            "2017-03-03 09:00:00",
            "rea-2",
            "7",
            "",
            "CARD-2",
        ),
        line(
            "l-5",
            "2017-03-04",
            "2017-03-04 09:00:00",
            "rea-1",
            "5",
            "",
            "card-2",
        ),
    ]
}

fn import(dir: &Path, data: &Path, more: &[&str]) -> Ran {
    run(["import", "openlmis", text(dir), "--data", text(data)]
        .iter()
        .chain(more))
}

fn exported(data: &Path) -> String {
    run([
        "export",
        "stock-on-hand",
        "--data",
        text(data),
        "--output",
        "csv",
    ])
    .ok()
}

const EXPECTED: &str = "\
facility,item,batch,programme,date,on_hand
HC77,ITEM1,,PRG77,2017-03-01,10
HC77,ITEM1,,PRG77,2017-03-02,6
HC77,ITEM1,L77,PRG77,2017-03-03,20
HC77,ITEM1,L77,PRG77,2017-03-04,15
";

#[test]
fn lines_add_up_in_the_order_of_their_days_and_a_second_import_adds_nothing() {
    let (dir, data) = (directory(&good_lines()), tempfile::tempdir().unwrap());
    let first = import(dir.path(), data.path(), &["--utc-offset", "+02:00"]);
    // The card with the bad item is a rejected row; the lines are all taken.
    let err = first.err.clone();
    assert!(
        first.out.contains("5 lines of 2 cards taken, 1 rejected"),
        "{}",
        first.out
    );
    assert!(
        first.out.contains("stockmanagement.stock_cards.csv:4: "),
        "{}",
        first.out
    );
    assert_eq!((first.status, err.contains("ROWS_REJECTED")), (3, true));
    assert_eq!(exported(data.path()), EXPECTED);
    let second = import(dir.path(), data.path(), &["--utc-offset", "+02:00"]);
    assert!(second.out.contains("nothing was added"), "{}", second.out);
    assert_eq!(exported(data.path()), EXPECTED);
    run(["verify", "--data", text(data.path())]).ok();
    let log = run(["replay", "--data", text(data.path()), "--output", "json"]).ok();
    assert_eq!(
        log.matches("\"sijill.events.v1.FileImported\"").count(),
        1,
        "{log}"
    );
}

#[test]
fn bad_rows_are_listed_by_line_and_the_others_go_on() {
    let mut lines = good_lines();
    lines.extend([
        line(
            "l-1",
            "2017-03-01",
            "2017-03-09 08:00:00",
            "",
            "99",
            "src",
            "card-1",
        ), // 7: duplicate id
        line(
            "l-6",
            "2017-03-01",
            "2017-03-09 08:00:00",
            "",
            "1",
            "",
            "card-7",
        ), // 8: unknown card
        line(
            "l-7",
            "2017-02-29",
            "2017-03-09 08:00:00",
            "",
            "1",
            "",
            "card-1",
        ), // 9: no such day
        line(
            "l-8",
            "2017-03-01",
            "2017-03-09 08:00:00",
            "",
            "-3",
            "",
            "card-1",
        ), // 10: negative
        line(
            "l-9",
            "2017-03-01",
            "2017-03-09 08:00:00",
            "rea-77",
            "3",
            "",
            "card-1",
        ), // 11: unknown reason
        "l-10,too,short".to_owned(), // 12
        line(
            "l-11",
            "2017-03-01",
            "2017-03-09 08:00:00",
            "rea-1",
            "0",
            "",
            "card-1",
        ), // 13: moves nothing
        line(
            "l-12",
            "2917-03-01",
            "2017-03-09 08:00:00",
            "",
            "3",
            "",
            "card-1",
        ), // 14: in the future
    ]);
    let (dir, data) = (directory(&lines), tempfile::tempdir().unwrap());
    let rejects = data.path().join("rejects.csv");
    let log = data.path().join("ledger");
    let ran = import(dir.path(), &log, &["--rejects", text(&rejects)]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert_eq!(exported(&log), EXPECTED);
    let mut reader = csv::Reader::from_path(&rejects).unwrap();
    let rows: Vec<(String, u64, String, String)> =
        reader.deserialize().map(Result::unwrap).collect();
    let of_lines: BTreeMap<u64, &str> = rows
        .iter()
        .filter(|row| row.0 == LINES)
        .map(|row| (row.1, &*row.2))
        .collect();
    let expected = BTreeMap::from([
        (7, "DUPLICATE_ID"),
        (8, "CARD_UNKNOWN"),
        (9, "DATE"),
        (10, "QUANTITY"),
        (11, "REASON_UNKNOWN"),
        (12, "FIELD_COUNT"),
        (13, "QUANTITY_ZERO"),
        (14, "STOCK_IN_THE_FUTURE"),
    ]);
    assert_eq!(of_lines, expected);
    for line in expected.keys() {
        assert!(
            ran.out.contains(&format!("{LINES}:{line}: ")),
            "{}",
            ran.out
        );
    }
}

#[test]
fn a_corrected_file_adds_what_was_rejected_before() {
    let mut lines = good_lines();
    lines[4] = line(
        "l-5",
        "2017-03-04",
        "2017-03-04 09:00:00",
        "rea-1",
        "five",
        "",
        "card-2",
    );
    let (dir, data) = (directory(&lines), tempfile::tempdir().unwrap());
    let first = import(dir.path(), data.path(), &[]);
    assert!(
        first.out.contains("4 lines of 2 cards taken, 2 rejected"),
        "{}",
        first.out
    );
    let corrected = directory(&good_lines());
    let second = import(corrected.path(), data.path(), &[]);
    assert!(
        second.out.contains("1 added, 4 were there already"),
        "{}",
        second.out
    );
    assert_eq!(exported(data.path()), EXPECTED);
}

#[test]
fn a_changed_row_is_no_silent_correction() {
    let (dir, data) = (directory(&good_lines()), tempfile::tempdir().unwrap());
    import(dir.path(), data.path(), &[]);
    let mut lines = good_lines();
    lines[1] = line(
        "l-1",
        "2017-03-01",
        "2017-03-09 08:00:00",
        "",
        "11",
        "src",
        "card-1",
    );
    let changed = directory(&lines);
    let second = import(changed.path(), data.path(), &[]);
    assert!(second.out.contains("[COMMAND_ID_REUSED]"), "{}", second.out);
    assert_eq!(exported(data.path()), EXPECTED);
}

#[test]
fn a_missing_file_column_or_directory_is_named_and_nothing_is_created() {
    let dir = directory(&good_lines());
    let data = dir.path().join("ledger");
    let lots = dir.path().join("referencedata.lots.csv");
    fs::write(&lots, "id,lotcode\nlot-1,L77\n").unwrap();
    let error = import(dir.path(), &data, &[]).fails(9, "INPUT_UNUSABLE");
    assert!(
        error.contains("referencedata.lots.csv") && error.contains("expirationdate"),
        "{error}"
    );
    fs::remove_file(&lots).unwrap();
    let error = import(dir.path(), &data, &["--lang", "ar"]).fails(9, "INPUT_UNUSABLE");
    assert!(error.contains("الملف غير موجود"), "{error}");
    assert!(
        !data.exists(),
        "an import that cannot begin leaves nothing behind"
    );
}

/// OpenLMIS's own daily figures are the oracle: each of its 2,811 card-days, and none besides.
#[test]
fn the_published_data_agrees_with_its_own_stock_on_hand() {
    let Some(dir) = shared("openlmis") else {
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let ran = import(&dir, data.path(), &[]);
    let said = ran.ok();
    assert!(
        said.contains("4,760 lines of 116 cards taken, 0 rejected"),
        "{said}"
    );
    let ours = ours(&exported(data.path()));
    let oracle = oracle(&dir);
    assert_eq!((ours.len(), oracle.len()), (2_811, 2_811));
    let agree = oracle
        .iter()
        .filter(|(day, balance)| ours.get(*day) == Some(balance))
        .count();
    assert_eq!(agree, 2_811);
    let second = import(&dir, data.path(), &[]).ok();
    assert!(second.contains("nothing was added"), "{second}");
    run(["verify", "--data", text(data.path())]).ok();
}

/// Facility, item, batch, programme, date.
type CardDay = [String; 5];

fn ours(csv_text: &str) -> BTreeMap<CardDay, String> {
    let mut reader = csv::Reader::from_reader(csv_text.as_bytes());
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let field = |n: usize| row[n].to_owned();
        ([field(0), field(1), field(2), field(3), field(4)], field(5))
    });
    rows.collect()
}

fn oracle(dir: &Path) -> BTreeMap<CardDay, String> {
    let table = |name: &str| rows_by_id(&dir.join(name));
    let (facilities, items) = (
        table("referencedata.facilities.csv"),
        table("referencedata.orderables.csv"),
    );
    let (lots, programmes) = (
        table("referencedata.lots.csv"),
        table("referencedata.programs.csv"),
    );
    let cards = table("stockmanagement.stock_cards.csv");
    let figures = table("stockmanagement.calculated_stocks_on_hand.csv");
    let days = figures.values().map(|figure| {
        let card = &cards[&figure["stockcardid"].to_lowercase()];
        let code = |rows: &Rows, column: &str, code: &str| {
            let id = card[column].to_lowercase();
            rows.get(&id)
                .map(|row| row[code].clone())
                .unwrap_or_default()
        };
        let day = [
            code(&facilities, "facilityid", "code"),
            code(&items, "orderableid", "code"),
            code(&lots, "lotid", "lotcode"),
            code(&programmes, "programid", "code"),
            figure["occurreddate"].clone(),
        ];
        (day, figure["stockonhand"].clone())
    });
    days.collect()
}

type Rows = BTreeMap<String, BTreeMap<String, String>>;

/// Rows by lower-case id, columns by lower-case name: read apart from the program under test.
fn rows_by_id(path: &Path) -> Rows {
    let text = fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let names: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_lowercase)
        .collect();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let fields = names.iter().cloned().zip(row.iter().map(str::to_owned));
        let fields: BTreeMap<String, String> = fields.collect();
        (fields["id"].to_lowercase(), fields)
    });
    rows.collect()
}
