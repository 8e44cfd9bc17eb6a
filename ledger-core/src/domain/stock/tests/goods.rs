//! Goods in and out, reservations, batches.

use super::*;
use crate::domain::transfer;

#[test]
fn goods_come_and_go_out_first_expiry_first() {
    let issued = stocked()
        .on("2026-01-06")
        .when(issue(vec![line_out("paracetamol", "A", 30)]));
    assert_eq!(broken(&issued), []);
    assert_eq!(on_hand(&issued, "paracetamol", "A"), Decimal::from(70));
}

#[test]
fn a_later_batch_is_a_finding_for_a_fact_and_a_refusal_for_a_plan() {
    let later = || vec![line_out("paracetamol", "B", 10)];
    assert_eq!(
        broken(&stocked().when(issue(later()))),
        [BrokenRule::NotFirstExpiry]
    );
    let refused = stocked().when(dispatch(later())).refused();
    let (key, first) = (key("paracetamol", "B"), key("paracetamol", "A"));
    assert_eq!(refused, Refusal::NotFirstExpiry { key, first });
    let mut reasoned = later();
    reasoned[0].fefo_override = Some(Text::new("long journey").unwrap());
    assert_eq!(broken(&stocked().when(dispatch(reasoned))), []);
    let whole_of_a_too = vec![
        line_out("paracetamol", "A", 100),
        line_out("paracetamol", "B", 10),
    ];
    assert_eq!(broken(&stocked().when(dispatch(whole_of_a_too))), []);
}

#[test]
fn more_than_there_is() {
    let lines = || vec![line_out("paracetamol", "A", 101)];
    let issued = stocked().when(issue(lines()));
    assert_eq!(broken(&issued), [BrokenRule::AboveUsable]);
    assert_eq!(on_hand(&issued, "paracetamol", "A"), Decimal::from(-1));
    let not_enough = Refusal::NotEnough {
        key: key("paracetamol", "A"),
        free: 100.into(),
        asked: 101.into(),
    };
    assert_eq!(stocked().when(dispatch(lines())).refused(), not_enough);
}

#[test]
fn a_backdated_plan_may_not_starve_what_was_recorded_since() {
    let later = stocked()
        .on("2026-01-20")
        .when(issue(vec![line_out("paracetamol", "A", 80)]));
    let backdated = later
        .effective(noon("2026-01-10"))
        .when(dispatch(vec![line_out("paracetamol", "A", 30)]));
    let not_enough = Refusal::NotEnough {
        key: key("paracetamol", "A"),
        free: 20.into(),
        asked: 30.into(),
    };
    assert_eq!(backdated.refused(), not_enough);
}

#[test]
fn expired_goods_are_not_planned_with_and_a_finding_when_handed_out() {
    let july = || stocked().on("2026-07-01");
    let lines = || vec![line_out("paracetamol", "A", 1)];
    let expiry = Date::parse("2026-06-30").unwrap();
    assert_eq!(
        july().when(dispatch(lines())).refused(),
        Refusal::Expired {
            key: key("paracetamol", "A"),
            expiry
        }
    );
    assert_eq!(broken(&july().when(issue(lines()))), [BrokenRule::Expired]);
    assert_eq!(
        broken(&stocked().on("2026-06-30").when(issue(lines()))),
        [],
        "usable through its day"
    );
    assert_eq!(
        broken(&july().when(issue(vec![line_out("paracetamol", "B", 1)]))),
        [],
        "A no longer goes first"
    );
}

#[test]
fn quarantine_release_and_recall() {
    let lines = || vec![line_out("paracetamol", "A", 1)];
    let held = stocked().when(Command::Quarantine(step("A")));
    assert_eq!(
        held.clone().when(dispatch(lines())).refused(),
        Refusal::Blocked {
            key: key("paracetamol", "A")
        }
    );
    assert_eq!(
        broken(&held.clone().when(issue(lines()))),
        [BrokenRule::Blocked]
    );
    let twice = Refusal::BatchStep {
        item: step("A").item,
        batch: step("A").batch,
    };
    assert_eq!(
        held.clone().when(Command::Quarantine(step("A"))).refused(),
        twice
    );
    let released = held.on("2026-01-07").when(Command::Release(step("A")));
    assert_eq!(broken(&released.clone().when(dispatch(lines()))), []);
    let recalled = released.on("2026-01-08").when(Command::Recall(step("A")));
    assert_eq!(
        recalled.clone().when(Command::Release(step("A"))).refused(),
        twice
    );
    assert_eq!(
        recalled.when(dispatch(lines())).refused(),
        Refusal::Blocked {
            key: key("paracetamol", "A")
        }
    );
    let unknown = Refusal::BatchUnknown {
        item: step("Z").item,
        batch: step("Z").batch,
    };
    assert_eq!(
        stocked().when(Command::Recall(step("Z"))).refused(),
        unknown
    );
}

#[test]
fn a_reservation_holds_until_taken_or_released() {
    let reserved = stocked().when(reserve("R1", vec![line_out("paracetamol", "A", 90)]));
    let free = Refusal::NotEnough {
        key: key("paracetamol", "A"),
        free: 10.into(),
        asked: 20.into(),
    };
    assert_eq!(
        reserved
            .clone()
            .when(dispatch(vec![line_out("paracetamol", "A", 20)]))
            .refused(),
        free
    );
    let mut taken = line_out("paracetamol", "A", 60);
    taken.reservation = Some(ReservationId::new("R1").unwrap());
    let dispatched = reserved.clone().when(dispatch(vec![taken.clone()]));
    assert_eq!(dispatched.last().len(), 1);
    let held = Refusal::ReservationHolds {
        reservation: ReservationId::new("R1").unwrap(),
        key: key("paracetamol", "A"),
        held: 30.into(),
    };
    assert_eq!(
        dispatched
            .clone()
            .when(dispatch_as("T2", vec![taken]))
            .refused(),
        held
    );
    let release = Command::ReleaseReservation {
        reservation: ReservationId::new("R1").unwrap(),
    };
    let released = dispatched.when(release.clone());
    assert_eq!(
        broken(
            &released
                .clone()
                .when(dispatch_as("T3", vec![line_out("paracetamol", "A", 40)]))
        ),
        []
    );
    assert!(matches!(
        released.when(release).refused(),
        Refusal::ReservationUnknown { .. }
    ));
    let again = reserve("R1", vec![line_out("paracetamol", "A", 1)]);
    assert!(matches!(
        reserved.when(again).refused(),
        Refusal::ReservationExists { .. }
    ));
}

#[test]
fn an_inspected_item_waits_for_its_inspection() {
    let received = clinic().when(receive(vec![line_in("vaccine", "V", "2027-01-31", 100)]));
    assert_eq!(on_hand(&received, "vaccine", "V"), Decimal::ZERO);
    let accept = |accepted: u32, rejected: u32| {
        let reason = Some(Text::new("vial monitor changed").unwrap());
        let line = AcceptanceLine {
            key: key("vaccine", "V"),
            accepted: accepted.into(),
            rejected: rejected.into(),
            reason,
        };
        Command::Accept(Acceptance {
            document: paper("INS-1"),
            receipt: 0,
            order: None,
            lines: vec![line],
        })
    };
    let inspected = received.on("2026-01-02").when(accept(70, 10));
    assert_eq!(broken(&inspected), [BrokenRule::ShortOrRejected]);
    assert_eq!(on_hand(&inspected, "vaccine", "V"), Decimal::from(70));
    let too_much = Refusal::NotInReceipt {
        key: key("vaccine", "V"),
        waiting: 20.into(),
    };
    assert_eq!(inspected.clone().when(accept(21, 0)).refused(), too_much);
    let whole = inspected.when(accept(20, 0));
    assert_eq!(on_hand(&whole, "vaccine", "V"), Decimal::from(90));
    assert_eq!(
        whole.when(accept(1, 0)).refused(),
        Refusal::ReceiptUnknown { receipt: 0 }
    );
}

#[test]
fn an_arrival_accounts_for_everything_shipped() {
    let arrive = |accepted: u32, rejected: u32, lost: u32| {
        let line = ArrivalLine {
            key: key("paracetamol", "C"),
            expiry: Some(Date::parse("2027-01-31").unwrap()),
            shipped: 10.into(),
            accepted: accepted.into(),
            rejected: rejected.into(),
            lost: lost.into(),
            reason: None,
        };
        let transfer = Some(TransferId::new("T9").unwrap());
        Command::Arrive(Arrival {
            document: paper("ARR-1"),
            transfer,
            from: Some(facility("hospital")),
            lines: vec![line],
        })
    };
    let short = clinic().when(arrive(7, 1, 2));
    assert_eq!(broken(&short), [BrokenRule::ShortOrRejected]);
    assert_eq!(on_hand(&short, "paracetamol", "C"), Decimal::from(7));
    let unbalanced = Refusal::DoesNotAddUp {
        key: key("paracetamol", "C"),
        shipped: 10.into(),
        accounted: 9.into(),
    };
    assert_eq!(clinic().when(arrive(9, 0, 0)).refused(), unbalanced);
}

#[test]
fn a_fact_names_a_reservation_that_held_less_and_is_recorded() {
    let reserved = stocked().when(reserve("R1", vec![line_out("paracetamol", "A", 10)]));
    let taken = |reservation: &str| {
        let mut line = line_out("paracetamol", "A", 12);
        line.reservation = Some(ReservationId::new(reservation).unwrap());
        issue(vec![line])
    };
    let issued = reserved.clone().when(taken("R1"));
    assert_eq!(broken(&issued), [BrokenRule::AboveReservation]);
    assert_eq!(
        issued
            .state()
            .card(&key("paracetamol", "A"))
            .unwrap()
            .reserved(),
        Decimal::ZERO
    );
    assert_eq!(
        broken(&reserved.when(taken("R9"))),
        [BrokenRule::AboveReservation]
    );
}

#[test]
fn a_loss_uses_up_its_reservation() {
    let reserved = stocked().when(reserve("R1", vec![line_out("paracetamol", "A", 10)]));
    let mut line = line_out("paracetamol", "A", 10);
    line.reservation = Some(ReservationId::new("R1").unwrap());
    let reason = LossReason::Damaged;
    let lost = reserved.when(Command::WriteOff(WriteOff {
        document: paper("L"),
        reason,
        custody: None,
        lines: vec![line],
    }));
    assert_eq!(broken(&lost), []);
    assert_eq!(
        lost.state()
            .card(&key("paracetamol", "A"))
            .unwrap()
            .reserved(),
        Decimal::ZERO
    );
}

#[test]
fn what_was_packed_out_of_a_batch_is_blocked_and_released_with_it() {
    let line = RepackLine {
        from: key("paracetamol", "A"),
        from_pack: 20.into(),
        from_packs: 2.into(),
        to: key("paracetamol", "A-10"),
        to_pack: 10.into(),
        to_packs: 4.into(),
        expiry: None,
        value: None,
    };
    let repacked = stocked().when(Command::Repack(Repack {
        document: paper("RPK"),
        lines: vec![line],
    }));
    let lines = || vec![line_out("paracetamol", "A-10", 1)];
    let held = repacked.when(Command::Quarantine(step("A")));
    assert_eq!(held.last().len(), 2);
    assert!(matches!(
        held.clone().when(dispatch(lines())).refused(),
        Refusal::Blocked { .. }
    ));
    let released = held.on("2026-01-06").when(Command::Release(step("A")));
    assert_eq!(broken(&released.clone().when(dispatch(lines()))), []);
    let recalled = released.on("2026-01-07").when(Command::Recall(step("A")));
    assert!(matches!(
        recalled.when(dispatch(lines())).refused(),
        Refusal::Blocked { .. }
    ));
}

#[test]
fn a_transfer_leaves_once_and_arrives_once() {
    let lines = || vec![line_out("paracetamol", "A", 1)];
    let twice = stocked()
        .when(dispatch(lines()))
        .when(dispatch(lines()))
        .refused();
    assert_eq!(
        twice,
        Refusal::TransferExists {
            transfer: TransferId::new("T1").unwrap()
        }
    );
    let arrive = || {
        let ten = Quantity::from(10);
        let line = ArrivalLine {
            key: key("paracetamol", "C"),
            expiry: Some(Date::parse("2027-01-31").unwrap()),
            shipped: ten,
            accepted: ten,
            rejected: Quantity::ZERO,
            lost: Quantity::ZERO,
            reason: None,
        };
        let (transfer, from) = (
            Some(TransferId::new("T9").unwrap()),
            Some(facility("hospital")),
        );
        Command::Arrive(Arrival {
            document: paper("ARR"),
            transfer,
            from,
            lines: vec![line],
        })
    };
    let arrived = clinic().when(arrive());
    assert_eq!(broken(&arrived), []);
    assert_eq!(
        broken(&arrived.when(arrive())),
        [BrokenRule::TransferRepeated]
    );
}

/// 12 left, 10 came. A second paper for 10 is one question, and it says that 2 were still to come.
#[test]
fn goods_that_arrive_again_are_one_question() {
    let t9 = TransferId::new("T9").unwrap();
    let ten = Quantity::from(10);
    let line = ArrivalLine {
        key: key("paracetamol", "C"),
        expiry: Some(Date::parse("2027-01-31").unwrap()),
        shipped: ten,
        accepted: ten,
        rejected: Quantity::ZERO,
        lost: Quantity::ZERO,
        reason: None,
    };
    let arrive = Command::Arrive(Arrival {
        document: paper("ARR-1"),
        transfer: Some(t9.clone()),
        from: Some(facility("hospital")),
        lines: vec![line],
    });
    let first = clinic()
        .reading(Transfer::stream(&t9), 0, under_way(12))
        .when(arrive.clone());
    assert_eq!(broken(&first), [BrokenRule::ShippedDiffers]);
    let again = first
        .reading(Transfer::stream(&t9), 1, under_way(2))
        .when(arrive);
    assert_eq!(broken(&again), [BrokenRule::TransferRepeated]);
    let Event::DiscrepancyOpened(opened) = &again.last()[1] else {
        panic!("{:?}", again.last())
    };
    assert_eq!((opened.expected, opened.found), (2.into(), 10.into()));
}

/// A transfer under which so much of paracetamol batch C is in transit to the clinic, as its stream shows it.
fn under_way(quantity: u32) -> Transfer {
    remembered(transfer::Event::TransferDispatched(transfer::Shipment {
        dispatch: transfer::DocumentRef {
            facility: facility("hospital"),
            revision: 3,
        },
        number: DocumentNumber::new("DSP-9").unwrap(),
        to: facility("test"),
        dispatched_on: Date::parse("2025-12-30").unwrap(),
        due: None,
        requisition: None,
        lines: vec![transfer::ShipmentLine {
            key: key("paracetamol", "C"),
            quantity: quantity.into(),
        }],
    }))
}

#[test]
fn an_arrival_is_compared_with_the_dispatch_where_it_is_known() {
    let t9 = TransferId::new("T9").unwrap();
    let arrive = |item: &str, batch: &str| {
        let line = ArrivalLine {
            key: key(item, batch),
            expiry: Some(Date::parse("2027-01-31").unwrap()),
            shipped: 10.into(),
            accepted: 10.into(),
            rejected: Quantity::ZERO,
            lost: Quantity::ZERO,
            reason: None,
        };
        Command::Arrive(Arrival {
            document: paper("ARR-1"),
            transfer: Some(t9.clone()),
            from: Some(facility("hospital")),
            lines: vec![line],
        })
    };
    let stream = Transfer::stream(&t9);
    let reads = clinic().state().reads(&stream, &arrive("paracetamol", "C"));
    assert!(reads.contains(&stream));
    let known = |state| clinic().reading(stream.clone(), 0, state);
    let agrees = known(under_way(10)).when(arrive("paracetamol", "C"));
    assert_eq!(broken(&agrees), []);
    let differs = known(under_way(12)).when(arrive("paracetamol", "C"));
    assert_eq!(broken(&differs), [BrokenRule::ShippedDiffers]);
    let Event::DiscrepancyOpened(opened) = &differs.last()[1] else {
        panic!("{:?}", differs.last())
    };
    assert_eq!((opened.expected, opened.found), (12.into(), 10.into()));
    let never_left = known(under_way(10)).when(arrive("paracetamol", "D"));
    assert_eq!(broken(&never_left), [BrokenRule::ShippedDiffers]);
    let not_known_yet = known(Transfer::Unknown).when(arrive("paracetamol", "C"));
    assert_eq!(broken(&not_known_yet), []);
}
