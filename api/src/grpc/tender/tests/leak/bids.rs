//! Three bidders and what each of them wants to keep: of a bid, of who made it, of who asked and who complained.

use prost::Message as _;
use sha2::{Digest as _, Sha256};
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_ledger_core::domain::values::{self, EnvelopeId};
use sijill_schemas::types::v1::{Document, UnitPrice};

use super::reads::Known;
use super::*;

pub const NILE: &str = "organization:NILE-SURGICAL-7741";
pub const DELTA: &str = "organization:DELTA-COTTON-5528";
pub const SINAI: &str = "organization:SINAI-MEDICAL-3369";

/// Planted in the technical bid.
pub const ANSWER: &str = "شاش من قطن طويل التيلة / long-staple weave";
const SECURITY: &str = "LG-PLANTED-88213";
const LICENCE: &str = "%PDF-1.7 licence of the weavers of Kafr El-Dawwar";
/// How a client calls its call.
pub const CALL: &str = "desk-of-nile-surgical";
/// Prices of a unit, in 10⁻¹ EGP, and their total.
const PRICES: [i64; 2] = [73_185_294_137, 91_827_364_591];
const TOTAL: i64 = 2_777_000_333_111;
pub const SCORES: &str = "quality 87.25";

/// Who bids, and what lies sealed.
pub struct Bids {
    pub nile: Bidder,
    pub delta: Bidder,
    pub sinai: Bidder,
    /// Nile's key for questions, Delta's for its complaint: others than those of their bids.
    pub asks: Bidder,
    pub complains: Bidder,
    /// The licence, as it was uploaded.
    pub ciphertext: Vec<u8>,
}

impl Bids {
    pub fn new() -> Self {
        let bidder = |id, n| Bidder::new(By(id, Role::Supplier, "-"), n);
        // Not a cipher that anybody should use: it only has to be unlike what it hides.
        let hidden = LICENCE.bytes().zip(0u8..);
        let ciphertext = hidden.map(|(byte, at)| byte ^ at.wrapping_mul(37).wrapping_add(0x5A));
        Self {
            nile: bidder(NILE, 0x11),
            delta: bidder(DELTA, 0x12),
            sinai: bidder(SINAI, 0x13),
            asks: bidder(NILE, 0x14),
            complains: bidder(DELTA, 0x15),
            ciphertext: ciphertext.collect(),
        }
    }

    const fn all(&self) -> [&Bidder; 3] {
        [&self.nile, &self.delta, &self.sinai]
    }

    /// Those that were not withdrawn.
    pub const fn counting(&self) -> [&Bidder; 2] {
        [&self.nile, &self.delta]
    }

    /// What the log is asked about.
    pub fn known(&self, size: u64) -> Known {
        let envelopes = self.all().into_iter().flat_map(|bidder| {
            [Technical, Financial].map(|part| bidder.envelope(part).to_string())
        });
        let envelopes = envelopes.map(|id| (EntityKind::Envelope, id));
        let suppliers = [NILE, DELTA, SINAI, walk::IDLER];
        let suppliers = suppliers.map(|id| id.trim_start_matches("organization:"));
        let others = [
            (EntityKind::Tender, TENDER),
            (EntityKind::Plan, "PLAN-1"),
            (EntityKind::Item, ITEM),
            (EntityKind::Facility, CLINIC),
            (EntityKind::Official, "nadia"),
            (EntityKind::Committee, "O"),
            (EntityKind::Organization, BUYER),
        ];
        let suppliers = suppliers.map(|id| (EntityKind::Organization, id));
        let others = suppliers.into_iter().chain(others);
        let others = others.map(|(kind, id)| (kind, id.to_owned()));
        Known {
            size,
            entities: others.chain(envelopes).collect(),
            documents: vec![hex(&self.ciphertext), hex(EVIDENCE.as_bytes())],
        }
    }

    /// Names of bidders, which only the register may say.
    pub fn names(&self) -> Vec<Secret> {
        let names = self.all().map(Bidder::name);
        let secret = |id: &&'static str| Secret::text(format!("bidder {id}"), id);
        names.iter().map(secret).collect()
    }

    /// What is withheld of envelopes until they are listed.
    pub fn claims(&self) -> Vec<Secret> {
        let claims = self.all().into_iter().flat_map(|bidder| {
            let claim = |part| bidder.claim(bidder.name(), part);
            [claim(Technical), claim(Financial)]
        });
        claims
            .map(|claim| Secret::text(claim.clone(), &claim))
            .collect()
    }

    /// What is in bids.
    pub async fn hidden(&self, play: &Play) -> Vec<Secret> {
        let mut hidden = vec![
            Secret::text("answer", ANSWER),
            Secret::text("security", SECURITY),
            Secret::text("licence", LICENCE),
            Secret::bytes("key of the licence", &[0xD1; 32]),
        ];
        for part in [Technical, Financial] {
            hidden.extend(self.hidden_of(play, part).await);
        }
        hidden
    }

    /// What only envelopes of a part hold, and what opens them.
    pub async fn hidden_of(&self, play: &Play, part: EnvelopePart) -> Vec<Secret> {
        let mut hidden = Vec::new();
        if part == Financial {
            let prices = PRICES.iter().enumerate();
            hidden.extend(prices.map(|(n, price)| Secret::amount(format!("price {n}"), *price, 1)));
            hidden.push(Secret::text("total", &TOTAL.to_string()));
        }
        for bidder in self.all() {
            let number = bidder.number(part);
            let what = |what| format!("{what} of {} {}", bidder.name(), part.name());
            hidden.push(Secret::bytes(what("salt"), &[number; 32]));
            hidden.push(Secret::bytes(what("r"), &[number ^ 0x80; 32]));
        }
        for member in OPENERS {
            let shares = play.shares(member, part, &self.all()).await.shares.unwrap();
            for (n, share) in shares.shares.iter().enumerate() {
                let name = format!("share {n} of {member} {}", part.name());
                hidden.push(Secret::bytes(name, share.share.as_ref().unwrap()));
            }
        }
        hidden
    }

    /// What nobody ever reads.
    pub fn forever(&self, site: &Site) -> Vec<Secret> {
        let log_key = site.log_key();
        let mut hidden = vec![
            Secret::bytes("token key", &tokens::SEED),
            Secret::text("log key", log_key.trim()),
            Secret::text("name of a call", CALL),
        ];
        for by in [self.nile.by, self.delta.by, self.sinai.by, NADIA, HUDA] {
            hidden.push(Secret::text(
                format!("token of {}", by.0),
                &tokens::token(by),
            ));
        }
        for (n, member) in OPENERS.iter().enumerate() {
            let seed = [200 + u8::try_from(n).unwrap(); 32];
            hidden.push(Secret::bytes(format!("seed of {member}"), &seed));
        }
        for (seed, bidder) in [(0x11, &self.nile), (0x12, &self.delta), (0x13, &self.sinai)] {
            let name = format!("seed of {}", bidder.name());
            hidden.push(Secret::bytes(name, &[seed; 32]));
        }
        hidden
    }

    /// Ids of envelopes, of the keys that signed them and of their commands, as the log has them.
    pub async fn tracks(&self, play: &Play) -> Vec<Secret> {
        let mut tracks: Vec<String> = Vec::new();
        for bidder in self.all() {
            tracks.push(bidder.key.public().id().to_string());
            for part in [Technical, Financial] {
                let id = EnvelopeId::new(&bidder.envelope(part).to_string()).unwrap();
                let store = play.world.ledger.store();
                let batch = store.read_stream(&Envelope::stream(&id), 0).await.unwrap();
                for (index, entry) in batch.iter() {
                    let recorded = codec::recorded(index, &entry, &[]).unwrap();
                    tracks.push(recorded.metadata.command_id.to_string());
                }
                tracks.push(id.to_string());
            }
        }
        let tracks = tracks.into_iter();
        let tracks = tracks.map(|id| Secret::text(format!("track {id}"), &id));
        tracks.collect()
    }

    pub fn technical(&self) -> Vec<u8> {
        let bid = events::TechnicalBid {
            lots: vec!["A".to_owned(), "B".to_owned()],
            answers: vec![events::CriterionAnswer {
                criterion: "quality".to_owned(),
                text: ANSWER.to_owned(),
            }],
            documents: vec![events::SealedDocument {
                sealed: Some(document(&self.ciphertext, ENVELOPE)),
                key: vec![0xD1; 32],
            }],
            security: Some(SECURITY.to_owned()),
        };
        bid.encode_to_vec()
    }
}

pub const ENVELOPE: &str = "application/vnd.sijill.envelope";
pub const EVIDENCE: &str = "the terms of delivery name a place that is closed";

pub fn hex(content: &[u8]) -> String {
    values::Sha256(Sha256::digest(content).into()).to_string()
}

pub fn document(content: &[u8], media_type: &str) -> Document {
    Document {
        title: names("وثيقة", "document"),
        sha256: Sha256::digest(content).to_vec(),
        bytes: content.len() as u64,
        media_type: media_type.to_owned(),
    }
}

pub fn dear(n: i64) -> Vec<u8> {
    let price = |line: u32, tenths| events::LinePrice {
        lot: "A".to_owned(),
        line,
        quantity: whole(10 * i64::from(line)),
        unit_price: Some(UnitPrice {
            amount: Some(Decimal {
                units: tenths,
                scale: 1,
            }),
            currency: "EGP".to_owned(),
        }),
    };
    let bid = events::FinancialBid {
        prices: vec![price(1, PRICES[0] + n), price(2, PRICES[1])],
        totals: vec![events::LotTotal {
            lot: "A".to_owned(),
            total: egp(TOTAL),
        }],
    };
    bid.encode_to_vec()
}
