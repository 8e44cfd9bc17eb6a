//! Feldman's verifiable secret sharing over ristretto255 (RFC 9496): a secret split so that any k of n shares give it
//! back, fewer say nothing, and each share can be checked against public commitments.
//!
//! P. Feldman, "A practical scheme for non-interactive verifiable secret sharing", FOCS 1987.

use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity as _, VartimeMultiscalarMul as _};
use zeroize::Zeroizing;

use super::SeatNumber;

/// The dealer's polynomial f, lowest coefficient first; f(0) is the secret.
pub(super) struct Polynomial(Zeroizing<Vec<Scalar>>);

impl Polynomial {
    /// One coefficient of each 64 random bytes.
    pub(super) fn new(wide: impl IntoIterator<Item = Zeroizing<[u8; 64]>>) -> Self {
        let coefficients = wide.into_iter();
        let reduced = coefficients.map(|wide| Scalar::from_bytes_mod_order_wide(&wide));
        Self(Zeroizing::new(reduced.collect()))
    }

    pub(super) fn secret(&self) -> Zeroizing<Scalar> {
        self.at(0)
    }

    /// f(x): the share of the member in seat x. By Horner's rule.
    pub(super) fn at(&self, x: SeatNumber) -> Zeroizing<Scalar> {
        let x = Scalar::from(x);
        let coefficients = self.0.iter().rev();
        Zeroizing::new(coefficients.fold(Scalar::ZERO, |value, next| value * x + next))
    }

    /// The coefficients times the base point.
    pub(super) fn commitments(&self) -> Vec<[u8; 32]> {
        let points = self.0.iter().map(RistrettoPoint::mul_base);
        points.map(|point| point.compress().to_bytes()).collect()
    }
}

/// What the dealer is bound to.
pub(super) struct Commitments(Vec<RistrettoPoint>);

impl Commitments {
    /// `None` where one is no point in its one encoding, or the identity: an honest dealer meets that once in 2²⁵².
    pub(super) fn parse(encoded: &[[u8; 32]]) -> Option<Self> {
        let points = encoded.iter().map(|bytes| {
            let point = CompressedRistretto(*bytes).decompress()?;
            (!point.is_identity()).then_some(point)
        });
        points.collect::<Option<_>>().map(Self)
    }

    /// Whether this is the share of that seat. The commitments are public, the share may still be secret.
    pub(super) fn hold(&self, x: SeatNumber, share: &Scalar) -> bool {
        let x = Scalar::from(x);
        let powers = std::iter::successors(Some(Scalar::ONE), |power| Some(power * x));
        let powers = powers.take(self.0.len()).collect::<Vec<_>>();
        RistrettoPoint::mul_base(share) == RistrettoPoint::vartime_multiscalar_mul(&powers, &self.0)
    }
}

/// A scalar in its one encoding.
pub(super) fn scalar(bytes: &[u8; 32]) -> Option<Scalar> {
    Scalar::from_canonical_bytes(*bytes).into_option()
}

/// The secret from shares of different seats that the commitments hold, at least k of them. By Lagrange at 0; which of
/// the shares are taken makes no difference, for f is one polynomial.
pub(super) fn recombine(shares: &[(SeatNumber, Scalar)]) -> Zeroizing<Scalar> {
    let mut secret = Zeroizing::new(Scalar::ZERO);
    for (x, share) in shares {
        let others = shares.iter().map(|(other, _)| other);
        let others = others.filter(|other| *other != x).map(|x| Scalar::from(*x));
        let x = Scalar::from(*x);
        let (above, below) = others.fold((Scalar::ONE, Scalar::ONE), |(above, below), other| {
            (above * other, below * (other - x))
        });
        *secret += share * above * below.invert();
    }
    secret
}
