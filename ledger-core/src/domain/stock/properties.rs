//! Invariants over random command histories.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::tests::{clinic, key, line_in, line_out, paper};
use super::*;
use crate::domain::values::*;
use crate::testing::{Given, official};
use crate::time::MICROS_PER_DAY;

/// A step of a random history: a command, so many hours later, effective so many days back.
#[derive(Clone, Debug)]
struct Random {
    hours: i64,
    days_back: i64,
    command: Command,
    by_omar: bool,
}

fn batch() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("A"), Just("B"), Just("C")]
}

fn expiry(batch: &str) -> &'static str {
    match batch {
        "A" => "2026-03-31",
        "B" => "2026-06-30",
        _ => "2027-12-31",
    }
}

fn lines_in() -> impl Strategy<Value = Vec<LineIn>> {
    (batch(), 1_u32..200)
        .prop_map(|(batch, n)| vec![line_in("paracetamol", batch, expiry(batch), n)])
}

fn lines_out() -> impl Strategy<Value = Vec<LineOut>> {
    let reservation = prop_oneof![3 => Just(None), 1 => (0_u8..4).prop_map(Some)];
    (batch(), 1_u32..120, reservation, any::<bool>()).prop_map(
        |(batch, n, reservation, reasoned)| {
            let mut line = line_out("paracetamol", batch, n);
            line.reservation = reservation.map(|id| ReservationId::new(&format!("R{id}")).unwrap());
            line.fefo_override = reasoned.then(|| Text::new("asked for").unwrap());
            vec![line]
        },
    )
}

fn text() -> Text {
    Text::new("because").unwrap()
}

fn step(batch: &str) -> BatchStep {
    BatchStep {
        item: ItemCode::new("paracetamol").unwrap(),
        batch: Batch::new(batch).unwrap(),
        authority: DocumentNumber::new("Q-1").unwrap(),
        reason: text(),
    }
}

fn mona() -> OfficialId {
    OfficialId::new("mona").unwrap()
}

fn route() -> impl Strategy<Value = ReturnRoute> {
    prop_oneof![
        Just(ReturnRoute::FromUnit(Code::new("ward").unwrap())),
        Just(ReturnRoute::ToSupplier(OrganizationId::new("S").unwrap())),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let other = || Some(FacilityId::new("hospital").unwrap());
    let count_id = |n: u8| CountId::new(&format!("C{n}")).unwrap();
    prop_oneof![
        4 => lines_in().prop_map(|lines| Command::Receive(Receipt { document: paper("G"), source: Source::Production, provisional: false, lines })),
        5 => lines_out().prop_map(|lines| Command::Issue(Issue { document: paper("I"), to: Recipient::Patients, lines })),
        4 => (0_u32..10_000, lines_out()).prop_map(move |(id, lines)| {
            let transfer = Some(TransferId::new(&format!("T{id}")).unwrap());
            Command::Dispatch(Dispatch { document: paper("D"), transfer, to: other(), due: None, requisition: None, lines })
        }),
        2 => (route(), lines_out()).prop_map(|(route, lines)| {
            let lines = lines.into_iter().map(ReturnLine::from).collect();
            Command::Return(Return { document: paper("B"), route, lines })
        }),
        1 => lines_in().prop_map(|lines| Command::Receive(Receipt { document: paper("G"), source: Source::Production, provisional: true, lines })),
        2 => (0_u64..40, lines_in(), 0_u32..50).prop_map(|(receipt, lines, rejected)| {
            let line = AcceptanceLine { key: lines[0].key.clone(), accepted: lines[0].quantity, rejected: rejected.into(), reason: None };
            Command::Accept(Acceptance { document: paper("Q"), receipt, order: None, lines: vec![line] })
        }),
        1 => (0_u32..3).prop_map(|n| Command::Receive(Receipt { document: paper("G"), source: Source::Production, provisional: false, lines: vec![line_in("chair", "", "", n + 1)] })),
        2 => (0_u32..3).prop_map(|n| Command::Issue(Issue { document: paper("Y"), to: Recipient::Custody(mona()), lines: vec![line_out("chair", "", n + 1)] })),
        2 => (0_u32..3).prop_map(|n| Command::Return(Return { document: paper("Z"), route: ReturnRoute::FromCustody(mona()), lines: vec![line_out("chair", "", n + 1).into()] })),
        1 => (0_i32..4).prop_map(|n| Command::ReportPeriod { period: Month::parse("2026-01").unwrap().plus(n), nil: false }),
        1 => (0_i32..4).prop_map(|n| Command::ClosePeriod { period: Month::parse("2026-01").unwrap().plus(n) }),
        1 => batch().prop_map(|batch| Command::Recall(step(batch))),
        3 => (0_u8..4, lines_out()).prop_map(|(id, mut lines)| {
            lines[0].reservation = None;
            Command::Reserve(Reservation { reservation: ReservationId::new(&format!("R{id}")).unwrap(), purpose: text(), lines })
        }),
        1 => (0_u8..4).prop_map(|id| Command::ReleaseReservation { reservation: ReservationId::new(&format!("R{id}")).unwrap() }),
        2 => (0_u8..9, batch(), 0_u32..150).prop_map(move |(n, batch, counted)| {
            let line = CountLine { key: key("paracetamol", batch), expiry: None, counted: counted.into() };
            Command::ProposeCount(CountProposal { count: count_id(n), document: paper("C"), lines: vec![line] })
        }),
        2 => (0_u8..9).prop_map(move |n| Command::ApproveCount { count: count_id(n) }),
        2 => (batch(), -60_i64..60).prop_map(|(batch, n)| {
            let line = AdjustmentLine { key: key("paracetamol", batch), expiry: None, amount: n.into() };
            Command::Adjust(Adjustment { document: paper("A"), reason: text(), prior_period: None, lines: vec![line] })
        }),
        1 => lines_out().prop_map(|mut lines| {
            lines[0].reservation = None;
            Command::WriteOff(WriteOff { document: paper("L"), reason: LossReason::Damaged, custody: None, lines })
        }),
        2 => (0_u64..40).prop_map(|original| Command::Reverse { document: paper("R"), original, reason: text() }),
        1 => batch().prop_map(|batch| Command::Quarantine(step(batch))),
        1 => batch().prop_map(|batch| Command::Release(step(batch))),
        1 => (batch(), 1_u32..30).prop_map(|(from, packs)| {
            let line = RepackLine {
                from: key("paracetamol", from), from_pack: 2.into(), from_packs: packs.into(),
                to: key("paracetamol", &format!("{from}-1")), to_pack: 1.into(), to_packs: (2 * packs).into(),
                expiry: None, value: None,
            };
            Command::Repack(Repack { document: paper("K"), lines: vec![line] })
        }),
    ]
}

fn history() -> impl Strategy<Value = Vec<Random>> {
    let days_back = prop_oneof![3 => Just(0_i64), 1 => 0_i64..40];
    let random = (0_i64..72, days_back, command(), any::<bool>());
    prop::collection::vec(
        random.prop_map(|(hours, days_back, command, by_omar)| Random {
            hours,
            days_back,
            command,
            by_omar,
        }),
        1..80,
    )
}

/// The balances as anyone would work them out with a pencil: every movement that stands, sorted, one after another.
#[derive(Default)]
struct Pencil(Vec<(u64, EffectiveAt, Event)>);

impl Pencil {
    fn note(&mut self, revision: u64, effective: EffectiveAt, event: &Event) {
        if let Event::DocumentReversed(reversal) = event {
            self.0.retain(|(of, _, _)| *of != reversal.original);
        } else {
            self.0.push((revision, effective, event.clone()));
        }
    }

    fn balances(&self) -> BTreeMap<StockKey, Decimal> {
        let mut all = Vec::new();
        for (revision, effective, event) in &self.0 {
            for movement in movements(event, *effective) {
                all.push((
                    movement.at.at(),
                    *revision,
                    movement.key.clone(),
                    movement.change,
                ));
            }
        }
        all.sort_by_key(|(at, revision, _, _)| (*at, *revision));
        let mut balances = BTreeMap::new();
        for (_, _, key, change) in all {
            let balance: &mut Decimal = balances.entry(key).or_default();
            match change {
                Change::Add(amount) => *balance += amount,
                Change::Set(stated) => *balance = stated.get(),
            }
        }
        balances
    }
}

/// Plans that take stock, or make it less.
fn is_plan(command: &Command) -> bool {
    if let Command::Adjust(adjustment) = command {
        return adjustment.lines[0].amount.is_sign_negative();
    }
    if let Command::Return(back) = command {
        return matches!(back.route, ReturnRoute::ToSupplier(_));
    }
    matches!(
        command,
        Command::Dispatch(_) | Command::Reserve(_) | Command::Repack(_)
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Every accepted command is remembered; no plan ever leaves less than nothing free, from its own time on, to
    /// anyone but the reservation it draws on; balances are what a pencil says.
    #[test]
    fn plans_never_starve_and_balances_are_right(history in history()) {
        let mut given: Given<Stock> = clinic();
        let mut pencil = Pencil::default();
        let mut custody_broken = false;
        let (mut now, mut revision) = (crate::testing::noon("2026-01-10").at(), 0_u64);
        for random in history {
            now = now.plus_micros(random.hours * MICROS_PER_DAY / 24);
            let effective = EffectiveAt::new(now.plus_days(-random.days_back), 120).unwrap();
            let who = official(if random.by_omar { "omar" } else { "huda" });
            // `when` panics when an accepted event is not remembered.
            given = given.by(who).at(now).effective(effective).when(random.command.clone());
            let Ok(events) = given.outcome() else { continue };
            for event in events {
                custody_broken |=
                    matches!(event, Event::DiscrepancyOpened(d) if d.rule == BrokenRule::AboveCustody);
                pencil.note(revision, effective, event);
                revision += 1;
            }
            if is_plan(&random.command) {
                let event = &given.last()[0];
                let own = if let Command::Dispatch(dispatch) = &random.command {
                    dispatch.lines[0].reservation.clone()
                } else {
                    None
                };
                for key in event.keys() {
                    let free = given.state().card(key).map(|card| card.free_from(effective.at(), own.as_ref()));
                    prop_assert!(free.unwrap_or_default() >= Decimal::ZERO, "{event:?} leaves {free:?} of {key}");
                }
            }
            let balances = pencil.balances();
            for (key, card) in given.state().cards() {
                let expected = balances.get(key).copied().unwrap_or_default();
                prop_assert_eq!(card.on_hand(), expected, "{}", key);
                prop_assert!(card.uninspected >= Decimal::ZERO, "{} waits for less than nothing", key);
            }
            // Custody below nothing is always a finding, never the work of a reversal.
            let chairs = given.state().in_custody(&mona(), &key("chair", ""));
            prop_assert!(chairs >= Decimal::ZERO || custody_broken);
        }
    }
}
