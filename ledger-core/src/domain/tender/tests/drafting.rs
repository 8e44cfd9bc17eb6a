//! What may be drafted, by whom it is approved.

use super::*;

fn draft_with(change: impl FnOnce(&mut Draft)) -> Refusal {
    let mut draft = draft();
    change(&mut draft);
    world().when(Command::Draft(draft)).refused()
}

fn lot_with(change: impl FnOnce(&mut Lot)) -> Refusal {
    let mut lot = tablets();
    change(&mut lot);
    drafted().when(Command::AddLot(lot)).refused()
}

#[test]
fn a_draft_names_registered_buyers_once_with_budgets_in_its_currency() {
    let not_registered = draft_with(|draft| draft.buyer = id("nobody"));
    let organization = id("nobody");
    assert_eq!(
        not_registered,
        ContentRefusal::NotAnEntity { organization }.into()
    );
    let twice = draft_with(|draft| draft.participants[0].entity = id("ministry"));
    let organization = id("ministry");
    assert_eq!(
        twice,
        ContentRefusal::ParticipantTwice { organization }.into()
    );
    let dinars = Money::new(Decimal::TEN, Currency::new("JOD").unwrap()).unwrap();
    let budget = draft_with(|draft| draft.participants[0].budget = Some(dinars));
    assert_eq!(budget.code(), "TENDER_BUDGET");
    let supplier = world().by(somebody()).when(Command::Draft(draft()));
    assert_eq!(supplier.refused(), Refusal::NotAnOfficial);
}

#[test]
fn how_bids_are_ranked_is_complete_when_it_is_drafted() {
    let code = |change: fn(&mut Draft)| draft_with(change).code();
    assert_eq!(code(|draft| draft.ties.clear()), "TENDER_TIES");
    assert_eq!(code(|draft| draft.ties.reverse()), "TENDER_TIES");
    let weight = |draft: &mut Draft| draft.award_by = AwardBy::Rated { price_weight: 100 };
    assert_eq!(code(weight), "TENDER_PRICE_WEIGHT");
    assert_eq!(
        code(|draft| draft.criteria.truncate(1)),
        "TENDER_PRICE_WEIGHT"
    );
    assert_eq!(
        code(|draft| draft.criteria[0].id = id("quality")),
        "TENDER_CRITERION_TWICE"
    );
    let points = |draft: &mut Draft| {
        draft.criteria[1].kind = CriterionKind::Rated {
            points: 10.into(),
            least: 11.into(),
        };
    };
    assert_eq!(code(points), "TENDER_POINTS");
    let quotation = |draft: &mut Draft| draft.procedure = Procedure::Quotation;
    assert_eq!(code(quotation), "TENDER_QUOTATION_RATED");
    assert_eq!(
        code(|draft| draft.terms.validity_days = 366),
        "TENDER_VALIDITY"
    );
    let security = |draft: &mut Draft| draft.terms.security_percent = "5.01".parse().unwrap();
    assert_eq!(code(security), "TENDER_SECURITY_PERCENT");
    let documents = |draft: &mut Draft| draft.documents = (0..51).map(document).collect();
    assert_eq!(code(documents), "TENDER_TOO_MANY");
}

#[test]
fn a_lot_asks_for_listed_items_at_open_facilities_of_the_buyers() {
    let code = |change: fn(&mut Lot)| lot_with(change).code();
    assert_eq!(code(|lot| lot.lines.clear()), "TENDER_LINE_COUNT");
    assert_eq!(code(|lot| lot.lines[0].quantity = 0.into()), "TENDER_LINE");
    assert_eq!(code(|lot| lot.lines[0].delivery_days = 0), "TENDER_LINE");
    assert_eq!(
        code(|lot| lot.lines[0].item = id("gold")),
        "TENDER_ITEM_NOT_LISTED"
    );
    assert_eq!(
        code(|lot| lot.lines[0].facility = id("moon")),
        "TENDER_FACILITY_NOT_OPEN"
    );
    let entity = |lot: &mut Lot| lot.lines[0].entity = Some(id("stranger"));
    assert_eq!(code(entity), "TENDER_ENTITY_NOT_PARTICIPANT");
    assert_eq!(
        code(|lot| lot.lines.push(line("tablet", 7))),
        "TENDER_LINE_TWICE"
    );
    let zero = |lot: &mut Lot| lot.estimate = Some(Withheld::Known(egp(0)));
    assert_eq!(code(zero), "TENDER_ESTIMATE");
    let university = LotLine {
        entity: Some(id("university")),
        ..line("tablet", 7)
    };
    let joint = lot("L1", 60_000, &[line("tablet", 10_000), university]);
    let given = drafted().when(Command::AddLot(joint));
    assert!(given.accepted(), "{:?}", given.outcome());
}

#[test]
fn a_lot_is_there_once_and_can_be_taken_out() {
    let removal = |lot: &str| {
        Command::RemoveLot(LotRemoval {
            lot: id(lot),
            reason: text("bought otherwise"),
        })
    };
    let one = drafted().when(Command::AddLot(tablets()));
    let twice = one.clone().when(Command::AddLot(tablets())).refused();
    assert_eq!(twice, ContentRefusal::LotTwice { lot: id("L1") }.into());
    let other = one.clone().when(removal("L9")).refused();
    assert_eq!(other, ContentRefusal::LotUnknown { lot: id("L9") }.into());
    let again = one.when(removal("L1")).when(Command::AddLot(tablets()));
    assert!(again.accepted());
}

/// 400 lines in all: two lots of 200 fit, and not one line more.
#[test]
fn all_lots_together_fit_into_one_bid() {
    let lines = |count: u16| -> Vec<LotLine> {
        let line = |delivery_days| LotLine {
            delivery_days,
            ..line("tablet", 1)
        };
        (1..=count).map(line).collect()
    };
    let full = drafted()
        .when(Command::AddLot(lot("A", 1, &lines(200))))
        .when(Command::AddLot(lot("B", 1, &lines(200))));
    assert!(full.accepted(), "{:?}", full.outcome());
    let more = full.when(Command::AddLot(lot("C", 1, &lines(1)))).refused();
    let too_many = ContentRefusal::TooMany {
        field: "lines",
        count: 401,
        most: 400,
    };
    assert_eq!(more, too_many.into());
    let long = drafted().when(Command::AddLot(lot("A", 1, &lines(201))));
    assert_eq!(
        long.refused(),
        ContentRefusal::LineCount { lines: 201 }.into()
    );
}

#[test]
fn committees_have_their_purposes_and_open_by_more_than_half() {
    let appoint = |committees| drafted().when(Command::AppointCommittees(committees));
    assert!(appoint(committees(2)).accepted() && appoint(committees(3)).accepted());
    for threshold in [0, 1, 4] {
        let members = 3;
        let refused = appoint(committees(threshold)).refused();
        assert_eq!(refused, Refusal::Threshold { threshold, members });
    }
    let swapped = Committees {
        opening: id("E"),
        evaluation: id("O"),
        threshold: 2,
    };
    let committee = id("E");
    assert_eq!(
        appoint(swapped).refused(),
        Refusal::CommitteeCannot { committee }
    );
}

#[test]
fn nobody_evaluates_what_they_drafted() {
    let appoint = Command::AppointCommittees(committees(2));
    let official = || id("x");
    let member = drafted().by(officer("x")).when(appoint.clone()).refused();
    assert_eq!(
        member,
        Refusal::EvaluatorDrafted {
            official: official()
        }
    );
    let later = drafted()
        .when(appoint)
        .by(officer("x"))
        .when(Command::AddLot(tablets()));
    let approved = ["a", "b", "c"]
        .into_iter()
        .fold(later, enrolled)
        .by(actor("omar", Role::Approver))
        .when(approve(2));
    assert!(approved.accepted(), "{:?}", approved.outcome());
    let published = approved
        .by(officer("huda"))
        .when(Command::Publish(publication()));
    assert_eq!(
        published.refused(),
        Refusal::EvaluatorDrafted {
            official: official()
        }
    );
}

#[test]
fn a_draft_is_approved_by_another_within_the_limit_and_as_it_was_read() {
    let complete = complete();
    let by = |id: &str| complete.clone().by(actor(id, Role::Approver));
    assert_eq!(by("huda").when(approve(3)).refused(), Refusal::OwnDraft);
    assert_eq!(
        by("omar").when(approve(2)).refused(),
        Refusal::ReadAnother { last: 3 }
    );
    let limit = egp(1_000);
    assert_eq!(
        by("mona").when(approve(3)).refused(),
        Refusal::AboveLimit { limit }
    );
    let none = by("nobody").when(approve(3)).refused();
    assert_eq!(none, Refusal::NoAuthority { currency: "EGP" });
    let approved = by("omar").when(approve(3));
    let limit = Some(egp(100_000));
    assert_eq!(
        approved.last(),
        [Event::TenderApproved(Approval { read: 3, limit })]
    );
    let revision = Some(3);
    assert_eq!(approved.wanted(), Wanted::Approval { revision });
    assert_eq!(approved.when(approve(3)).refused(), Refusal::Approved);
    let after_keys = by("omar").when(approve(9));
    let revision = Some(9);
    assert_eq!(after_keys.wanted(), Wanted::Approval { revision });
    assert_eq!(
        by("omar").when(approve(10)).refused(),
        Refusal::ReadAnother { last: 3 },
        "not there yet"
    );
}

/// 60,000 and 40,000 are 100,000 EGP; one pound more is above Omar's limit.
#[test]
fn estimates_count_together_and_each_lot_has_one() {
    let with = |more: Lot| {
        let given = drafted()
            .when(Command::AddLot(tablets()))
            .when(Command::AddLot(gauze()))
            .when(Command::AddLot(more));
        given.by(actor("omar", Role::Approver)).when(approve(3))
    };
    let limit = egp(100_000);
    let above = with(lot("L3", 1, &[line("gauze", 1)]));
    assert_eq!(above.refused(), Refusal::AboveLimit { limit });
    let mut unknown = lot("L3", 1, &[line("gauze", 1)]);
    unknown.estimate = None;
    let missing = ContentRefusal::EstimateMissing { lot: id("L3") };
    assert_eq!(with(unknown.clone()).refused(), missing.into());
    // A mirror that judges again holds only the commitment: whoever decided first knew the estimate.
    unknown.estimate = Some(Withheld::Committed([7; 32]));
    assert!(with(unknown).accepted());
    let empty = drafted().by(actor("omar", Role::Approver)).when(approve(0));
    assert_eq!(empty.refused(), ContentRefusal::NoLots.into());
}

#[test]
fn every_change_voids_the_approval_and_keys_do_not() {
    let publish = || Command::Publish(publication());
    let changed = approved().when(Command::AppointCommittees(committees(3)));
    assert_eq!(
        changed.clone().when(publish()).refused(),
        Refusal::NotApproved
    );
    let again = changed.by(actor("omar", Role::Approver)).when(approve(11));
    assert!(again.accepted(), "{:?}", again.outcome());
    assert!(again.by(officer("huda")).when(publish()).accepted());
    let early = drafted()
        .when(Command::AddLot(tablets()))
        .when(Command::AppointCommittees(committees(2)))
        .by(actor("omar", Role::Approver))
        .when(approve(2));
    let keys = ["a", "b", "c"].into_iter().fold(early, enrolled);
    assert!(keys.when(publish()).accepted());
}

/// Nothing is drafted any more where nobody adopted what binds buyer and bidders.
#[test]
fn a_draft_needs_adopted_rules() {
    let draft = Command::Draft(draft());
    assert_eq!(world().admits(&draft), Err(Refusal::NoRules));
    let ruled = world().reading(Ruleset::national(), 1, ruleset(ProcurementRules::default()));
    assert_eq!(ruled.admits(&draft), Ok(()));
    // Tenders of before go on.
    assert_eq!(drafted().admits(&Command::Close), Ok(()));
}
