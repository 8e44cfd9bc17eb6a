//! A selective tender: five suppliers ask to be on a list, four qualify, one is suspended, and those whom the list then holds bid.

use sijill_ledger_core::domain::tender::EnvelopePart::{Financial, Technical};
use sijill_ledger_core::domain::tender::Event as TenderEvent;
use sijill_ledger_core::domain::values::Date;
use tonic::Status;

use super::play::judged_again;
use super::world::*;
use super::*;
use super::{asked, drafting};
use pb::QualificationStanding as Standing;

const LIST: &str = "Q-1";
/// Holds a post, and judges those who ask.
const ASSESSOR: By = By("e2", Role::CommitteeMember, "-");
/// Holds another.
const KEEPER: By = By("e3", Role::ProcurementOfficer, "-");

fn supplier(name: &'static str) -> By {
    By(name, Role::Supplier, "-")
}

const SUPPLIERS: [&str; 5] = [
    "organization:NILE",
    "organization:DELTA",
    "organization:SINAI",
    "organization:MISR",
    "organization:ASWAN",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_selective_tender_from_its_list_to_the_opening() {
    let play = Play::new().await;
    drafting::ruled(&play, None).await;
    announced(&play).await;
    requested(&play).await;
    assessed(&play).await;
    listed(&play).await;
    published(&play).await;
    sealed(&play).await;
    judged_again(&play).await;
}

fn announcement() -> pb::AnnounceQualificationRequest {
    let requirement = |id: &str| events::QualificationRequirement {
        id: id.to_owned(),
        name: names("متطلب", "requirement"),
    };
    pb::AnnounceQualificationRequest {
        context: new(),
        qualification: LIST.to_owned(),
        announcement: Some(events::QualificationAnnounced {
            buyer: BUYER.to_owned(),
            title: names("موردو الشاش", "suppliers of gauze"),
            requirements: ["licence", "turnover"].map(requirement).into(),
            documents: Vec::new(),
            closes_micros: midnight("01-17").as_micros(),
            valid_until_days: Date::parse("2027-12-31").unwrap().days(),
        }),
    }
}

async fn announced(play: &Play) {
    play.noon("01-01");
    let none = shown(play).await.unwrap_err();
    assert_eq!(code_and_field(&none).0, "QUALIFICATION_NOT_FOUND");
    let mut lists = play.world.qualifications();
    let by_supplier = supplier(SUPPLIERS[0]).asks(announcement());
    let by_supplier = lists.announce_qualification(by_supplier).await;
    assert_eq!(refused(by_supplier), "ROLE_NOT_ALLOWED");
    let announced = lists.announce_qualification(NADIA.asks(announcement()));
    assert_eq!(done(announced.await).stream, "qualification-Q-1");
}

fn request(name: &str) -> pb::RequestQualificationRequest {
    pb::RequestQualificationRequest {
        context: new(),
        qualification: LIST.to_owned(),
        request: Some(events::QualificationRequested {
            supplier: name.trim_start_matches("organization:").to_owned(),
            documents: Vec::new(),
        }),
    }
}

/// All five ask, and Nile once more after it took its request back.
async fn requested(play: &Play) {
    play.noon("01-05");
    let mut lists = play.world.qualifications();
    for name in SUPPLIERS {
        let asked = supplier(name).asks(request(name));
        done(lists.request_qualification(asked).await);
    }
    let [nile, delta, ..] = SUPPLIERS;
    let for_another = supplier(nile).asks(request(delta));
    let for_another = lists.request_qualification(for_another).await;
    assert_eq!(refused(for_another), "QUALIFICATION_NOT_A_SUPPLIER");
    let withdrawal = pb::WithdrawQualificationRequestRequest {
        context: new(),
        qualification: LIST.to_owned(),
    };
    let withdrawal = supplier(nile).asks(withdrawal);
    done(lists.withdraw_qualification_request(withdrawal).await);
    let again = supplier(nile).asks(request(nile));
    done(lists.request_qualification(again).await);
    let close = || pb::CloseQualificationRequest {
        context: new(),
        qualification: LIST.to_owned(),
    };
    let early = lists.close_qualification(NADIA.asks(close())).await;
    assert_eq!(refused(early), "QUALIFICATION_REQUESTS_OPEN");
    play.set(midnight("01-17"));
    let late = supplier(nile).asks(request(nile));
    let late = lists.request_qualification(late).await;
    assert_eq!(refused(late), "QUALIFICATION_REQUESTS_OVER");
    done(lists.close_qualification(NADIA.asks(close())).await);
}

/// Aswan has no licence.
async fn assessed(play: &Play) {
    play.noon("01-17");
    let mut lists = play.world.qualifications();
    for name in SUPPLIERS {
        let finding = |requirement: &str, met| events::QualificationFinding {
            requirement: requirement.to_owned(),
            met,
            reason: "as its papers say".to_owned(),
        };
        let licensed = name != "organization:ASWAN";
        let assessment = || pb::AssessSupplierRequest {
            context: new(),
            qualification: LIST.to_owned(),
            assessment: Some(events::QualificationAssessed {
                supplier: name.trim_start_matches("organization:").to_owned(),
                findings: vec![finding("licence", licensed), finding("turnover", true)],
            }),
        };
        // Karim holds no post of this buyer.
        let outside = lists.assess_supplier(KARIM.asks(assessment())).await;
        assert_eq!(refused(outside), "OFFICIAL_NOT_OF_BUYER");
        done(lists.assess_supplier(ASSESSOR.asks(assessment())).await);
    }
}

async fn shown(play: &Play) -> Result<pb::GetQualificationResponse, Status> {
    let request = pb::GetQualificationRequest {
        qualification: LIST.to_owned(),
    };
    let mut lists = play.world.qualifications();
    let shown = lists.get_qualification(request).await;
    shown.map(tonic::Response::into_inner)
}

async fn standings(play: &Play) -> Vec<(String, Standing)> {
    let suppliers = shown(play).await.unwrap().suppliers.into_iter();
    let standings = suppliers.map(|it| {
        let standing = it.standing();
        (it.supplier, standing)
    });
    standings.collect()
}

fn stand<const N: usize>(all: [(&str, Standing); N]) -> Vec<(String, Standing)> {
    all.map(|(name, standing)| (name.to_owned(), standing))
        .into()
}

/// Anybody sees how each stands. Misr is suspended, Delta suspended and reinstated by another.
async fn listed(play: &Play) {
    let expected = stand([
        ("ASWAN", Standing::Unqualified),
        ("DELTA", Standing::Qualified),
        ("MISR", Standing::Qualified),
        ("NILE", Standing::Qualified),
        ("SINAI", Standing::Qualified),
    ]);
    assert_eq!(standings(play).await, expected);
    let read = shown(play).await.unwrap().read.unwrap();
    let mut lists = play.world.qualifications();
    let publication = |read| pb::PublishQualificationListRequest {
        context: new(),
        qualification: LIST.to_owned(),
        read,
    };
    let own = By("e2", Role::Approver, "-").asks(publication(read));
    let own = lists.publish_qualification_list(own).await;
    assert_eq!(refused(own), "QUALIFICATION_OWN_ASSESSMENT");
    let stale = SAMI.asks(publication(read - 1));
    let stale = lists.publish_qualification_list(stale).await;
    assert_eq!(refused(stale), "QUALIFICATION_READ_ANOTHER");
    let published = SAMI.asks(publication(read));
    done(lists.publish_qualification_list(published).await);
    for name in ["MISR", "DELTA"] {
        let suspension = pb::SuspendQualifiedSupplierRequest {
            context: new(),
            qualification: LIST.to_owned(),
            suspension: Some(events::QualifiedSupplierSuspended {
                supplier: name.to_owned(),
                reason: "its licence has lapsed".to_owned(),
            }),
        };
        let suspension = KEEPER.asks(suspension);
        done(lists.suspend_qualified_supplier(suspension).await);
    }
    let reinstatement = || pb::ReinstateQualifiedSupplierRequest {
        context: new(),
        qualification: LIST.to_owned(),
        reinstatement: Some(events::QualifiedSupplierReinstated {
            supplier: "DELTA".to_owned(),
            reason: "it showed the new licence".to_owned(),
        }),
    };
    let own = By("e3", Role::Approver, "-").asks(reinstatement());
    let own = lists.reinstate_qualified_supplier(own).await;
    assert_eq!(refused(own), "QUALIFICATION_OWN_SUSPENSION");
    let reinstated = RIDA.asks(reinstatement());
    done(lists.reinstate_qualified_supplier(reinstated).await);
    let expected = stand([
        ("DELTA", Standing::Listed),
        ("MISR", Standing::Suspended),
        ("NILE", Standing::Listed),
        ("SINAI", Standing::Listed),
    ]);
    assert_eq!(standings(play).await, expected);
}

fn draft() -> pb::DraftTenderRequest {
    let mut request = drafting::draft();
    let draft = request.draft.as_mut().unwrap();
    draft.plan = None;
    draft.set_procedure(events::TenderProcedure::Selective);
    draft.invitation = Some(events::TenderInvitation {
        ground: events::InvitationGround::Qualified.into(),
        justification: "the list Q-1 of January 2026".to_owned(),
        after: None,
        invited: Vec::new(),
        list: Some(LIST.to_owned()),
    });
    request
}

/// On the 17th, until the 2nd of February, with those whom the list then holds and nobody else.
async fn published(play: &Play) {
    drafting::drafted_as(play, draft()).await;
    drafting::keys_enrolled(play).await;
    let mut tenders = play.world.tenders();
    let approval = pb::ApproveTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
        approval: Some(events::TenderApproved {
            read: 3,
            limit: None,
        }),
    };
    done(tenders.approve_tender(SAMI.asks(approval)).await);
    let publication = |invited: &[&str]| pb::PublishTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
        publication: Some(events::TenderPublished {
            enquiries_until_micros: midnight("01-25").as_micros(),
            closes_micros: midnight("02-02").as_micros(),
            sealing: None,
            invited: invited.iter().map(|&name| name.to_owned()).collect(),
        }),
    };
    for wrong in [
        &["NILE", "DELTA"][..],
        &["NILE", "DELTA", "SINAI", "MISR"],
        &["NILE", "DELTA", "SINAI", "ASWAN"],
    ] {
        let wrong = tenders.publish_tender(NADIA.asks(publication(wrong))).await;
        assert_eq!(refused(wrong), "TENDER_NOT_AS_LISTED");
    }
    let invited = publication(&["NILE", "DELTA", "SINAI"]);
    done(tenders.publish_tender(NADIA.asks(invited)).await);
    let page = asked::page(play).await;
    assert_eq!(page.procedure(), events::TenderProcedure::Selective);
    let invited = page.invited.iter().map(|it| it.supplier.as_str());
    assert_eq!(invited.collect::<Vec<_>>(), ["NILE", "DELTA", "SINAI"]);
    assert_eq!(page.invitation.unwrap().list.as_deref(), Some(LIST));
}

/// Both parts are sealed; whoever is not invited is told so, suspended or not qualified.
async fn sealed(play: &Play) {
    play.noon("01-20");
    let price = financial(&[("B", 1, 10, 400)], &[("B", 400)]);
    let bidder = |name, n| Bidder::new(supplier(name), n);
    let [nile, _, _, misr, aswan] = SUPPLIERS;
    let nile = bidder(nile, 1);
    done(play.seal(&nile, Technical, &technical(&["B"])).await);
    done(play.seal(&nile, Financial, &price).await);
    for (name, n) in [(misr, 4), (aswan, 5)] {
        let uninvited = play.seal(&bidder(name, n), Financial, &price).await;
        assert_eq!(refused(uninvited), "ENVELOPE_NOT_INVITED");
    }
    play.set(midnight("02-02"));
    play.react().await;
    let listed = play.tender().await.into_iter();
    let receipts = listed.filter(|event| matches!(event, TenderEvent::BidReceived(_)));
    assert_eq!(receipts.count(), 2);
}
