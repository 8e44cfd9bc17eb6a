//! Fields of bytes, as they are serialised: said to be bytes wherever a format is for people, so that whoever prints JSON can write
//! them as text. In the canonical JSON of hashed commands they stay arrays of numbers, and in snapshots what they were.

use serde::{Serialize, Serializer};

/// A field of bytes, for `#[serde(serialize_with)]`.
pub fn octets<T, S>(bytes: &T, serializer: S) -> Result<S::Ok, S::Error>
where
    T: AsRef<[u8]> + Serialize,
    S: Serializer,
{
    if serializer.is_human_readable() {
        serializer.serialize_bytes(bytes.as_ref())
    } else {
        bytes.serialize(serializer)
    }
}

/// The same where there may be none.
#[allow(clippy::ref_option)] // as serde calls it
pub fn optional_octets<T, S>(bytes: &Option<T>, serializer: S) -> Result<S::Ok, S::Error>
where
    T: AsRef<[u8]> + Serialize,
    S: Serializer,
{
    struct Octets<'a, T>(&'a T);

    impl<T: AsRef<[u8]> + Serialize> Serialize for Octets<'_, T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            octets(self.0, serializer)
        }
    }

    bytes.as_ref().map(Octets).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::ser::Formatter;

    use super::*;

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct Sample {
        #[serde(serialize_with = "octets")]
        list: Vec<u8>,
        #[serde(serialize_with = "octets")]
        array: [u8; 2],
        #[serde(serialize_with = "optional_octets")]
        some: Option<[u8; 2]>,
        #[serde(serialize_with = "optional_octets")]
        none: Option<[u8; 2]>,
    }

    fn sample() -> Sample {
        Sample {
            list: vec![1, 2, 3],
            array: [4, 5],
            some: Some([6, 7]),
            none: None,
        }
    }

    /// As it was before the fields were said to be bytes: hashes of commands and snapshots rest on it.
    #[test]
    fn hashed_json_and_snapshots_are_what_they_were() {
        let json = serde_json::to_string(&sample()).unwrap();
        let expected = r#"{"list":[1,2,3],"array":[4,5],"some":[6,7],"none":null}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<Sample>(&json).unwrap(), sample());
        let snapshot = postcard::to_stdvec(&sample()).unwrap();
        assert_eq!(snapshot, [3, 1, 2, 3, 4, 5, 1, 6, 7, 0]);
        assert_eq!(postcard::from_bytes::<Sample>(&snapshot).unwrap(), sample());
    }

    #[test]
    fn who_prints_json_may_write_them_as_text() {
        struct AsText;
        impl Formatter for AsText {
            fn write_byte_array<W: ?Sized + std::io::Write>(
                &mut self,
                writer: &mut W,
                bytes: &[u8],
            ) -> std::io::Result<()> {
                write!(writer, "\"{} bytes\"", bytes.len())
            }
        }
        let mut text = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut text, AsText);
        sample().serialize(&mut serializer).unwrap();
        let expected = r#"{"list":"3 bytes","array":"2 bytes","some":"2 bytes","none":null}"#;
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
