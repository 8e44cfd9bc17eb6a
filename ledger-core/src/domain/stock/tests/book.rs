//! Counts, corrections, months, custody, imports.

use super::*;

fn count(counted: u32) -> Command {
    let line = CountLine {
        key: key("paracetamol", "A"),
        expiry: None,
        counted: counted.into(),
    };
    Command::ProposeCount(CountProposal {
        count: CountId::new("C1").unwrap(),
        document: paper("CNT-1"),
        lines: vec![line],
    })
}

fn approve() -> Command {
    Command::ApproveCount {
        count: CountId::new("C1").unwrap(),
    }
}

#[test]
fn a_count_needs_two_persons_and_states_the_balance_at_its_instant() {
    let counted = stocked().on("2026-01-10").when(count(90));
    assert_eq!(
        on_hand(&counted, "paracetamol", "A"),
        Decimal::from(100),
        "a proposal changes nothing"
    );
    assert_eq!(
        counted.clone().when(approve()).refused(),
        Refusal::SamePerson
    );
    let moved = counted
        .on("2026-01-12")
        .when(issue(vec![line_out("paracetamol", "A", 5)]));
    assert_eq!(moved.wanted(), Wanted::No);
    let approved = moved.by(official("omar")).when(approve());
    let revision = Some(1);
    assert_eq!(approved.wanted(), Wanted::Approval { revision });
    assert_eq!(broken(&approved), [BrokenRule::CountDiffers]);
    assert_eq!(on_hand(&approved, "paracetamol", "A"), Decimal::from(85));
    let late = approved
        .clone()
        .effective(noon("2026-01-09"))
        .when(issue(vec![line_out("paracetamol", "A", 10)]));
    assert_eq!(
        on_hand(&late, "paracetamol", "A"),
        Decimal::from(85),
        "effective before the count"
    );
    assert!(matches!(
        approved.when(approve()).refused(),
        Refusal::CountUnknown { .. }
    ));
}

#[test]
fn a_count_below_what_is_reserved_is_a_finding() {
    let reserved = stocked().when(reserve("R1", vec![line_out("paracetamol", "A", 95)]));
    let approved = reserved
        .on("2026-01-10")
        .when(count(90))
        .by(official("omar"))
        .when(approve());
    assert_eq!(
        broken(&approved),
        [BrokenRule::CountDiffers, BrokenRule::BelowReserved]
    );
}

fn reverse(original: u64) -> Command {
    Command::Reverse {
        document: paper("REV-1"),
        original,
        reason: Text::new("typed twice").unwrap(),
    }
}

#[test]
fn a_document_is_reversed_once_and_a_reversal_never() {
    let issued = stocked()
        .on("2026-01-06")
        .when(issue(vec![line_out("paracetamol", "A", 30)]));
    let reversed = issued.when(reverse(1));
    assert_eq!(on_hand(&reversed, "paracetamol", "A"), Decimal::from(100));
    assert_eq!(
        reversed.clone().when(reverse(1)).refused(),
        Refusal::NotReversible { original: 1 }
    );
    assert_eq!(
        reversed.when(reverse(2)).refused(),
        Refusal::NotReversible { original: 2 }
    );
    let used = stocked().when(issue(vec![line_out("paracetamol", "A", 30)]));
    let starves = Refusal::ReversalStarves {
        key: key("paracetamol", "A"),
        lowest: (-30).into(),
    };
    assert_eq!(used.when(reverse(0)).refused(), starves);
}

#[test]
fn a_reversal_behind_a_count_leaves_the_counted_balance() {
    let counted = stocked()
        .on("2026-01-06")
        .when(issue(vec![line_out("paracetamol", "A", 30)]));
    let approved = counted
        .on("2026-01-10")
        .when(count(70))
        .by(official("omar"))
        .when(approve());
    let reversed = approved.on("2026-01-11").when(reverse(1));
    assert_eq!(on_hand(&reversed, "paracetamol", "A"), Decimal::from(70));
}

#[test]
fn backdating_has_a_window_and_closed_months_stay_closed() {
    let lines = || vec![line_out("paracetamol", "A", 1)];
    let late = stocked().on("2026-03-15");
    let outside = late
        .clone()
        .effective(noon("2026-02-01"))
        .when(issue(lines()))
        .refused();
    assert_eq!(
        outside,
        Refusal::OutsideWindow {
            earliest: Date::parse("2026-02-12").unwrap()
        }
    );
    assert_eq!(
        broken(
            &late
                .clone()
                .effective(noon("2026-02-13"))
                .when(issue(lines()))
        ),
        []
    );
    let january = Month::parse("2026-01").unwrap();
    let unreported = stocked()
        .on("2026-02-02")
        .when(Command::ClosePeriod { period: january })
        .refused();
    assert_eq!(unreported, Refusal::PeriodNotReported { period: january });
    let closed = stocked()
        .on("2026-02-02")
        .when(Command::ReportPeriod {
            period: january,
            nil: false,
        })
        .when(Command::ClosePeriod { period: january });
    let into_closed = closed
        .clone()
        .effective(noon("2026-01-20"))
        .when(issue(lines()))
        .refused();
    assert_eq!(into_closed, Refusal::PeriodClosed { period: january });
    let adjust = |prior_period| {
        let line = AdjustmentLine {
            key: key("paracetamol", "A"),
            expiry: None,
            amount: (-3).into(),
        };
        let reason = Text::new("ward book found").unwrap();
        Command::Adjust(Adjustment {
            document: paper("ADJ-1"),
            reason,
            prior_period,
            lines: vec![line],
        })
    };
    let marked = closed
        .clone()
        .effective(noon("2026-01-20"))
        .when(adjust(Some(january)));
    assert_eq!(on_hand(&marked, "paracetamol", "A"), Decimal::from(97));
    let february = Month::parse("2026-02").unwrap();
    assert_eq!(
        closed.when(adjust(Some(february))).refused(),
        Refusal::PeriodOpen { period: february }
    );
}

#[test]
fn reports_agree_with_movements() {
    let (january, december) = (
        Month::parse("2026-01").unwrap(),
        Month::parse("2025-12").unwrap(),
    );
    let report = |period, nil| Command::ReportPeriod { period, nil };
    let february = stocked().on("2026-02-02");
    assert_eq!(
        february.clone().when(report(january, true)).refused(),
        Refusal::NilContradicts { period: january }
    );
    assert_eq!(
        february.clone().when(report(december, false)).refused(),
        Refusal::NilContradicts { period: december }
    );
    let reported = february
        .when(report(december, true))
        .when(report(january, false));
    assert_eq!(
        reported.clone().when(report(january, false)).refused(),
        Refusal::PeriodReported { period: january }
    );
    assert_eq!(
        stocked().when(report(january, false)).refused(),
        Refusal::PeriodRuns { period: january }
    );
    let closed = reported.when(Command::ClosePeriod { period: january });
    assert_eq!(
        closed
            .when(Command::ClosePeriod { period: january })
            .refused(),
        Refusal::PeriodClosed { period: january }
    );
}

#[test]
fn the_future_is_not_recorded() {
    let tomorrow = stocked()
        .at(noon("2026-01-05").at())
        .effective(noon("2026-01-06"));
    let refused = tomorrow
        .when(issue(vec![line_out("paracetamol", "A", 1)]))
        .refused();
    assert_eq!(
        refused,
        Refusal::InTheFuture {
            tolerance_minutes: 10
        }
    );
}

#[test]
fn durables_are_in_custody_and_never_consumed() {
    let chairs = clinic().when(receive(vec![line_in("chair", "", "", 10)]));
    let item = ItemCode::new("chair").unwrap();
    let consumed = chairs
        .clone()
        .when(issue(vec![line_out("chair", "", 1)]))
        .refused();
    assert_eq!(consumed, Refusal::DurableNeedsCustody { item });
    let mona = OfficialId::new("mona").unwrap();
    let entrust = |item: &str| {
        let to = Recipient::Custody(mona.clone());
        Command::Issue(Issue {
            document: paper("CUS-1"),
            to,
            lines: vec![line_out(item, "", 2)],
        })
    };
    let held = chairs.when(entrust("chair"));
    assert_eq!(
        held.state().in_custody(&mona, &key("chair", "")),
        Decimal::from(2)
    );
    let pens = clinic()
        .when(receive(vec![line_in("pen", "", "", 10)]))
        .when(entrust("pen"))
        .refused();
    assert_eq!(
        pens,
        Refusal::OnlyDurablesInCustody {
            item: ItemCode::new("pen").unwrap()
        }
    );
    let back = |quantity| {
        let route = ReturnRoute::FromCustody(mona.clone());
        Command::Return(Return {
            document: paper("RET-1"),
            route,
            lines: vec![line_out("chair", "", quantity).into()],
        })
    };
    let returned = held.clone().when(back(1));
    assert_eq!(broken(&returned), []);
    assert_eq!(broken(&returned.when(back(2))), [BrokenRule::AboveCustody]);
    let scrapped = held.clone().when(Command::WriteOff(WriteOff {
        document: paper("SCR-1"),
        reason: LossReason::Scrapped,
        custody: Some(mona.clone()),
        lines: vec![line_out("chair", "", 2)],
    }));
    assert_eq!(
        on_hand(&scrapped, "chair", ""),
        Decimal::from(8),
        "it had left the shelf already"
    );
    assert_eq!(
        scrapped.state().in_custody(&mona, &key("chair", "")),
        Decimal::ZERO
    );
    let reversed = held.when(reverse(1));
    assert_eq!(
        reversed.state().in_custody(&mona, &key("chair", "")),
        Decimal::ZERO
    );
}

#[test]
fn repacking_conserves_base_units_and_moves_the_expiry() {
    let repack = |to_packs: u32| {
        let line = RepackLine {
            from: key("paracetamol", "A"),
            from_pack: 20.into(),
            from_packs: 2.into(),
            to: key("paracetamol", "A-10"),
            to_pack: 10.into(),
            to_packs: to_packs.into(),
            expiry: None,
            value: None,
        };
        Command::Repack(Repack {
            document: paper("RPK-1"),
            lines: vec![line],
        })
    };
    let repacked = stocked().when(repack(4));
    assert_eq!(
        (
            on_hand(&repacked, "paracetamol", "A"),
            on_hand(&repacked, "paracetamol", "A-10")
        ),
        (60.into(), 40.into())
    );
    let expiry = repacked
        .state()
        .card(&key("paracetamol", "A-10"))
        .and_then(Card::expiry);
    assert_eq!(expiry, Some(Date::parse("2026-06-30").unwrap()));
    let changes = Refusal::RepackChanges {
        from: key("paracetamol", "A"),
        opened: 40.into(),
        packed: 50.into(),
    };
    assert_eq!(stocked().when(repack(5)).refused(), changes);
}

#[test]
fn opening_balances_come_first() {
    let opening = |quantity| {
        let lines = vec![line_in("paracetamol", "A", "2026-06-30", quantity)];
        Command::DeclareOpening(Opening {
            document: paper("OPN-1"),
            lines,
        })
    };
    let declared = clinic().when(opening(12));
    assert_eq!(on_hand(&declared, "paracetamol", "A"), Decimal::from(12));
    assert_eq!(
        declared.when(opening(13)).refused(),
        Refusal::AlreadyMoved {
            key: key("paracetamol", "A")
        }
    );
}

#[test]
fn losses_and_returns_to_suppliers() {
    let lose = |quantity| {
        let lines = vec![line_out("paracetamol", "A", quantity)];
        Command::WriteOff(WriteOff {
            document: paper("LOS-1"),
            reason: LossReason::Stolen,
            custody: None,
            lines,
        })
    };
    assert_eq!(broken(&stocked().when(lose(100))), []);
    assert_eq!(
        broken(&stocked().when(lose(101))),
        [BrokenRule::AboveUsable],
        "it is gone all the same"
    );
    let send_back = |quantity| {
        let route = ReturnRoute::ToSupplier(OrganizationId::new("EIPICO").unwrap());
        let lines = vec![line_out("paracetamol", "A", quantity).into()];
        Command::Return(Return {
            document: paper("RTS-1"),
            route,
            lines,
        })
    };
    let recalled = stocked().when(Command::Recall(step("A")));
    assert_eq!(
        broken(&recalled.clone().when(send_back(100))),
        [],
        "recalled goods may go back"
    );
    assert!(matches!(
        recalled.when(send_back(101)).refused(),
        Refusal::NotEnough { .. }
    ));
}

#[test]
fn findings_are_answered_once() {
    let issued = stocked().when(issue(vec![line_out("paracetamol", "A", 101)]));
    let id = DiscrepancyId::new("D2").unwrap();
    let answer = Command::AnswerDiscrepancy(DiscrepancyAnswer {
        id: id.clone(),
        answer: Text::new("recounted").unwrap(),
    });
    let answered = issued.when(answer.clone());
    assert!(matches!(answered.last(), [Event::DiscrepancyAnswered(_)]));
    assert_eq!(
        answered.when(answer).refused(),
        Refusal::DiscrepancyUnknown { id }
    );
}

#[test]
fn what_cannot_be_understood_is_refused() {
    let unknown = stocked()
        .when(receive(vec![line_in("aspirin", "", "", 1)]))
        .refused();
    assert_eq!(
        unknown,
        Refusal::ItemUnknown {
            item: ItemCode::new("aspirin").unwrap()
        }
    );
    let twice = vec![
        line_out("paracetamol", "A", 1),
        line_out("paracetamol", "A", 2),
    ];
    assert_eq!(
        stocked().when(issue(twice)).refused(),
        Refusal::DuplicateLine {
            key: key("paracetamol", "A")
        }
    );
    assert_eq!(
        stocked().when(issue(vec![])).refused(),
        Refusal::LineCount { lines: 0 }
    );
    let zero = stocked()
        .when(issue(vec![line_out("paracetamol", "A", 0)]))
        .refused();
    assert_eq!(
        zero,
        Refusal::ZeroQuantity {
            key: key("paracetamol", "A")
        }
    );
    let nowhere = Given::<Stock>::nothing()
        .when(issue(vec![line_out("paracetamol", "A", 1)]))
        .refused();
    assert_eq!(
        nowhere,
        Refusal::FacilityUnknown {
            facility: facility("test")
        }
    );
}

#[test]
fn odd_receipts_are_recorded_with_findings() {
    let no_expiry = clinic().when(receive(vec![line_in("paracetamol", "Z", "", 5)]));
    assert_eq!(broken(&no_expiry), [BrokenRule::TrackingMissing]);
    let other_expiry = stocked().when(receive(vec![line_in("paracetamol", "A", "2026-09-30", 5)]));
    assert_eq!(broken(&other_expiry), [BrokenRule::ExpiryDiffers]);
}

#[test]
fn history_is_imported_before_native_documents_only() {
    let import = || {
        let lines = vec![CountLine {
            key: key("pen", ""),
            expiry: None,
            counted: 7.into(),
        }];
        let counted_at = noon("2020-05-05");
        let count = CountId::new("OLD-1").unwrap();
        Command::Import(Box::new(Event::CountApproved(CountApproval {
            count,
            counted_at,
            lines,
        })))
    };
    let origin = Origin::Import {
        file: Sha256([7; 32]),
        line: 2,
    };
    let imported = clinic()
        .by(actor("admin", Role::Administrator))
        .origin(origin.clone())
        .when(import());
    assert_eq!(on_hand(&imported, "pen", ""), Decimal::from(7));
    assert_eq!(
        stocked().when(import()).refused(),
        Refusal::NotHistory,
        "not as a native command"
    );
    assert_eq!(
        stocked().origin(origin.clone()).when(import()).refused(),
        Refusal::NativeBegan
    );
    let native = clinic()
        .origin(origin)
        .when(receive(vec![line_in("pen", "", "", 1)]))
        .refused();
    assert_eq!(
        native,
        Refusal::NotHistory,
        "nor a native command as history"
    );
}

#[test]
fn impossible_histories_are_not_remembered() {
    let metadata = metadata_at(noon("2026-01-05").at());
    let stream = StreamName::of(Stock::KIND, "test");
    let evolve = |event: &Event| {
        Stock::default().evolve(crate::aggregate::Occurred {
            event,
            stream: &stream,
            metadata: &metadata,
            revision: 0,
            recorded_at: None,
        })
    };
    let reversal = Reversal {
        document: paper("R"),
        original: 4,
        order: None,
        reason: Text::new("x").unwrap(),
        keys: vec![],
    };
    assert!(evolve(&Event::DocumentReversed(reversal)).is_none());
    let release = ReservationRelease {
        reservation: ReservationId::new("R").unwrap(),
    };
    assert!(evolve(&Event::ReservationReleased(release)).is_none());
    let answer = DiscrepancyAnswer {
        id: DiscrepancyId::new("D1").unwrap(),
        answer: Text::new("x").unwrap(),
    };
    assert!(evolve(&Event::DiscrepancyAnswered(answer)).is_none());
    let acceptance = Acceptance {
        document: paper("I"),
        receipt: 3,
        order: None,
        lines: vec![],
    };
    assert!(evolve(&Event::StockAccepted(acceptance)).is_none());
}

fn metadata_at(at: Timestamp) -> Metadata {
    Metadata {
        command_id: uuid::Uuid::nil(),
        command_hash: Sha256([0; 32]),
        correlation_id: uuid::Uuid::nil(),
        causation_id: None,
        actor: official("huda"),
        decided_at: at,
        effective_at: EffectiveAt::new(at, 120).unwrap(),
        facts: Vec::new(),
        ruleset: None,
        origin: Origin::Native,
        statement: None,
    }
}

#[test]
fn a_month_is_over_by_the_clock_and_not_by_the_callers_word() {
    let far = Month::parse("2998-12").unwrap();
    let given = stocked().effective(noon("2999-01-02"));
    let reported = given
        .clone()
        .when(Command::ReportPeriod {
            period: far,
            nil: true,
        })
        .refused();
    assert_eq!(reported, Refusal::PeriodRuns { period: far });
    let running = Month::parse("2026-01").unwrap();
    let closed = given
        .when(Command::ClosePeriod { period: running })
        .refused();
    assert_eq!(closed, Refusal::PeriodRuns { period: running });
}

#[test]
fn a_mistyped_expiry_goes_with_its_document() {
    let receive_until = |expiry: &str| receive(vec![line_in("paracetamol", "X", expiry, 10)]);
    let typed = clinic().on("2026-01-05").when(receive_until("2025-06-30"));
    let mended = typed.when(reverse(0)).when(receive_until("2028-06-30"));
    assert_eq!(broken(&mended), []);
    let expiry = mended
        .state()
        .card(&key("paracetamol", "X"))
        .and_then(Card::expiry);
    assert_eq!(expiry, Some(Date::parse("2028-06-30").unwrap()));
    assert_eq!(
        broken(&mended.when(dispatch(vec![line_out("paracetamol", "X", 1)]))),
        []
    );
}

#[test]
fn an_entrustment_is_not_reversed_after_its_return() {
    let chairs = clinic().when(receive(vec![line_in("chair", "", "", 1)]));
    let mona = OfficialId::new("mona").unwrap();
    let lines = vec![line_out("chair", "", 1)];
    let to = Recipient::Custody(mona.clone());
    let held = chairs.when(Command::Issue(Issue {
        document: paper("CUS"),
        to,
        lines: lines.clone(),
    }));
    let lines = lines.into_iter().map(ReturnLine::from).collect();
    let route = ReturnRoute::FromCustody(mona);
    let returned = held.when(Command::Return(Return {
        document: paper("RET"),
        route,
        lines,
    }));
    let refused = returned.when(reverse(1)).refused();
    assert_eq!(
        refused,
        Refusal::CustodyMoved {
            key: key("chair", ""),
            held: Decimal::ZERO
        }
    );
}

#[test]
fn what_comes_back_is_examined_like_what_comes_in() {
    let back = |batch: &str, expiry: &str| {
        let line = line_in("paracetamol", batch, expiry, 1);
        let line = ReturnLine {
            key: line.key,
            expiry: line.expiry,
            quantity: line.quantity,
        };
        let route = ReturnRoute::FromUnit(Code::new("ward-3").unwrap());
        Command::Return(Return {
            document: paper("RET"),
            route,
            lines: vec![line],
        })
    };
    assert_eq!(
        broken(&stocked().when(back("B9", ""))),
        [BrokenRule::TrackingMissing]
    );
    assert_eq!(broken(&stocked().when(back("B9", "2027-01-31"))), []);
    assert_eq!(
        broken(&stocked().when(back("A", ""))),
        [],
        "its expiry is known"
    );
}

#[test]
fn a_forged_approval_is_no_possible_history() {
    let counted = stocked().on("2026-01-10").when(count(90));
    let approval = |counted: u32| {
        let lines = vec![CountLine {
            key: key("paracetamol", "A"),
            expiry: None,
            counted: counted.into(),
        }];
        let count = CountId::new("C1").unwrap();
        Event::CountApproved(CountApproval {
            count,
            counted_at: noon("2026-01-10"),
            lines,
        })
    };
    assert!(
        !counted.clone().possible(&approval(90)),
        "by the one who counted"
    );
    let other = counted.by(official("omar"));
    assert!(!other.clone().possible(&approval(80)), "with other figures");
    assert!(other.possible(&approval(90)));
}

#[test]
fn history_has_the_shapes_of_native_documents() {
    let origin = Origin::Import {
        file: Sha256([7; 32]),
        line: 2,
    };
    let import = |event| {
        clinic()
            .origin(origin.clone())
            .when(Command::Import(Box::new(event)))
            .refused()
    };
    let mut reserved = line_out("pen", "", 1);
    reserved.reservation = Some(ReservationId::new("R1").unwrap());
    let issue = |line| {
        Event::StockIssued(Issue {
            document: paper("I"),
            to: Recipient::Unstated,
            lines: vec![line],
        })
    };
    assert!(matches!(
        import(issue(reserved)),
        Refusal::ReservationUnknown { .. }
    ));
    assert!(matches!(
        import(issue(line_out("pen", "", 0))),
        Refusal::ZeroQuantity { .. }
    ));
    let twice = vec![line_in("pen", "", "", 1), line_in("pen", "", "", 2)];
    let receipt = Receipt {
        document: paper("G"),
        source: Source::Unstated,
        provisional: false,
        lines: twice,
    };
    assert!(matches!(
        import(Event::StockReceived(receipt)),
        Refusal::DuplicateLine { .. }
    ));
}
