//! Quantities split among bidders.

use super::*;

/// A quotation for 100 of one item; bids as `(bidder, quantity, unit price)`.
fn split(bids: &[(&str, u32, &str)]) -> Case {
    let mut notice = notice();
    notice.draft.procedure = Procedure::Quotation;
    notice.draft.award_by = AwardBy::LowestPrice;
    notice.draft.terms.split = true;
    notice.lots = vec![lot("A", "1000", &[100])];
    let case = Case::of(notice);
    let case = (1..)
        .zip(bids)
        .fold(case, |case, (n, (bidder, quantity, unit))| {
            let price = UnitPrice::new(unit.parse().unwrap(), pounds()).unwrap();
            let total = price
                .line_total((*quantity).into())
                .unwrap()
                .amount()
                .to_string();
            let content = financial(&[("A", 1, *quantity, unit)], &[("A", &total)]);
            case.sealed(bidder, bidder, &content, hour(n))
        });
    let names: Vec<&str> = bids.iter().map(|(bidder, _, _)| *bidder).collect();
    opened(receive_all(case).when(end_receipts()), &names).by(evaluator("e1"))
}

fn winners(shares: &[(&str, &[u32])]) -> Award {
    let winner = |(bidder, lines): &(&str, &[u32])| Winner {
        bidder: id(bidder),
        lines: (1..)
            .zip(*lines)
            .map(|(line, quantity)| WonLine {
                line,
                quantity: (*quantity).into(),
            })
            .collect(),
        value: None,
    };
    Award {
        winners: shares.iter().map(winner).collect(),
        ..award("A", "M2", &[], None)
    }
}

/// Nile offers 60 at 9, Delta 100 at 10: by price alone Nile's 540 and Delta's 1,000 do not compare, by yardstick they do.
#[test]
fn the_cheaper_wins_what_it_offers_and_the_next_the_rest() {
    let case = split(&[("nile", 60, "9"), ("delta", 100, "10"), ("misr", 30, "9.5")]);
    let propose =
        |shares: &[(&str, &[u32])]| case.clone().when(Command::ProposeAward(winners(shares)));
    let best = propose(&[("nile", &[]), ("misr", &[]), ("delta", &[10])]);
    let Event::AwardProposed(award) = best.only() else {
        panic!("no proposal");
    };
    let order: Vec<_> = award.ranking.iter().map(|it| it.bidder.as_str()).collect();
    assert_eq!(order, ["nile", "misr", "delta"]);
    let values: Vec<_> = award.winners.iter().map(|it| it.value.unwrap()).collect();
    assert_eq!(values, [egp("540"), egp("285"), egp("100")]);
    let same = propose(&[("nile", &[60]), ("misr", &[30]), ("delta", &[10])]);
    assert!(same.accepted(), "all that is offered, said in numbers");
    assert_eq!(propose(&[("delta", &[])]).refused(), "UNJUSTIFIED");
    assert_eq!(
        propose(&[("nile", &[]), ("delta", &[40])]).refused(),
        "UNJUSTIFIED"
    );
}

#[test]
fn shares_are_offered_asked_for_and_named_once() {
    let case = split(&[("nile", 60, "9"), ("delta", 100, "10")]);
    let refused = |shares: &[(&str, &[u32])]| {
        case.clone()
            .when(Command::ProposeAward(winners(shares)))
            .refused()
    };
    assert_eq!(refused(&[("nile", &[61])]), "WRONG_SHARE");
    assert_eq!(refused(&[("nile", &[]), ("delta", &[41])]), "WRONG_SHARE");
    assert_eq!(refused(&[("nile", &[30]), ("nile", &[30])]), "WRONG_SHARE");
    assert_eq!(refused(&[("nile", &[0])]), "WRONG_SHARE");
    assert_eq!(refused(&[("nile", &[10, 10])]), "WRONG_SHARE");
    let mut twice = winners(&[("nile", &[30])]);
    let line = twice.winners[0].lines[0].clone();
    twice.winners[0].lines.push(line);
    let twice = case.clone().when(Command::ProposeAward(twice));
    assert_eq!(twice.refused(), "WRONG_SHARE");
}

/// What is free compares too.
#[test]
fn free_offers_neither_divide_by_zero_nor_win_unexplained() {
    let case = split(&[("nile", 60, "0"), ("delta", 100, "10"), ("misr", 100, "11")]);
    let best = [("nile", &[][..]), ("delta", &[40])];
    let propose = || Command::ProposeAward(winners(&best));
    assert_eq!(
        case.clone().when(propose()).refused(),
        "LOW_PRICE_UNEXPLAINED"
    );
    let explained = case.when(explain("nile", "A", true));
    assert!(explained.when(propose()).accepted());
}
