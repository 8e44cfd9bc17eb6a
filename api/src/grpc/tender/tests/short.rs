//! Tenders of few words, for scenarios about something else: one plan, lots of ten pieces, no criteria, the lowest price wins, all under
//! the third edition of the rules. Published on 1 January 2026, closed at the first instant of the 17th.

use sijill_ledger_core::domain::tender::EnvelopePart::{Financial, Technical};
use sijill_schemas::events::v1::TenderProcedure as Procedure;

use super::play::{member, opened};
use super::world::*;
use super::*;
use super::{drafting, judging};

/// What differs from one to the other.
pub struct Short {
    pub procedure: Procedure,
    pub invitation: Option<events::TenderInvitation>,
    /// How much security bids have, in percent.
    pub security_percent: i64,
    pub lots: &'static [&'static str],
}

impl Short {
    /// To whom it may concern, with one lot.
    pub const fn open() -> Self {
        Self {
            procedure: Procedure::Open,
            invitation: None,
            security_percent: 0,
            lots: &["A"],
        }
    }

    pub fn draft(&self) -> pb::DraftTenderRequest {
        pb::DraftTenderRequest {
            context: new(),
            tender: TENDER.to_owned(),
            draft: Some(events::TenderDrafted {
                invitation: self.invitation.clone(),
                framework: None,
                buyer: BUYER.to_owned(),
                title: names("شاش", "gauze"),
                procedure: self.procedure.into(),
                plan: Some("PLAN-1".to_owned()),
                currency: "EGP".to_owned(),
                terms: Some(events::TenderTerms {
                    delivery: "DDP".to_owned(),
                    tax_included: true,
                    validity_days: 90,
                    security_percent: whole(self.security_percent),
                    split: false,
                }),
                criteria: Vec::new(),
                ties: vec![events::TieRule::EarlierEnvelope.into()],
                participants: Vec::new(),
                documents: Vec::new(),
                award_by: Some(events::tender_drafted::AwardBy::LowestPrice(
                    events::LowestPriceAward {},
                )),
            }),
        }
    }

    /// From the draft to the publication; the plan is approved.
    pub async fn published(&self, play: &Play) {
        let mut tenders = play.world.tenders();
        done(tenders.draft_tender(NADIA.asks(self.draft())).await);
        for id in self.lots {
            let lot = pb::AddLotRequest {
                context: withholding(&["450.00 EGP"]),
                tender: TENDER.to_owned(),
                lot: Some(events::LotAdded {
                    id: (*id).to_owned(),
                    title: names("مجموعة", "lot"),
                    estimate_part: Some(0),
                    lines: vec![drafting::line(10, 30)],
                }),
            };
            done(tenders.add_lot(NADIA.asks(lot)).await);
        }
        let committees = pb::AppointCommitteesRequest {
            context: new(),
            tender: TENDER.to_owned(),
            committees: Some(events::CommitteeAppointed {
                opening: "O".to_owned(),
                evaluation: "E".to_owned(),
                threshold: 3,
            }),
        };
        done(tenders.appoint_committees(NADIA.asks(committees)).await);
        if self.procedure != Procedure::Direct {
            drafting::keys_enrolled(play).await;
        }
        let approval = pb::ApproveTenderRequest {
            context: new(),
            tender: TENDER.to_owned(),
            approval: Some(events::TenderApproved {
                read: 1 + self.lots.len() as u64,
                limit: None,
            }),
        };
        done(tenders.approve_tender(SAMI.asks(approval)).await);
        let publication = || pb::PublishTenderRequest {
            context: new(),
            tender: TENDER.to_owned(),
            publication: Some(events::TenderPublished {
                enquiries_until_micros: midnight("01-07").as_micros(),
                closes_micros: midnight("01-17").as_micros(),
                sealing: None,
                invited: Vec::new(),
            }),
        };
        let early = tenders.publish_tender(NADIA.asks(publication())).await;
        assert_eq!(refused(early), "TENDER_PLAN_NOT_TAKEN");
        done(drafting::taken(play, TENDER).await);
        done(tenders.publish_tender(NADIA.asks(publication())).await);
    }
}

/// An open tender that takes bids.
pub async fn bidding(short: &Short, closing_grace_minutes: Option<u16>) -> Play {
    let play = Play::new().await;
    drafting::ruled(&play, closing_grace_minutes).await;
    drafting::planned(&play).await;
    short.published(&play).await;
    play.noon("01-05");
    play
}

/// Both envelopes of a bid: for each lot so many pounds in all.
pub async fn bids(play: &Play, bidder: &Bidder, lots: &[(&str, i64)]) {
    let names: Vec<_> = lots.iter().map(|(lot, _)| *lot).collect();
    done(play.seal(bidder, Technical, &technical(&names)).await);
    let lines: Vec<_> = lots
        .iter()
        .map(|(lot, total)| (*lot, 1, 10, *total))
        .collect();
    let financial = financial(&lines, lots);
    done(play.seal(bidder, Financial, &financial).await);
}

/// The deadline passes, and the envelopes are listed.
pub async fn listed(play: &Play) {
    play.noon("01-17");
    play.react().await;
}

/// From the list to offers that everybody reads.
pub async fn read(play: &Play, bidders: &[&Bidder]) {
    let members = [O1, member("o2"), member("o3")];
    opened(play, Technical, members, bidders).await;
    accepted(play).await;
    opened(play, Financial, members, bidders).await;
}

/// The technical result stands by minutes of the 18th; on the 19th financial envelopes may be opened.
pub async fn accepted(play: &Play) {
    play.noon("01-18");
    play.minutes("M-1", &[Decided::Result]).await;
    let result = pb::ApproveTechnicalResultRequest {
        context: new(),
        tender: TENDER.to_owned(),
        result: Some(events::TechnicalResultApproved {
            minutes: "M-1".to_owned(),
            accepted: Vec::new(),
        }),
    };
    let mut tenders = play.world.tenders();
    done(tenders.approve_technical_result(E1.asks(result)).await);
    play.noon("01-19");
}

/// The committee decides who wins a lot, proposes that, and Sami approves.
pub async fn awarded(play: &Play, lot: &str, winner: &str) {
    awarded_by("M-2", play, lot, winner).await;
}

/// The same by minutes of this number.
pub async fn awarded_by(minutes: &str, play: &Play, lot: &str, winner: &str) {
    play.minutes(minutes, &[Decided::Awards(lot, winner)]).await;
    let mut tenders = play.world.tenders();
    let mut proposed = judging::award(lot, winner);
    minutes.clone_into(&mut proposed.award.as_mut().unwrap().minutes);
    let proposed = done(tenders.propose_award(E1.asks(proposed)).await);
    let approval = pb::ApproveAwardRequest {
        context: new(),
        tender: TENDER.to_owned(),
        approval: Some(events::AwardApproved {
            lot: lot.to_owned(),
            proposal: proposed.revision,
            value: None,
            limit: None,
        }),
    };
    done(tenders.approve_award(SAMI.asks(approval)).await);
}

/// All bidders are told at noon of a day.
pub async fn told(play: &Play, day: &str) {
    play.noon(day);
    let notification = pb::NotifyBiddersRequest {
        context: new(),
        tender: TENDER.to_owned(),
    };
    let mut tenders = play.world.tenders();
    done(tenders.notify_bidders(NADIA.asks(notification)).await);
}

/// Standstill ends by itself, and with it the tender.
pub async fn completed(play: &Play, day: &str) {
    play.noon(day);
    play.react().await;
    let completion = pb::CompleteTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
    };
    let mut tenders = play.world.tenders();
    done(tenders.complete_tender(NADIA.asks(completion)).await);
}

/// A supplier, whose envelopes have this number.
pub fn bidder(id: &'static str, n: u8) -> Bidder {
    Bidder::new(By(id, Role::Supplier, "-"), n)
}

pub fn nile() -> Bidder {
    bidder("organization:NILE", 1)
}

pub fn delta() -> Bidder {
    bidder("organization:DELTA", 2)
}

pub fn sinai() -> Bidder {
    bidder("organization:SINAI", 3)
}
