//! What nobody may read yet, and how it is found in whatever comes out.
//!
//! A secret is looked for as its bytes, in hexadecimal of both cases, in base64 (standard and URL alphabets, at the three places
//! where it may begin within a group), as text also with JSON's escapes and percent-encoded, and amounts as decimals, with and
//! without their point, and as protobuf's varints. Not looked for: compressed or encrypted forms, and anything shorter than
//! [`KEY_BYTES`], which would be found by chance.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shortest form that is looked for.
pub const KEY_BYTES: usize = 6;

/// A secret in all its forms.
#[derive(Clone, Debug)]
pub struct Secret {
    /// What it is called where it is found: never the secret itself.
    pub name: String,
    forms: BTreeSet<Vec<u8>>,
}

impl Secret {
    /// Bytes, such as a key.
    pub fn bytes(name: impl Into<String>, bytes: &[u8]) -> Self {
        let mut forms = BTreeSet::from([bytes.to_vec()]);
        let (mut lower, mut upper) = (String::new(), String::new());
        for byte in bytes {
            write!(lower, "{byte:02x}").unwrap();
            write!(upper, "{byte:02X}").unwrap();
        }
        forms.extend([lower.into_bytes(), upper.into_bytes()]);
        for before in 0..3 {
            let shifted = [&vec![0; before][..], bytes].concat();
            let whole = shifted.len() * 8 / 6;
            for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                let text = engine.encode(&shifted);
                // Characters that the bytes around it have no part in.
                forms.insert(text.as_bytes()[(before * 8).div_ceil(6)..whole].to_vec());
            }
        }
        forms.retain(|form| form.len() >= KEY_BYTES);
        let name = name.into();
        Self { name, forms }
    }

    /// Text.
    pub fn text(name: impl Into<String>, text: &str) -> Self {
        let mut secret = Self::bytes(name, text.as_bytes());
        let (mut escaped, mut percent) = (String::new(), String::new());
        for unit in text.encode_utf16() {
            match u8::try_from(unit) {
                Ok(ascii) if ascii.is_ascii() => escaped.push(char::from(ascii)),
                Ok(_) | Err(_) => write!(escaped, "\\u{unit:04x}").unwrap(),
            }
        }
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                percent.push(char::from(byte));
            } else {
                write!(percent, "%{byte:02X}").unwrap();
            }
        }
        secret.also([escaped.into_bytes(), percent.into_bytes()]);
        secret
    }

    /// So many units of 10⁻ˢᶜᵃˡᵉ.
    pub fn amount(name: impl Into<String>, units: i64, scale: usize) -> Self {
        let digits = units.to_string();
        let (whole, part) = digits.split_at(digits.len() - scale);
        let mut secret = Self::text(name, &digits);
        secret.also([
            format!("{whole}.{part}").into_bytes(),
            varint(units.unsigned_abs()),
            varint(units.unsigned_abs() << 1),
            units.to_be_bytes().to_vec(),
        ]);
        secret
    }

    fn also(&mut self, forms: impl IntoIterator<Item = Vec<u8>>) {
        self.forms.extend(forms);
        self.forms.retain(|form| form.len() >= KEY_BYTES);
    }
}

fn varint(value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    prost::encoding::encode_varint(value, &mut bytes);
    bytes
}

/// How often what was found, by the names of secrets.
pub type Found = BTreeMap<String, usize>;

/// Looks for many secrets at once.
pub struct Finder<'a> {
    by_beginning: HashMap<[u8; KEY_BYTES], Vec<(&'a str, &'a [u8])>>,
    /// Which first two bytes there are: most places are passed over at once.
    begins: Vec<bool>,
}

impl<'a> Finder<'a> {
    /// For these.
    pub fn new(secrets: &'a [Secret]) -> Self {
        let mut by_beginning: HashMap<_, Vec<(&str, &[u8])>> = HashMap::new();
        let mut begins = vec![false; 1 << 16];
        for secret in secrets {
            assert!(!secret.forms.is_empty(), "{} is too short", secret.name);
            for form in &secret.forms {
                let beginning = *form.first_chunk().unwrap();
                begins[usize::from(u16::from_be_bytes([form[0], form[1]]))] = true;
                let same = by_beginning.entry(beginning).or_default();
                same.push((&secret.name, form));
            }
        }
        Self {
            by_beginning,
            begins,
        }
    }

    /// What stands in there, and how often.
    pub fn find(&self, bytes: &[u8]) -> Found {
        let mut found = Found::new();
        let mut last = 0;
        // A plain loop: there is much to look through, and tests are not optimised.
        for (end, byte) in bytes.iter().enumerate() {
            let two = usize::from(last) << 8 | usize::from(*byte);
            last = *byte;
            if self.begins[two] && end > 0 {
                self.look(&bytes[end - 1..], &mut found);
            }
        }
        found
    }

    /// What begins here.
    fn look(&self, bytes: &[u8], found: &mut Found) {
        let forms = bytes.first_chunk().map(|at| self.by_beginning.get(at));
        for (name, form) in forms.flatten().into_iter().flatten() {
            if bytes.starts_with(form) {
                *found.entry((*name).to_owned()).or_default() += 1;
            }
        }
    }
}

/// Every form of every kind of secret is found where it is leaked on purpose, and nothing where it is not.
#[test]
fn what_is_leaked_is_found() {
    let price = 73_185_294_137;
    let secrets = [
        Secret::bytes("key", &[0xA7; 32]),
        Secret::text("bidder", "شركة الزيتون / Zaitouna"),
        Secret::amount("price", price, 1),
    ];
    let finder = Finder::new(&secrets);
    let noise = "a price of 7318529413.9, key a7a7, شركة الزيتون, Zaitouna";
    assert_eq!(finder.find(noise.as_bytes()), Found::new());
    for secret in &secrets {
        for form in &secret.forms {
            let leak = [b"before ", &form[..], b" after"].concat();
            assert!(finder.find(&leak).contains_key(&secret.name));
        }
    }
    let leaks = [
        ("key", format!("{:?}", "a7".repeat(32))),
        ("key", STANDARD_NO_PAD.encode([&[1][..], &[0xA7; 32], &[2]].concat())),
        ("key", URL_SAFE_NO_PAD.encode([&[1, 2][..], &[0xA7; 32]].concat())),
        ("bidder", serde_json::json!({"who": "شركة الزيتون / Zaitouna"}).to_string()),
        ("bidder", "/x?%D8%B4%D8%B1%D9%83%D8%A9%20%D8%A7%D9%84%D8%B2%D9%8A%D8%AA%D9%88%D9%86%20%2F%20Zaitouna".to_owned()),
        ("bidder", r"\u0634\u0631\u0643\u0629 \u0627\u0644\u0632\u064a\u062a\u0648\u0646 / Zaitouna".to_owned()),
        ("price", "7318529413.7 EGP".to_owned()),
    ];
    for (name, leak) in leaks {
        assert!(finder.find(leak.as_bytes()).contains_key(name), "{leak}");
    }
    let decimal = sijill_schemas::types::v1::Decimal {
        units: price,
        scale: 1,
    };
    let message = prost::Message::encode_to_vec(&decimal);
    assert!(finder.find(&message).contains_key("price"));
}
