//! Procedures in which not everyone may bid, after the closing.

use super::*;
use crate::domain::tender::event::{DirectOffer, Invitation, InvitationGround};
use crate::domain::tender::notice::Notice;

fn inviting(procedure: Procedure, ground: InvitationGround, invited: &[&str]) -> Notice {
    let mut notice = notice();
    notice.draft.procedure = procedure;
    notice.draft.invitation = Some(Invitation {
        ground,
        justification: text("as the register says"),
        after: None,
        invited: invited.iter().map(|name| id(name)).collect(),
        list: None,
    });
    notice
}

/// One lot, for which Nile alone is asked; its notice has stood as long as the rules ask.
fn direct_closed() -> Case {
    let mut notice = inviting(Procedure::Direct, InvitationGround::SoleSource, &["nile"]);
    notice.draft.criteria = Vec::new();
    notice.draft.award_by = AwardBy::LowestPrice;
    notice.draft.ties = vec![TieRule::EarlierEnvelope];
    notice.draft.terms.security_percent = 0.into();
    notice.lots = vec![lot("B", "450", &[10])];
    Case::of(notice)
}

fn direct() -> Case {
    let case = direct_closed().when(end_receipts());
    assert_eq!(case.state.stage(), Stage::Awarding);
    case.by(samir())
}

/// The same in each of the stages that a direct purchase has, in the order of `STAGES.md`: nothing of it is opened or judged.
pub(super) fn direct_stages() -> [Option<Case>; 9] {
    let offered = direct().when(offer("nile", "400"));
    let proposed = offered.by(evaluator("e1")).when(propose("B", "nile"));
    let proposal = proposed.facts.next_revision - 1;
    let awarded = proposed.clone().by(adel()).when(approve("B", proposal));
    let told = awarded.clone().by(samir()).when(notify());
    let ended = told.clone().by(system()).on("02-10");
    let ended = ended.when(Command::EndStandstill);
    let [closed, asked] = [direct_closed(), direct()].map(Some);
    let [proposed, awarded, told, ended] = [proposed, awarded, told, ended].map(Some);
    [
        closed, None, None, None, asked, proposed, awarded, told, ended,
    ]
}

pub(super) fn offer(bidder: &str, total: &str) -> Command {
    let content = financial(&[("B", 1, 10, "40")], &[("B", total)]);
    let BidContent::Financial(offer) = content else {
        panic!("not financial");
    };
    Command::RecordOffer(DirectOffer {
        bidder: id(bidder),
        offer,
        document: DocumentRef {
            title: names("Offer"),
            sha256: Sha256([4; 32]),
            bytes: 900,
            media_type: MediaType::Pdf,
        },
    })
}

/// The worked example: Nile offers 400.00 and says 410.00; that is corrected, proposed by minutes, approved, told, and stands still as
/// long as the rules say.
#[test]
fn a_direct_purchase_from_the_offer_to_its_end() {
    let recorded = direct().when(offer("nile", "410"));
    let Event::OfferRecorded(stored) = recorded.only() else {
        panic!("{:?}", recorded.last());
    };
    assert_eq!(
        Event::OfferRecorded(stored.clone()).attachments(),
        [Sha256([4; 32])]
    );
    let uncorrected = recorded
        .clone()
        .by(evaluator("e1"))
        .when(propose("B", "nile"));
    assert_eq!(uncorrected.refused(), "UNCORRECTED");
    let corrected = recorded.by(evaluator("e1")).when(correct("nile", "B"));
    let proposed = corrected.when(propose("B", "nile"));
    let proposal = proposed.facts.next_revision - 1;
    let own = proposed
        .clone()
        .by(evaluator("e2"))
        .when(approve("B", proposal));
    assert_eq!(own.refused(), "EVALUATES");
    let awarded = proposed.by(adel()).when(approve("B", proposal));
    let told = awarded.by(samir()).when(notify());
    assert!(told.accepted());
    let complained = told
        .clone()
        .by(supplier("delta"))
        .when(complain("C1", against_award("B")));
    assert_eq!(complained.refused(), "BIDDERS_ONLY");
    let done = told.by(system()).on("02-10").when(Command::EndStandstill);
    let completed = done.by(samir()).when(complete());
    assert!(completed.accepted(), "{:?}", completed.outcome);
}

#[test]
fn the_one_who_is_asked_offers_once_and_what_fits() {
    let by_evaluator = direct().by(evaluator("e1")).when(offer("nile", "400"));
    assert_eq!(by_evaluator.refused(), "OFFICER_ONLY");
    let by_itself = direct().by(system()).when(offer("nile", "400"));
    assert_eq!(by_itself.refused(), "OFFICIAL_ONLY");
    assert_eq!(
        direct().when(offer("delta", "400")).refused(),
        "NOT_INVITED"
    );
    let debarred = direct().debarred("nile").when(offer("nile", "400"));
    assert_eq!(debarred.refused(), "BIDDER_DEBARRED");
    let recorded = direct().when(offer("nile", "400"));
    assert_eq!(
        recorded.clone().when(offer("nile", "300")).refused(),
        "OFFER_RECORDED"
    );
    assert!(!recorded.possible(recorded.only()));
    let elsewhere = financial(&[("Z", 1, 10, "40")], &[("Z", "400")]);
    let BidContent::Financial(elsewhere) = elsewhere else {
        panic!("not financial");
    };
    let Command::RecordOffer(fitting) = offer("nile", "400") else {
        panic!("no offer");
    };
    let unfit = Command::RecordOffer(DirectOffer {
        offer: elsewhere,
        ..fitting
    });
    assert_eq!(direct().when(unfit).refused(), "OFFER_UNFIT");
    let open = corrected().by(samir()).when(offer("nile", "400"));
    assert_eq!(open.refused(), "NOT_AT_THIS_STAGE");
    let nothing = direct().when(fail());
    assert!(nothing.accepted(), "nobody offered: {:?}", nothing.outcome);
}

/// Delta and Misr were invited, and Nile sealed an envelope: it is listed, and never opened.
#[test]
fn an_uninvited_envelope_is_listed_and_void() {
    let ground = InvitationGround::FewSuppliers;
    let content = financial(&[("B", 1, 10, "40")], &[("B", "400")]);
    let standing = |notice: Notice, bidder: &str| {
        let case = Case::of(notice).sealed("e0", bidder, &content, hour(1));
        let case = case.when(receive("e0", bidder, EnvelopePart::Financial));
        let Event::BidReceived(receipt) = case.only() else {
            panic!("{:?}", case.last());
        };
        (receipt.standing.unwrap(), case.state.bids.len())
    };
    let limited = || inviting(Procedure::Limited, ground, &["delta", "misr"]);
    assert_eq!(standing(limited(), "delta"), (Standing::Counts, 1));
    assert_eq!(standing(limited(), "nile"), (Standing::Uninvited, 0));
    let qualified = InvitationGround::Qualified;
    let selective = || inviting(Procedure::Selective, qualified, &["delta", "misr"]);
    assert_eq!(standing(selective(), "misr"), (Standing::Counts, 1));
    assert_eq!(standing(selective(), "nile"), (Standing::Uninvited, 0));
    let direct = inviting(Procedure::Direct, InvitationGround::Urgency, &["nile"]);
    assert_eq!(standing(direct, "nile"), (Standing::Uninvited, 0));
}
