//! Sealed bids and those who attack them, each with the attacker's own code.

mod attacks;
mod cheat;
mod members;
mod properties;
mod vectors;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::*;
use crate::domain::values::PublicKey;
use crate::statement::StatementKey;

pub(super) const ORIGIN: &str = "sijill.gov.example/health";
const BID: &[u8] = "عرض السعر: 1250.50 EGP".as_bytes();

/// A committee, its secrets, and bidders under its sheet.
pub(super) struct World {
    pub(super) sheet: Sheet,
    pub(super) secrets: Vec<MemberSecret>,
}

impl World {
    pub(super) fn new(threshold: u8, members: u8) -> Self {
        Self::of("tender-2026-7", "financial", threshold, members)
    }

    fn of(tender: &str, kind: &str, threshold: u8, members: u8) -> Self {
        let secrets: Vec<_> = (1..=members)
            .map(|seat| MemberSecret::from_seed(&[seat; 32]))
            .collect();
        let seated = secrets.iter().enumerate().map(|(index, secret)| {
            let id = format!("official-{}", index + 1);
            let seat = Seat {
                origin: ORIGIN,
                tender,
                member: &id,
            };
            let proof = secret.prove(&seat);
            let key = secret.public();
            Member { id, key, proof }
        });
        let terms = Terms {
            origin: ORIGIN.to_owned(),
            tender: tender.to_owned(),
            kind: kind.to_owned(),
            threshold,
            members: seated.collect(),
        };
        let sheet = Sheet::new(terms).unwrap();
        Self { sheet, secrets }
    }

    pub(super) fn sealed(&self, bid: &[u8]) -> Sealed {
        seal(&self.sheet, id(), &sender(), bid, &bidder()).unwrap()
    }

    fn envelope<'a>(&'a self, sealed: &'a Sealed) -> Envelope<'a> {
        Envelope::new(&self.sheet, &sealed.dealing).unwrap()
    }

    /// What honest members answer.
    fn answers(
        &self,
        envelope: &Envelope<'_>,
        seats: impl IntoIterator<Item = SeatNumber>,
    ) -> Answers {
        let seats = seats.into_iter();
        let answers = seats.map(|seat| (seat, self.answer(envelope, seat)));
        answers.collect()
    }

    fn answer(&self, envelope: &Envelope<'_>, seat: SeatNumber) -> Answer {
        match envelope.share(&self.secrets[usize::from(seat) - 1]) {
            Ok(share) => Answer::Share(*share.value),
            Err(ShareError::Unopenable { .. } | ShareError::Inconsistent { .. }) => {
                Answer::Complaint
            }
            Err(refused @ ShareError::NotAMember) => panic!("{refused}"),
        }
    }

    /// What all members together find.
    fn opened_by(&self, sealed: &Sealed, seats: &[SeatNumber]) -> Opening {
        let envelope = self.envelope(sealed);
        let answers = self.answers(&envelope, seats.iter().copied());
        open(&envelope, &sealed.ciphertext, &answers).unwrap()
    }
}

pub(super) fn id() -> Uuid {
    Uuid::from_u128(0x5e_a1ed)
}

pub(super) fn sender() -> PublicKey {
    StatementKey::from_seed(&[77; 32]).unwrap().public().clone()
}

pub(super) fn bidder() -> Secrets {
    Secrets {
        salt: Zeroizing::new([0xa5; 32]),
        r: Zeroizing::new([0x5a; 32]),
    }
}

fn opened(bid: &[u8]) -> Outcome {
    Outcome::Opened {
        bid: bid.to_vec(),
        salt: *bidder().salt,
    }
}
