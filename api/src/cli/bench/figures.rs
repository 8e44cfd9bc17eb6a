//! Rates, latencies and their medians: whole numbers, so that no figure depends on rounding.

use std::time::Duration;

use crate::cli::output::{Cell, Sheet, Word};

/// So much work in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub count: u64,
    pub elapsed: Duration,
}

impl Rate {
    /// Per second, rounded down.
    pub fn per_second(self) -> u64 {
        let nanos = self.elapsed.as_nanos().max(1);
        let rate = u128::from(self.count).saturating_mul(1_000_000_000) / nanos;
        u64::try_from(rate).unwrap_or(u64::MAX)
    }
}

/// Latencies of single answers, in nanoseconds.
#[derive(Clone, Debug, Default)]
pub struct Latencies(Vec<u64>);

impl Latencies {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many.
    pub const fn count(&self) -> u64 {
        self.0.len() as u64
    }

    pub fn add(&mut self, latency: Duration) {
        self.0
            .push(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
    }

    pub fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// The nearest-rank percentile, in whole microseconds, rounded up; `None` when nothing was measured.
    pub fn percentile_us(&mut self, percent: usize) -> Option<u64> {
        self.0.sort_unstable();
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).map(|nanos| nanos.div_ceil(1_000))
    }
}

/// The middle of what was measured; the lower one of two.
pub fn median(values: &[u64]) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

/// One measure over all rounds.
#[derive(Clone, Debug)]
pub struct Figure {
    name: Word,
    threads: Option<u64>,
    in_flight: Option<u64>,
    kind: Option<usize>,
    is_apart: bool,
    rates: Vec<Rate>,
    latencies: Latencies,
    /// The p99 of each round, in microseconds.
    p99s: Vec<u64>,
    /// Processor time of each round per piece of work, in nanoseconds.
    cpu_nanos: Vec<u64>,
}

impl Figure {
    pub const fn new(name: Word) -> Self {
        Self {
            name,
            threads: None,
            in_flight: None,
            kind: None,
            is_apart: false,
            rates: Vec::new(),
            latencies: Latencies(Vec::new()),
            p99s: Vec::new(),
            cpu_nanos: Vec::new(),
        }
    }

    /// With so many requests on their way at once: its base is the first figure with as many.
    pub const fn in_flight(mut self, in_flight: u64) -> Self {
        self.in_flight = Some(in_flight);
        self
    }

    /// Of one kind of work among several: its base is the first figure of that kind.
    pub const fn of_kind(mut self, kind: usize) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Other work than that of the base: no percentage of it means anything.
    pub const fn apart(mut self) -> Self {
        self.is_apart = true;
        self
    }

    pub const fn on_threads(mut self, threads: u64) -> Self {
        self.threads = Some(threads);
        self
    }

    pub fn round(&mut self, rate: Rate) {
        self.rates.push(rate);
    }

    /// The same with the processor time that this process spent on it, both ends included: what stays alike when others
    /// have the machine, and what bounds the rate (cores divided by it).
    pub fn round_of(&mut self, rate: Rate, cpu: Duration) {
        self.round(rate);
        let each = cpu.as_nanos() / u128::from(rate.count.max(1));
        self.cpu_nanos.push(u64::try_from(each).unwrap_or(u64::MAX));
    }

    /// Takes the latencies of a round.
    pub fn answered(&mut self, latencies: Vec<Latencies>) {
        let mut round = Latencies::default();
        for own in latencies {
            round.append(own);
        }
        self.p99s.extend(round.percentile_us(99));
        self.latencies.append(round);
    }

    fn per_second(&self) -> Vec<u64> {
        self.rates.iter().map(|rate| rate.per_second()).collect()
    }

    /// Percent of another figure, round by round; the median.
    fn percent_of(&self, base: &Self) -> Option<u64> {
        percent(&self.per_second(), &base.per_second())
    }

    /// The same of the p99, where both have one.
    fn p99_percent_of(&self, base: &Self) -> Option<u64> {
        percent(&self.p99s, &base.p99s)
    }
}

/// Percent of others, round by round; the median.
fn percent(own: &[u64], base: &[u64]) -> Option<u64> {
    let rounds = own.iter().zip(base);
    let ratios: Vec<u64> = rounds
        .map(|(own, base)| own.saturating_mul(100) / base.max(&1))
        .collect();
    median(&ratios)
}

/// What the first figure is to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// What the machine can do at best: the others are shown as percent of it.
    Base,
    /// One among others.
    Peer,
}

/// The figures of events as rows.
pub fn rows(sheet: &mut Sheet, first: First, figures: Vec<Figure>) {
    let events = Word::new("events", "الأحداث", "events");
    rows_of(sheet, events, first, figures);
}

/// The figures of what is counted as rows. Columns that mean nothing for these figures are left out.
pub fn rows_of(sheet: &mut Sheet, counted: Word, first: First, mut figures: Vec<Figure>) {
    sheet.columns = vec![
        Word::new("measure", "القياس", "measure"),
        Word::new("threads", "خيوط", "threads"),
        Word::new("in_flight", "في الطريق معًا", "in flight"),
        Word::new("rounds", "الجولات", "rounds"),
        counted,
        Word::new(
            "median_per_second",
            "الوسيط في الثانية",
            "median per second",
        ),
        Word::new("lowest_per_second", "الأدنى", "lowest"),
        Word::new("highest_per_second", "الأعلى", "highest"),
        Word::new("percent_of_first", "% من الأول", "% of the first"),
        Word::new("p50_us", "p50 (µs)", "p50 (µs)"),
        Word::new("p99_us", "p99 (µs)", "p99 (µs)"),
        Word::new(
            "p99_percent_of_first",
            "% من p99 الأول",
            "% of the first p99",
        ),
        Word::new("cpu_ns_each", "المعالج لكلٍّ (ns)", "CPU each (ns)"),
    ];
    let bases = if first == First::Base {
        figures.clone()
    } else {
        Vec::new()
    };
    let count = |value: Option<u64>| value.map_or(Cell::Absent, Cell::Count);
    for figure in &mut figures {
        let rates = figure.per_second();
        let mut bases = bases.iter().filter(|_| !figure.is_apart);
        let base =
            bases.find(|base| (base.in_flight, base.kind) == (figure.in_flight, figure.kind));
        let percent = base.and_then(|base| figure.percent_of(base));
        let p99_percent = base.and_then(|base| figure.p99_percent_of(base));
        sheet.rows.push(vec![
            Cell::Word(figure.name),
            count(figure.threads),
            count(figure.in_flight),
            Cell::Count(rates.len() as u64),
            Cell::Count(figure.rates.iter().map(|rate| rate.count).sum()),
            count(median(&rates)),
            count(rates.iter().min().copied()),
            count(rates.iter().max().copied()),
            count(percent),
            count(figure.latencies.percentile_us(50)),
            count(figure.latencies.percentile_us(99)),
            count(p99_percent),
            count(median(&figure.cpu_nanos)),
        ]);
    }
    let known = |place: usize| {
        sheet
            .rows
            .iter()
            .any(|row| row.get(place) != Some(&Cell::Absent))
    };
    let kept: Vec<bool> = (0..sheet.columns.len()).map(known).collect();
    let mut keep = kept.iter().copied();
    sheet.columns.retain(|_| keep.next().unwrap_or(true));
    for row in &mut sheet.rows {
        let mut keep = kept.iter().copied();
        row.retain(|_| keep.next().unwrap_or(true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.percentile_us(99), None);
        for micros in (1..=200).rev() {
            latencies.add(Duration::from_micros(micros));
        }
        assert_eq!(latencies.percentile_us(50), Some(100));
        assert_eq!(latencies.percentile_us(99), Some(198));
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let rounds = |counts: [u64; 3]| {
            let mut figure = Figure::new(Word::new("x", "س", "x"));
            for count in counts {
                let elapsed = Duration::from_secs(1);
                figure.round(Rate { count, elapsed });
            }
            figure
        };
        // The disk was four times as slow in the second round, for both.
        let (base, own) = (rounds([400, 100, 400]), rounds([200, 50, 300]));
        assert_eq!(own.percent_of(&base), Some(50));
        assert_eq!(percent(&[30, 90], &[10, 30, 1]), Some(300));
        assert_eq!(percent(&[30], &[]), None);
        assert_eq!(median(&[3, 1, 2]), Some(2));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_rate_of_no_time_is_no_division_by_zero() {
        let elapsed = Duration::ZERO;
        assert_eq!(Rate { count: 3, elapsed }.per_second(), 3_000_000_000);
    }
}
