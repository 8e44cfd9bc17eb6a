//! Commands that grew fields: those that came later are left out of JSON where they are absent.
//!
//! Command hashes are made from JSON (`ledger/IDS.md`), so older commands keep theirs. In snapshots, which have no names,
//! every field is there.

/// A field that came later than its struct.
pub(super) trait Later {
    /// Whether it says nothing, as in all that was asked before there was such a field.
    fn is_absent(&self) -> bool;
}

impl<T> Later for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T> Later for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// `Serialize` for a struct: the fields it began with; after the semicolon those that came later. Reading needs
/// `#[serde(default)]` on a later field that is no `Option`.
macro_rules! grown {
    ($type:ident { $($field:ident),* $(,)? ; $($later:ident),* $(,)? }) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct as _;
                use $crate::domain::grown::Later as _;
                let all = !serializer.is_human_readable();
                let fields = [$(stringify!($field),)* $(stringify!($later)),*].len();
                let mut written = serializer.serialize_struct(stringify!($type), fields)?;
                $(written.serialize_field(stringify!($field), &self.$field)?;)*
                $(if all || !self.$later.is_absent() {
                    written.serialize_field(stringify!($later), &self.$later)?;
                })*
                written.end()
            }
        }
    };
}
pub(super) use grown;
