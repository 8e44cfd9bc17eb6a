//! Known answers: the vectors of Certificate Transparency's implementations of RFC 6962, and what a few lines of Python that
//! follow the RFC's recursive definitions give for entries of eight bytes, the index.

use sha2::{Digest as _, Sha256};

use super::*;

#[test]
fn the_roots_of_certificate_transparency() {
    let leaves: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut builder = RootBuilder::new();
    for (leaf, root) in leaves.into_iter().zip(roots) {
        builder.push_entry(leaf);
        assert_eq!(hex(&builder.root().0), root);
    }
}

const ROOTS: [(u64, &str); 14] = [
    (
        0,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
    (
        1,
        "3e7077fd2f66d689e0cee6a7cf5b37bf2dca7c979af356d0a31cbc5c85605c7d",
    ),
    (
        2,
        "a7d91894b61fbf46378d88e3e1b1f7aef39532c504b484bd31551d15e0a09dff",
    ),
    (
        255,
        "bb3b9743e08118ea583ae77df04a1449a0601cde6f75146d79c2cab6366ce210",
    ),
    (
        256,
        "15e2dd4973ae44de8c8cf3048fd98d17adaaea6287f4e0606a55a643617408c0",
    ),
    (
        257,
        "d418c0873259bce7d0561ab004486112416c1c4490865415342bfe06e673146c",
    ),
    (
        511,
        "ef22c6a8301db392501febfa56e97580671b9bed4e1aa9fa195a2c7d907a82f9",
    ),
    (
        512,
        "3adf8fb25fc5a1fef35934e788cdacf7d39d6b613f801fe624c97fde2d159fae",
    ),
    (
        513,
        "1da4b32f0590868b064498657231f588d49d925bc9a0473cbed276f0ef32befd",
    ),
    (
        700,
        "741d0c5251403b2056d4bbad7cb312dd684c7572675d290f616d3d2fbd2f85a9",
    ),
    (
        65_535,
        "e7321cd57abf36c522d89e6d26bd9098a37b6a8b06b318976269e701f6d4802d",
    ),
    (
        65_536,
        "bc9bca909516d5bf148c2bf2dea0a0d9f717ce4987d2fe7504d6694363b41598",
    ),
    (
        65_537,
        "a901bb447a4b4c361cdf559658f27f24a8a3ebbc49257c472efe950932d4853a",
    ),
    (
        66_000,
        "0e2035e180b35763a35fe43c84439bab99ab48997cb4830485ed183f08e9bc16",
    ),
];

#[test]
fn the_roots_at_tile_boundaries() {
    let (disk, log) = (SimDisk::default(), Numbers::new(66_000));
    let tree = grown(&disk, &log);
    for (size, root) in ROOTS {
        assert_eq!(hex(&tree.root(size).unwrap().0), root, "{size}");
        assert_eq!(hex(&log.builder(size).root().0), root, "{size}");
    }
    let again = open(&disk, &log).unwrap();
    assert_eq!(again.size(), 66_000 / 256 * 256);
    again.catch_up().unwrap();
    assert_eq!(again.builder(), tree.builder());
}

/// The SHA-256 of a proof's hashes, one after the other.
fn digest(proof: &[Hash]) -> String {
    hex(&Sha256::digest(bytes(proof)))
}

#[test]
fn the_proofs_in_a_tree_of_700() {
    let tree = grown(&SimDisk::default(), &Numbers::new(700));
    for (index, len, expected) in [
        (
            0,
            10,
            "79b415affb8f853fbc8b866ef0ec1754d9935823a7ec85892f5d6dfb983addd5",
        ),
        (
            255,
            10,
            "c78861d5e82468019b46e875deb5c8a997f225d70813d149f0defca40a125c81",
        ),
        (
            256,
            10,
            "53160a1a8a63da961367ff031496b19c36b4ad3dbb7a0f084e919ab663961333",
        ),
        (
            511,
            10,
            "d8803c2ee9430af079d9b9871f1c15e06579d72ee37d0b585bd24af262d9cca3",
        ),
        (
            699,
            7,
            "bb2c53dc9c5e013b329c06178f97679911afda618e5b3b8d19b6ce2b5cb2e796",
        ),
    ] {
        let proof = tree.inclusion(index, 700).unwrap();
        assert_eq!((proof.len(), &*digest(&proof)), (len, expected), "{index}");
    }
    for (old, len, expected) in [
        (
            1,
            10,
            "79b415affb8f853fbc8b866ef0ec1754d9935823a7ec85892f5d6dfb983addd5",
        ),
        (
            255,
            11,
            "a3befe302320137db63d34564839ab349e4437de1d6f88108144de01c075c2e5",
        ),
        (
            256,
            2,
            "e27cb4b1520462d45d44a6972ec04a007f35c19693bcc62bc064ea9b84c35349",
        ),
        (
            257,
            11,
            "11d3081aca4be968e051158d4824e254acfb7933f3b1ddc828f2c45545122a94",
        ),
        (
            512,
            1,
            "5a9d58635e044df7c0089bbc4679f9b8e1f2d5b21f44c2c87cc99e682cb3fcf1",
        ),
        (
            699,
            8,
            "851cb3768e38f05d9d7f6315905bef7b07c3804e8c01a5f6124956681b1a84c6",
        ),
    ] {
        let proof = tree.consistency(old, 700).unwrap();
        assert_eq!((proof.len(), &*digest(&proof)), (len, expected), "{old}");
    }
}
