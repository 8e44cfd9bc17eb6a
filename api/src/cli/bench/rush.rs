//! Envelopes on their way to a server: sealed before, handed in by many at once, and what each was told.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::envelope::{Claim, Vouched};
use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_ledger_core::domain::tender::{BidContent, FinancialBid, LinePrice, LotTotal};
use sijill_ledger_core::domain::values::{
    Clocks, Currency, LotId, Money, Quantity, UnitPrice, ValueError,
};
use sijill_ledger_core::seal::{self, Secrets};
use sijill_ledger_core::statement::StatementKey;
use sijill_ledger_core::time::Timestamp;
use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1::SealBidRequest;
use sijill_schemas::procurement::v1::tender_service_client::TenderServiceClient;
use sijill_schemas::types::v1::{CommandContext, CommandResponse, KeyAlgorithm, PublicKey};
use tonic::transport::Channel;
use tonic::{Code, Status};

use super::disorder;
use super::figures::Latencies;
use super::market::{Open, Supplier};
use super::served::{Bearer, asked, broken};
use super::world::impossible;
use crate::cli::call::signed;
use crate::cli::errors::Failure;
use crate::cli::query::answered;
use crate::cli::sealed::{random, random_id};
use crate::local::{Tongue, instants_shown};

/// How long a client waits that is told that there is no room, as it is told.
const AGAIN_AFTER: Duration = Duration::from_millis(5);
/// What a bidder is told whose envelope came too late.
const CLOSED: &str = "TENDER_BIDDING_CLOSED";

/// An envelope that is ready to be sent.
#[derive(Clone)]
pub struct Submission {
    request: SealBidRequest,
    bearer: Option<Bearer>,
}

impl Submission {
    /// A bid of a supplier, sealed for the committee under a key of its own and signed with it.
    pub fn seal(
        supplier: &Supplier,
        tender: &Open,
        origin: &str,
        bearer: Bearer,
    ) -> Result<Self, Failure> {
        let key = StatementKey::random();
        let key = key.map_err(|error| Failure::refused(&error, supplier.id.as_str()))?;
        let bid = bid().map_err(|error| impossible(&error))?;
        let bid = codec::write_bid(&bid).map_err(|error| broken(&error))?;
        let secrets = Secrets {
            salt: random()?,
            r: random()?,
        };
        let envelope = random_id()?;
        let sealed = seal::seal(&tender.sheet, envelope, key.public(), &bid, &secrets);
        let sealed = sealed.map_err(|error| Failure::refused(&error, tender.id.as_str()))?;
        let context = CommandContext {
            request_id: random_id()?.to_string(),
            withheld: vec![claim(supplier, tender, origin, &key)],
            ..CommandContext::default()
        };
        let request = signed::request(&key, origin, context, |context| SealBidRequest {
            context,
            envelope: envelope.to_string(),
            sealed: Some(events::BidSealed {
                claim_part: 0,
                key: Some(PublicKey {
                    algorithm: KeyAlgorithm::Ed25519.into(),
                    key: key.public().bytes().to_vec(),
                }),
                sealed: sealed.to_bytes(),
            }),
        });
        let (request, bearer) = (request?, Some(bearer));
        Ok(Self { request, bearer })
    }

    /// The same as a stranger sends it: the echo service knows nobody.
    pub fn without_token(&self) -> Self {
        let request = self.request.clone();
        Self {
            request,
            bearer: None,
        }
    }

    /// Sends it until the server has room for it.
    async fn send(
        self,
        mut client: TenderServiceClient<Channel>,
    ) -> Result<CommandResponse, Status> {
        loop {
            let request = asked(self.request.clone(), self.bearer.as_ref());
            match client.seal_bid(request).await {
                Ok(done) => return Ok(done.into_inner()),
                Err(status) if status.code() == Code::ResourceExhausted => {
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
                Err(status) => return Err(status),
            }
        }
    }
}

/// For whom and for which tender the key seals, and the word of the supplier's enrolled key for it.
fn claim(supplier: &Supplier, tender: &Open, origin: &str, key: &StatementKey) -> String {
    let (tender, bidder) = (tender.id.clone(), supplier.id.clone());
    let vouch = supplier.key.vouch(&Vouched {
        origin,
        tender: &tender,
        bidder: &bidder,
        key: key.public(),
    });
    codec::claim_line(&Claim {
        tender,
        bidder,
        part: EnvelopePart::Financial,
        vouch: Some(vouch),
    })
}

fn bid() -> Result<BidContent, ValueError> {
    let (lot, egp) = (LotId::new("A")?, Currency::new("EGP")?);
    Ok(BidContent::Financial(FinancialBid {
        prices: vec![LinePrice {
            lot: lot.clone(),
            line: 1,
            quantity: Quantity::from(100),
            unit_price: UnitPrice::new(9.into(), egp)?,
        }],
        totals: vec![LotTotal {
            lot,
            total: Money::new(900.into(), egp)?,
        }],
    }))
}

/// What came of many submissions.
#[derive(Debug, Default)]
pub struct Told {
    /// Envelopes with a receipt, and its stamp.
    pub receipts: Vec<(String, Timestamp)>,
    /// How many were told the instant after which nothing counts.
    pub refused: u64,
    /// The answer to one of them.
    pub answer: Option<CommandResponse>,
    pub latencies: Latencies,
    pub elapsed: Duration,
}

impl Told {
    fn add(&mut self, other: Self) {
        self.receipts.extend(other.receipts);
        self.refused += other.refused;
        self.answer = other.answer.or(self.answer.take());
        self.latencies.append(other.latencies);
    }

    /// Takes an answer; another refusal than that of the deadline ends the bench.
    fn take(
        &mut self,
        envelope: String,
        answer: Result<CommandResponse, Status>,
        closes_at: Timestamp,
    ) -> Result<(), Failure> {
        let status = match answer {
            Ok(done) => {
                let stamp = Timestamp::from_micros(done.recorded_at_micros);
                self.receipts.push((envelope, stamp));
                self.answer = Some(done);
                return Ok(());
            }
            Err(status) => status,
        };
        let failure = answered(&status);
        let Failure::Answered { code, text, .. } = &failure else {
            return Err(failure);
        };
        if code == CLOSED && text.en.contains(&shown(closes_at)) {
            self.refused += 1;
            return Ok(());
        }
        Err(failure)
    }
}

/// Sends all, by so many senders at once who share the connections; each sends its next when it has its answer.
pub async fn send_all(
    channels: &[Channel],
    submissions: Vec<Submission>,
    senders: usize,
    closes_at: Timestamp,
) -> Result<Told, Failure> {
    let mut shares: Vec<Vec<Submission>> = vec![Vec::new(); senders.max(1)];
    let places = shares.len();
    for (number, submission) in submissions.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(number % places) {
            share.push(submission);
        }
    }
    // All wait at one door, so that none begins before the others are there.
    let door = Arc::new(tokio::sync::Barrier::new(places + 1));
    let senders = shares.into_iter().zip(channels.iter().cycle());
    let senders: Vec<_> = senders
        .map(|(share, channel)| {
            let (client, door) = (TenderServiceClient::new(channel.clone()), Arc::clone(&door));
            tokio::spawn(async move {
                door.wait().await;
                send_share(client, share, closes_at).await
            })
        })
        .collect();
    let begun = Instant::now();
    door.wait().await;
    let mut told = Told::default();
    for sender in senders {
        told.add(sender.await.map_err(|error| disorder(&error))??);
    }
    told.elapsed = begun.elapsed();
    Ok(told)
}

async fn send_share(
    client: TenderServiceClient<Channel>,
    share: Vec<Submission>,
    closes_at: Timestamp,
) -> Result<Told, Failure> {
    let mut told = Told::default();
    for submission in share {
        let (begun, envelope) = (Instant::now(), submission.request.envelope.clone());
        let answer = submission.send(client.clone()).await;
        told.latencies.add(begun.elapsed());
        told.take(envelope, answer, closes_at)?;
    }
    Ok(told)
}

/// The deadline as the server tells it where no ruleset names the country's clocks, as the bench's names none.
fn shown(closes_at: Timestamp) -> String {
    let clocks = Clocks::at_offset(0);
    instants_shown(&closes_at.to_string(), &clocks, Tongue::English)
}
