//! Who sits where: minutes, keys of members, and what changes about people on the way.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "each function is about some steps, or some events"
)]

use super::super::people::{debarment, evaluators};
use super::super::script::Step;
use super::super::world::{Ask, BIDDERS, LIMITS, id, lot_id};
use super::{e1, tender_stream, text};
use crate::domain::Command;
use crate::domain::committee::{self, Committee, Resolution};
use crate::domain::envelope::tests::world as bid_world;
use crate::domain::official::{self, Interest, Official};
use crate::domain::tender::{self, OpeningKey};
use crate::domain::values::{Code, Date, DocumentNumber};
use crate::event::{Actor, Event, Recorded, Role};
use crate::store::StreamName;
use crate::testing::actor;

fn evaluation() -> StreamName {
    Committee::stream(&id("evaluation"))
}

impl Step {
    pub(super) fn of_people(self, log: &[Recorded]) -> Ask {
        let rana = || actor("rana", Role::Registrar);
        let asked = |stream, command, by| Ask {
            stream,
            command,
            by,
            key: None,
        };
        match self {
            Self::Enrol(member, first) => enrol(member, first),
            Self::LeavePost(n) => {
                let name = LIMITS[n].0;
                let left = official::Command::Leave(official::Departure {
                    post: Code::new(&format!("post-{name}")).unwrap(),
                    last_day: Date::parse("2025-12-31").unwrap(),
                    decree: id("D-4"),
                });
                let stream = Official::stream(&id(name));
                asked(stream, Command::Official(left), rana())
            }
            Self::DeclareInterest(bidder) => {
                let declared = official::Command::DeclareConflict(official::Conflict {
                    organization: id(BIDDERS[bidder]),
                    interest: Interest::Kinship,
                    particulars: None,
                });
                let stream = Official::stream(&id("e1"));
                asked(stream, Command::Official(declared), e1())
            }
            Self::Debar(bidder) => {
                let (stream, debarment) = debarment(BIDDERS[bidder]);
                asked(stream, debarment, rana())
            }
            Self::ReplaceEvaluator => {
                let change = committee::Command::Replace(committee::Replacement {
                    leaves: id("e2"),
                    joins: id("e4"),
                    reason: text("e2 is ill"),
                });
                asked(evaluation(), Command::Committee(change), rana())
            }
            Self::Minutes(n) => minutes(n, log),
            Self::DrawUp(n) => draw_up(n),
            Self::Sign(n, member) => sign(n, member, log),
            other => panic!("{other:?} is nobody's"),
        }
    }
}

fn enrol(member: usize, first: bool) -> Ask {
    let (by, witness) = if first {
        ("rana", "sami")
    } else {
        ("sami", "rana")
    };
    let it = bid_world::sealing(5).members.remove(member);
    let key = OpeningKey {
        member: it.member,
        key: it.key,
        proof: it.proof,
        witness: id(witness),
    };
    Ask {
        stream: tender_stream(),
        command: Command::Tender(tender::Command::EnrolOpeningKey(key)),
        by: actor(by, Role::Registrar),
        key: None,
    }
}

/// Minutes of a quorum as the law was before the fourth edition: one member records them for all.
fn minutes(n: u8, log: &[Recorded]) -> Ask {
    let signers = evaluators(log).into_iter().take(2);
    let signers = signers.map(|member| committee::Signer {
        member,
        dissent: None,
    });
    of_committee(
        &e1(),
        committee::Command::SignMinutes(committee::Minutes {
            number: number(n),
            decision: text("as the log says"),
            signers: signers.collect(),
        }),
    )
}

/// The first decide the technical result, the second an award to the first bidder, the third its rejection, the fourth an award to the
/// second bidder, the fifth again one to the first, and the sixth one to the third.
fn draw_up(n: u8) -> Ask {
    let award = |bidder: &str| Resolution::Award {
        lot: lot_id(),
        bidder: id(bidder),
    };
    let decides = match n {
        1 => Resolution::TechnicalResult,
        2 | 5 => award(BIDDERS[0]),
        3 => Resolution::Rejection {
            bidder: id(BIDDERS[0]),
            lot: None,
        },
        4 => award(BIDDERS[1]),
        _ => award(BIDDERS[2]),
    };
    of_committee(
        &e1(),
        committee::Command::DrawUp(committee::Paper {
            number: number(n),
            tender: Some(bid_world::tender_id()),
            resolutions: vec![decides],
            document: None,
        }),
    )
}

/// A member signs what was drawn up last.
fn sign(n: u8, place: usize, log: &[Recorded]) -> Ask {
    let number = number(n);
    let drawn_up = log.iter().rev().find(|it| match &it.event {
        Event::Committee(committee::Event::MinutesDrawnUp(paper)) => paper.number == number,
        _ => false,
    });
    let member = evaluators(log)[place].clone();
    of_committee(
        &actor(member.as_str(), Role::CommitteeMember),
        committee::Command::Sign(committee::MemberSignature {
            number,
            read: drawn_up.map_or(0, |it| it.revision),
            dissent: None,
        }),
    )
}

fn number(n: u8) -> DocumentNumber {
    id(&format!("M-{n}"))
}

fn of_committee(by: &Actor, command: committee::Command) -> Ask {
    Ask {
        stream: evaluation(),
        command: Command::Committee(command),
        by: by.clone(),
        key: None,
    }
}
