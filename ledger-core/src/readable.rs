//! Values that are text where people read (JSON) and a number or bytes where programs do (postcard): the second form is
//! hashed and kept in snapshots, so it never changes.

/// Serialises a type by its `Display` in formats for people, and as `$stored` elsewhere; reads both back.
macro_rules! readable {
    ($name:ident as $stored:ty, parse: $parse:expr, store: $store:expr, restore: $restore:expr $(,)?) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    return serializer.collect_str(self);
                }
                let stored: $stored = $store(*self);
                serde::Serialize::serialize(&stored, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                if deserializer.is_human_readable() {
                    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                    return $parse(&text).map_err(D::Error::custom);
                }
                let stored = <$stored>::deserialize(deserializer)?;
                $restore(stored).map_err(D::Error::custom)
            }
        }
    };
}
pub(crate) use readable;
