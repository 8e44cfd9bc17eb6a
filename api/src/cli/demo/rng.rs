//! The demo's dice: small, seeded, the same on every machine.

/// `SplitMix64` (Steele, Lea, Flood 2014): one 64-bit state, one output per step. Not for secrets.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator that always gives the same sequence for the same seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included; `low` when they are reversed.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1);
        // The bias of the remainder is below 2^-40 for the small spans of the demo.
        low + self.next() % span
    }

    /// True in so many cases of a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.between(1, 100) <= chance
    }

    /// True in so many cases of a thousand.
    pub fn permille(&mut self, chance: u64) -> bool {
        self.between(1, 1_000) <= chance
    }

    /// A figure moved by at most so many hundredths of itself.
    pub fn about(&mut self, figure: u64, spread_percent: u64) -> u64 {
        let low = 100_u64.saturating_sub(spread_percent);
        let factor = self.between(low, 100 + spread_percent);
        figure.saturating_mul(factor) / 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs for seed 1234567, as published with the algorithm's reference implementation.
    #[test]
    fn gives_the_published_sequence() {
        let mut rng = Rng::new(1_234_567);
        let first = [rng.next(), rng.next(), rng.next()];
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(first, published);
    }

    #[test]
    fn stays_within_bounds() {
        let mut rng = Rng::new(7);
        for _ in 0..1_000 {
            assert!((3..=9).contains(&rng.between(3, 9)));
            assert!((80..=120).contains(&rng.about(100, 20)));
        }
        assert_eq!(rng.between(5, 5), 5);
    }
}
