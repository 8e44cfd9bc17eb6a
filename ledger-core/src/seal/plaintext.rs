//! What is encrypted: salt ‖ length ‖ bid ‖ r ‖ zeros up to a size class, so that only the class shows.

use zeroize::Zeroizing;

/// Size of the salt and of r, in bytes.
const RANDOM_BYTES: usize = 32;
const LENGTH_BYTES: usize = 4;
/// What a plaintext holds beside the bid, in bytes.
const FRAME_BYTES: usize = RANDOM_BYTES + LENGTH_BYTES + RANDOM_BYTES;
/// Sizes of plaintexts, in bytes. The last holds the longest bid whose opening fits into an entry (48 KiB,
/// [`domain::tender::BID_BYTES_MAX`](crate::domain::tender::BID_BYTES_MAX)), and its envelope fits into one itself, so that no
/// ciphertext has to lie elsewhere, where it could be lost.
pub const SIZE_CLASSES: [usize; 3] = [4 << 10, 16 << 10, LARGEST];
const LARGEST: usize = 49 << 10;
/// Largest bid, in bytes. Larger documents are attachments, whose hashes stand in the bid.
pub const BID_BYTES_MAX: usize = LARGEST - FRAME_BYTES;

/// The parts of a plaintext.
pub(super) struct Plaintext {
    pub(super) salt: Zeroizing<[u8; RANDOM_BYTES]>,
    pub(super) bid: Zeroizing<Vec<u8>>,
    pub(super) r: Zeroizing<[u8; RANDOM_BYTES]>,
}

/// The one plaintext of these parts; `None` for a bid that is empty or too long.
pub(super) fn pack(
    salt: &[u8; RANDOM_BYTES],
    bid: &[u8],
    r: &[u8; RANDOM_BYTES],
) -> Option<Zeroizing<Vec<u8>>> {
    let length = u32::try_from(bid.len()).ok().filter(|length| *length > 0)?;
    let framed = bid.len().checked_add(FRAME_BYTES)?;
    let size = SIZE_CLASSES.into_iter().find(|size| framed <= *size)?;
    // At once at its full size: growing would leave copies behind that nobody clears.
    let mut packed = Zeroizing::new(Vec::with_capacity(size));
    for part in [salt, &length.to_be_bytes()[..], bid, r] {
        packed.extend_from_slice(part);
    }
    packed.resize(size, 0);
    Some(packed)
}

/// Reads the parts. What follows them is not looked at: whoever packs them again compares it.
pub(super) fn unpack(packed: &[u8]) -> Option<Plaintext> {
    let (salt, rest) = packed.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (bid, rest) = rest.split_at_checked(length)?;
    let (r, _) = rest.split_first_chunk()?;
    Some(Plaintext {
        salt: Zeroizing::new(*salt),
        bid: Zeroizing::new(bid.to_vec()),
        r: Zeroizing::new(*r),
    })
}
