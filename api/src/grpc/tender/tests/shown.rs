//! The tender of the play as `sijill query` shows it, over the connection that everybody has.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use clap::Parser as _;
use serde_json::Value;

use super::world::*;
use crate::cli::lang::Lang;
use crate::cli::output::{Format, Ui};
use crate::cli::query;

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    arguments: query::Arguments,
}

/// What is written there can be read here.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn shown(play: &Play, question: &str, lang: Lang, format: Format) -> String {
    let words = ["query"].into_iter().chain(question.split(' '));
    let line = Line::parse_from(words.chain(["--server", play.world.address()]));
    let paper = Paper::default();
    let mut ui = Ui::writing(lang, format, Box::new(paper.clone()));
    let answered = query::run(&line.arguments, &mut ui).await;
    assert!(answered.is_ok(), "{question}: {:?}", answered.err());
    let bytes = paper.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

async fn json(play: &Play, question: &str) -> Value {
    let text = shown(play, question, Lang::En, Format::Json).await;
    serde_json::from_str(&text).unwrap()
}

/// Every question in every format; and the figures are those of the service.
pub async fn at_the_end(play: &Play) {
    let questions = [
        ("tender T-1", "النتيجة الفنية"),
        ("tender T-1 --part stages", "فترة التوقف 10"),
        ("tender T-1 --part lots", "GAUZE"),
        ("tender T-1 --part bids", "فني: مسحوب"),
        ("tender T-1 --part complaints", "رُفض"),
        ("tender T-1 --part withheld", "لا صفوف"),
        ("durations --stage completed", "لا أحد"),
        ("durations --medians", "وسيط الأيام"),
        ("supplier DELTA", "مجموعات فاز بها: 1"),
        ("buyer MOH", "وسيط عدد مقدمي العطاءات: 3"),
        ("buyer MOH --part stages", "التقييم الفني"),
        ("buyer MOH --part tenders", "مناقصة عامة"),
        ("awards --supplier SINAI", "SINAI"),
        ("prices --item GAUZE --order-by -price", "شامل الضريبة"),
    ];
    for (question, expected) in questions {
        let table = shown(play, question, Lang::Ar, Format::Table).await;
        assert!(table.contains(expected), "{question}:\n{table}");
        shown(play, question, Lang::En, Format::Csv).await;
        json(play, question).await;
    }
    let timeline = json(play, "tender T-1").await;
    let amended = timeline["timeline"].as_array().unwrap().iter();
    let amended = amended.clone().find(|step| step["step"] == "TenderAmended");
    assert_eq!(
        amended.unwrap()["change"],
        "[GAUZE 10 EG-C-CL-1 30d] → [GAUZE 10 EG-C-CL-1 60d]"
    );
    let prices = json(play, "prices --order-by -price").await;
    let dearest = &prices["prices"][0];
    assert_eq!(dearest["price"], "30");
    assert_eq!(dearest["median"], "8");
    assert_eq!(dearest["above_median_percent"], "275");
    assert_eq!(
        dearest["inputs"]["median"].as_array().unwrap().len(),
        2,
        "of two approvals"
    );
}
