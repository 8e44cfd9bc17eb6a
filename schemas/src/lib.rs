//! Wire types of Sijill: stored events and served messages. No logic.
//!
//! What is here: one module per protobuf package, generated from `proto/` when the crate is built, and the descriptors of all
//! of them. What is deliberately not: conversions and checks (they live in `ledger-core/src/codec`), and anything that a
//! wire type could do besides holding what was read.
//!
//! How messages may change, and the index of event kinds: `README.md` beside this crate.

/// Values that messages share.
pub mod types {
    /// Version 1.
    pub mod v1 {
        // Written by prost-build, not by us: names and comments come from the schema.
        #![allow(missing_docs, clippy::pedantic)]
        include!(concat!(env!("OUT_DIR"), "/sijill.types.v1.rs"));
    }
}

/// Questions about who did what.
pub mod audit {
    /// Version 1.
    pub mod v1 {
        // Written by prost-build, not by us: names and comments come from the schema.
        #![allow(missing_docs, clippy::pedantic)]
        include!(concat!(env!("OUT_DIR"), "/sijill.audit.v1.rs"));
    }
}

/// Served: documents that events name.
pub mod documents {
    /// Version 1.
    pub mod v1 {
        // Written by prost-build, not by us: names and comments come from the schema.
        #![allow(missing_docs, clippy::pedantic)]
        include!(concat!(env!("OUT_DIR"), "/sijill.documents.v1.rs"));
    }
}

/// Stored events: the message's full name is the event type.
pub mod events {
    /// Version 1.
    pub mod v1 {
        // Written by prost-build, not by us: names and comments come from the schema.
        #![allow(missing_docs, clippy::pedantic)]
        include!(concat!(env!("OUT_DIR"), "/sijill.events.v1.rs"));
    }
}

/// Served: questions to the views.
pub mod oversight {
    /// Version 1.
    pub mod v1 {
        // Written by prost-build, not by us: names and comments come from the schema.
        #![allow(missing_docs, clippy::pedantic)]
        include!(concat!(env!("OUT_DIR"), "/sijill.oversight.v1.rs"));
    }
}

/// Served: commands to the registers.
pub mod registry {
    /// Version 1.
    pub mod v1 {
        // Written by prost-build, not by us: names and comments come from the schema; commands are as long as their forms.
        #![allow(missing_docs, clippy::pedantic, clippy::large_enum_variant)]
        include!(concat!(env!("OUT_DIR"), "/sijill.registry.v1.rs"));
    }
}

/// Served: commands about purchases.
pub mod procurement {
    /// Version 1.
    pub mod v1 {
        // Written by prost-build, not by us: names and comments come from the schema.
        #![allow(missing_docs, clippy::pedantic)]
        include!(concat!(env!("OUT_DIR"), "/sijill.procurement.v1.rs"));
    }
}

/// Served: commands to stores.
pub mod inventory {
    /// Version 1.
    pub mod v1 {
        // Written by prost-build, not by us: names and comments come from the schema.
        #![allow(missing_docs, clippy::pedantic)]
        include!(concat!(env!("OUT_DIR"), "/sijill.inventory.v1.rs"));
    }
}

/// Descriptors of all packages: an encoded `google.protobuf.FileDescriptorSet`, imports included.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sijill.bin"));
