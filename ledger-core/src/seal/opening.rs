//! The opening: from published shares or from the bidder's r to the bid, or to whose fault it is that there is none.
//!
//! Anyone does this from what is published, and everyone finds the same: shares that the commitments hold lie on one
//! polynomial, so it makes no difference which k of them are taken.

use std::collections::{BTreeMap, BTreeSet};

use curve25519_dalek::scalar::Scalar;
use sha2::{Digest as _, Sha256 as Hash};
use zeroize::Zeroizing;

use super::SeatNumber;
use super::envelope::Envelope;
use super::plaintext::{Plaintext, unpack};
use super::sealing::{Cipher, Sealed, Secrets, polynomial, seal};
use super::sharing::{recombine, scalar};
use crate::aggregate::{ensure, refusals};
use crate::domain::values::Sha256;

/// What a member says of its share at the opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This is it.
    Share([u8; 32]),
    /// The bidder gave none that is right.
    Complaint,
}

/// The answers by seat, at most one each.
pub type Answers = BTreeMap<SeatNumber, Answer>;

/// What an opening came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// What of the bid.
    pub outcome: Outcome,
    /// The seats that answered falsely: a share that is not theirs, or a complaint about one that was right.
    pub blamed: BTreeSet<SeatNumber>,
}

/// What became of the bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is open.
    Opened {
        /// The bid.
        bid: Vec<u8>,
        /// What opens its commitment.
        salt: [u8; 32],
    },
    /// The bidder did not seal it as everyone must.
    Void {
        /// How that shows.
        why: Void,
    },
    /// Fewer good shares than are needed: more members answer, or the bidder reveals r.
    NotEnough {
        /// Good shares.
        good: usize,
        /// How many are needed.
        needed: usize,
    },
}

/// Opens with the members' answers.
pub fn open(
    envelope: &Envelope<'_>,
    ciphertext: &[u8],
    answers: &Answers,
) -> Result<Opening, OpenError> {
    check_ciphertext(envelope, ciphertext)?;
    let needed = envelope.sheet.threshold();
    let good = answers.iter().filter_map(|(seat, answer)| match answer {
        Answer::Share(share) if envelope.holds(*seat, share) => Some((*seat, scalar(share)?)),
        Answer::Share(_) | Answer::Complaint => None,
    });
    let good: Vec<_> = good.collect();
    Ok(match good.get(..needed) {
        Some(enough) => judge(envelope, ciphertext, answers, &recombine(enough)),
        None => Opening {
            outcome: Outcome::NotEnough {
                good: good.len(),
                needed,
            },
            blamed: BTreeSet::new(),
        },
    })
}

/// Opens with the bidder's r, where too few members answer.
pub fn open_with_r(
    envelope: &Envelope<'_>,
    ciphertext: &[u8],
    answers: &Answers,
    r: &[u8; 32],
) -> Result<Opening, OpenError> {
    check_ciphertext(envelope, ciphertext)?;
    let polynomial = polynomial(envelope.context, r, envelope.sheet.threshold());
    let polynomial = polynomial.ok_or(OpenError::OtherR)?;
    let same = polynomial.commitments() == envelope.dealing.commitments;
    ensure(same, OpenError::OtherR)?;
    Ok(judge(envelope, ciphertext, answers, &polynomial.secret()))
}

fn check_ciphertext(envelope: &Envelope<'_>, ciphertext: &[u8]) -> Result<(), OpenError> {
    let found = Sha256(Hash::digest(ciphertext).into());
    let expected = envelope.dealing.ciphertext;
    let other = OpenError::OtherCiphertext { expected, found };
    ensure(found == expected, other)
}

/// With the secret that the commitments hold, whoever it came from.
fn judge(
    envelope: &Envelope<'_>,
    ciphertext: &[u8],
    answers: &Answers,
    secret: &Scalar,
) -> Opening {
    match deal_again(envelope, ciphertext, secret) {
        Ok(Plaintext { bid, salt, .. }) => Opening {
            outcome: Outcome::Opened {
                bid: bid.to_vec(),
                salt: *salt,
            },
            blamed: false_answers(envelope, answers),
        },
        // Where the bidder did not deal by the rules, nothing shows what a member got.
        Err(why) => Opening {
            outcome: Outcome::Void { why },
            blamed: BTreeSet::new(),
        },
    }
}

/// In an envelope that was dealt by the rules every member got a right share. Answers for seats that nobody has are nobody's.
fn false_answers(envelope: &Envelope<'_>, answers: &Answers) -> BTreeSet<SeatNumber> {
    let seats = envelope.sheet.seats().map(|(seat, _)| seat);
    let wrong = seats.filter(|seat| match answers.get(seat) {
        Some(Answer::Share(share)) => !envelope.holds(*seat, share),
        Some(Answer::Complaint) => true,
        None => false,
    });
    wrong.collect()
}

/// Decrypts, seals again with the r inside, and compares every byte.
fn deal_again(
    envelope: &Envelope<'_>,
    ciphertext: &[u8],
    secret: &Scalar,
) -> Result<Plaintext, Void> {
    let secret = Zeroizing::new(secret.to_bytes());
    let cipher = Cipher::new(envelope.header, &secret);
    let plaintext = cipher.and_then(|cipher| cipher.decrypt(ciphertext));
    let plaintext = plaintext.ok_or(Void::Undecryptable)?;
    let parts = unpack(&plaintext).ok_or(Void::Unreadable)?;
    let given = envelope.dealing;
    let secrets = Secrets {
        salt: parts.salt.clone(),
        r: parts.r.clone(),
    };
    let again = seal(
        envelope.sheet,
        given.id,
        &given.sender,
        &parts.bid,
        &secrets,
    );
    let Sealed {
        dealing: again,
        ciphertext: encrypted,
    } = again.map_err(|_| Void::Unreadable)?;
    ensure(again.bid == given.bid, Void::OtherBid)?;
    ensure(again.commitments == given.commitments, Void::OtherShares)?;
    ensure(encrypted == ciphertext, Void::OtherCiphertext)?;
    let mut shares = (1..).zip(again.shares.iter().zip(&given.shares));
    match shares.find(|(_, (again, given))| again != given) {
        Some((seat, _)) => Err(Void::OtherShare { seat }),
        None => Ok(parts),
    }
}

refusals! {
    /// How a bid shows that it was not sealed by the rules. Each is the bidder's doing alone: the client of this program cannot.
    pub enum Void {
        /// The secret that was shared does not decrypt the ciphertext.
        Undecryptable = "SEAL_VOID_UNDECRYPTABLE",
            "السر الذي وزعه صاحب العطاء لا يفك ختمه؛ العطاء باطل",
            "the secret that the bidder shared does not decrypt the bid; the bid is void";
        /// What it decrypts to is no bid.
        Unreadable = "SEAL_VOID_UNREADABLE",
            "في المظروف ما ليس عطاءً؛ العطاء باطل",
            "what is in the envelope is no bid; the bid is void";
        /// The bid inside is not the one that was committed to.
        OtherBid = "SEAL_VOID_OTHER_BID",
            "العطاء الذي في المظروف غير الذي التزم به صاحبه؛ العطاء باطل",
            "the bid in the envelope is not the one that its bidder committed to; the bid is void";
        /// The r inside gives another polynomial.
        OtherShares = "SEAL_VOID_OTHER_SHARES",
            "الحصص لم تُشتق من الرقم العشوائي الذي في المظروف؛ العطاء باطل",
            "the shares do not follow from the random number in the envelope; the bid is void";
        /// Its padding or its size class is another one.
        OtherCiphertext = "SEAL_VOID_OTHER_CIPHERTEXT",
            "حشو المظروف أو حجمه ليس بحسب القاعدة؛ العطاء باطل",
            "the padding or the size of the envelope is not the one of the rule; the bid is void";
        /// A sealed share is not the one that its member should have got.
        OtherShare {
            /// The first such seat.
            seat: SeatNumber,
        } = "SEAL_VOID_OTHER_SHARE",
            "الحصة المختومة للمقعد {seat} ليست حصته؛ العطاء باطل",
            "what was sealed to seat {seat} is not its share; the bid is void";
    }
}

refusals! {
    /// Why nothing can be opened with what was given. It says nothing against the bid.
    pub enum OpenError {
        /// It is another file.
        OtherCiphertext {
            /// The hash in the envelope.
            expected: Sha256,
            /// The hash of what was given.
            found: Sha256,
        } = "SEAL_OPEN_OTHER_CIPHERTEXT",
            "بصمة العطاء المشفّر {found}، وفي المظروف {expected}؛ هات الملف من مرآة أخرى أو من صاحب العطاء",
            "the encrypted bid has the hash {found}, the envelope says {expected}; get the file from another mirror or from the bidder";
        /// It is the r of another envelope.
        OtherR = "SEAL_OPEN_OTHER_R",
            "الرقم السري المكشوف ليس رقم هذا المظروف؛ على صاحب العطاء أن يكشف الذي حفظه معه",
            "the secret number that was revealed is not the one of this envelope; the bidder has to reveal the one kept with it";
    }
}
