//! The bidder's part: everything in an envelope follows from the sheet, the bid and 64 random bytes, so that whoever opens
//! it deals it again and compares.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use sha2::{Digest as _, Sha256 as Hash};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::envelope::{Context, Dealing, share_info, transcript};
use super::plaintext::{BID_BYTES_MAX, pack};
use super::sharing::Polynomial;
use super::sheet::Sheet;
use super::transcript::derive;
use super::{SHARE_BYTES, hybrid};
use crate::aggregate::{ensure, refusals};
use crate::domain::values::{PublicKey, Sha256};

/// What the bidder draws for one envelope and keeps; never used for another.
pub struct Secrets {
    /// Hides the bid in its commitment.
    pub salt: Zeroizing<[u8; 32]>,
    /// All else is derived from it: who has it opens the envelope.
    pub r: Zeroizing<[u8; 32]>,
}

/// A sealed bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What is public of it.
    pub dealing: Dealing,
    /// The bid, encrypted.
    pub ciphertext: Vec<u8>,
}

/// Seals a bid of 1 to [`BID_BYTES_MAX`] bytes.
pub fn seal(
    sheet: &Sheet,
    id: Uuid,
    sender: &PublicKey,
    bid: &[u8],
    secrets: &Secrets,
) -> Result<Sealed, SealError> {
    let bytes = bid.len();
    ensure(
        (1..=BID_BYTES_MAX).contains(&bytes),
        SealError::Size { bytes },
    )?;
    deal(sheet, id, sender, bid, secrets).ok_or(SealError::Impossible)
}

/// `None` where a primitive refuses its input, which none of these does.
fn deal(
    sheet: &Sheet,
    id: Uuid,
    sender: &PublicKey,
    bid: &[u8],
    secrets: &Secrets,
) -> Option<Sealed> {
    let Secrets { salt, r } = secrets;
    let context = Context::new(sheet, id, sender);
    let polynomial = polynomial(context, r, sheet.threshold())?;
    let commitments = polynomial.commitments();
    let committed = context.bid(salt, bid);
    let header = context.header(committed, &commitments);
    let plaintext = pack(salt, bid, r)?;
    let secret = Zeroizing::new(polynomial.secret().to_bytes());
    let ciphertext = Cipher::new(header, &secret)?.encrypt(&plaintext)?;
    let hash = Sha256(Hash::digest(&ciphertext).into());
    let transcript = transcript(header, hash);
    let shares = sheet.seats().map(|(seat, member)| {
        let info = share_info(transcript, seat, &member.key);
        let purpose = [b"encapsulation".as_slice(), &context.0.0, &[seat]];
        let ikm = derive(r, &purpose)?;
        let share = Zeroizing::new(polynomial.at(seat).to_bytes());
        hybrid::seal(&member.key.x25519(), &info, &share, ikm)
    });
    let dealing = Dealing {
        id,
        sender: sender.clone(),
        bid: committed,
        commitments,
        ciphertext: hash,
        shares: shares.collect::<Option<Vec<[u8; SHARE_BYTES]>>>()?,
    };
    Some(Sealed {
        dealing,
        ciphertext,
    })
}

/// The polynomial that r gives in this context.
pub(super) fn polynomial(context: Context, r: &[u8; 32], threshold: usize) -> Option<Polynomial> {
    let numbers = (0..=u8::MAX).take(threshold);
    let wide = numbers.map(|number| derive(r, &[b"coefficient", &context.0.0, &[number]]));
    Some(Polynomial::new(wide.collect::<Option<Vec<_>>>()?))
}

/// XChaCha20-Poly1305 with the key and nonce of one envelope and one bid.
pub(super) struct Cipher {
    keyed: XChaCha20Poly1305,
    nonce: [u8; 24],
    header: Sha256,
}

impl Cipher {
    /// The key that a shared secret gives under this header. The header holds the commitment to the bid: whoever seals two bids
    /// with one r does not encrypt twice with one key and nonce.
    pub(super) fn new(header: Sha256, secret: &[u8; 32]) -> Option<Self> {
        let key = derive::<32>(secret, &[b"key", &header.0])?;
        let nonce = derive::<24>(secret, &[b"nonce", &header.0])?;
        Some(Self {
            keyed: XChaCha20Poly1305::new((&*key).into()),
            nonce: *nonce,
            header,
        })
    }

    pub(super) fn encrypt(&self, plaintext: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload {
            msg: plaintext,
            aad: &self.header.0,
        };
        self.keyed.encrypt((&self.nonce).into(), payload).ok()
    }

    /// `None` for what was not encrypted with this key.
    pub(super) fn decrypt(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload {
            msg: ciphertext,
            aad: &self.header.0,
        };
        let opened = self.keyed.decrypt((&self.nonce).into(), payload).ok()?;
        Some(Zeroizing::new(opened))
    }
}

refusals! {
    /// Why a bid is not sealed.
    pub enum SealError {
        /// Nothing, or too much.
        Size {
            /// Its size.
            bytes: usize,
        } = "SEAL_BID_SIZE",
            "حجم العطاء {bytes} بايت، والمقبول من 1 إلى 50108؛ اجعل الوثائق الكبيرة مرفقات وضع بصماتها في العطاء",
            "the bid has {bytes} bytes, 1 to 50108 are taken; make large documents attachments, and put their hashes into the bid";
        /// A primitive refused its input.
        Impossible = "SEAL_IMPOSSIBLE",
            "تعذّر الختم بمفاتيح هذه اللجنة، وهذا خلل في البرنامج؛ أبلغ عنه مع كشف الختم",
            "the bid cannot be sealed with the keys of this committee, which is a fault of the program; report it with the sealing sheet";
    }
}
