//! What an event can name, and under which number the postings know it.

use std::fmt;

use sijill_ledger_core::domain::values::{ValueError, legal};

/// Kinds of things that events name. The numbers go into fingerprints: a changed one is a new version of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum EntityKind {
    /// A store, hospital, clinic, school or office, its stock ledger included.
    Facility = 1,
    /// An item of the catalogue.
    Item = 2,
    /// A batch of an item: `item/batch`.
    Batch = 3,
    /// A procuring entity, supplier or oversight body.
    Organization = 4,
    /// An official.
    Official = 5,
    /// A post that officials hold, such as `EG-MOH-CAI-storekeeper`.
    Post = 6,
    /// A committee.
    Committee = 7,
    /// An order to a supplier.
    Order = 8,
    /// A contract that orders cite.
    Contract = 9,
    /// A transfer between two stores.
    Transfer = 10,
    /// A request of one facility for goods from another.
    Requisition = 11,
    /// A contracting process of another system, by its ocid as published.
    Process = 12,
    /// A ruleset.
    Ruleset = 13,
    /// A reservation of one store: `facility/reservation`.
    Reservation = 14,
    /// A count of one store: `facility/count`.
    Count = 15,
    /// A number printed on a document; different documents may bear the same.
    Document = 16,
    /// A policy of the ledger, by its name.
    Policy = 17,
    /// The import of history.
    Migration = 18,
    /// An event whose withheld parts were published or erased, by its id.
    Event = 19,
    /// A tender of this ledger.
    Tender = 20,
    /// A plan of needs.
    Plan = 21,
    /// A sealed envelope: named by its tender once bidding is closed.
    Envelope = 22,
    /// A guarantee for a bid or a contract.
    Security = 23,
    /// A firm's application to be registered: the id is that of the organisation that comes of it.
    Application = 24,
    /// A list of qualified suppliers.
    Qualification = 25,
}

impl EntityKind {
    /// All kinds.
    pub const ALL: [Self; 25] = [
        Self::Facility,
        Self::Item,
        Self::Batch,
        Self::Organization,
        Self::Official,
        Self::Post,
        Self::Committee,
        Self::Order,
        Self::Contract,
        Self::Transfer,
        Self::Requisition,
        Self::Process,
        Self::Ruleset,
        Self::Reservation,
        Self::Count,
        Self::Document,
        Self::Policy,
        Self::Migration,
        Self::Event,
        Self::Tender,
        Self::Plan,
        Self::Envelope,
        Self::Security,
        Self::Application,
        Self::Qualification,
    ];

    /// Its stable key, such as `facility`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Facility => "facility",
            Self::Item => "item",
            Self::Batch => "batch",
            Self::Organization => "organization",
            Self::Official => "official",
            Self::Post => "post",
            Self::Committee => "committee",
            Self::Order => "order",
            Self::Contract => "contract",
            Self::Transfer => "transfer",
            Self::Requisition => "requisition",
            Self::Process => "process",
            Self::Ruleset => "ruleset",
            Self::Reservation => "reservation",
            Self::Count => "count",
            Self::Document => "document",
            Self::Policy => "policy",
            Self::Migration => "migration",
            Self::Event => "event",
            Self::Tender => "tender",
            Self::Plan => "plan",
            Self::Envelope => "envelope",
            Self::Security => "security",
            Self::Application => "application",
            Self::Qualification => "qualification",
        }
    }

    /// Whether a name of this kind is only unique within another: `item/batch`, `facility/count`.
    pub const fn is_scoped(self) -> bool {
        matches!(self, Self::Batch | Self::Reservation | Self::Count)
    }

    /// The kind of thing that a stream of this kind is about; `None` where the stream's id does not name it.
    pub fn of_stream(kind: &str) -> Option<Self> {
        Some(match kind {
            "facility" | "stock" => Self::Facility,
            "item" => Self::Item,
            "organization" => Self::Organization,
            "official" => Self::Official,
            "committee" => Self::Committee,
            "order" => Self::Order,
            // A framework agreement is the contract that its orders cite.
            "framework" => Self::Contract,
            "transfer" => Self::Transfer,
            "requisition" => Self::Requisition,
            "ruleset" => Self::Ruleset,
            "reaction" => Self::Policy,
            "migration" => Self::Migration,
            "disclosure" => Self::Event,
            "tender" => Self::Tender,
            "plan" => Self::Plan,
            "envelope" => Self::Envelope,
            "security" => Self::Security,
            "application" => Self::Application,
            "qualification" => Self::Qualification,
            // A stream id of a process may be escaped; its events carry the ocid as published.
            _ => return None,
        })
    }
}

/// A thing that events name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<'a> {
    /// What it is.
    pub kind: EntityKind,
    /// What its id is unique within, for the kinds that [are scoped](EntityKind::is_scoped).
    pub scope: Option<&'a str>,
    /// Its id.
    pub id: &'a str,
}

/// The same, owned: what is asked about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entity {
    kind: EntityKind,
    scope: Option<String>,
    id: String,
}

impl Entity {
    /// Parses a name; scoped kinds are written `scope/id`, and the scope holds no slash.
    pub fn new(kind: EntityKind, name: &str) -> Result<Self, ValueError> {
        let illegal = |rule| ValueError::new("name of an entity", name, rule);
        let (scope, id) = if kind.is_scoped() {
            let rule = legal(
                "جزآن بينهما شرطة مائلة مثل item/batch أو facility/count",
                "two parts with a slash between them, such as item/batch or facility/count",
            );
            let (scope, id) = name.split_once('/').ok_or_else(|| illegal(rule))?;
            (Some(scope.to_owned()), id)
        } else {
            (None, name)
        };
        let named = |text: &str| (1..=500).contains(&text.len());
        if named(id) && scope.as_deref().is_none_or(named) {
            let id = id.to_owned();
            Ok(Self { kind, scope, id })
        } else {
            Err(illegal(legal("من 1 إلى 500 حرف", "1 to 500 characters")))
        }
    }

    /// A name from its parts; a scope is given for the kinds that [are scoped](EntityKind::is_scoped), and for no other.
    pub fn scoped(kind: EntityKind, scope: &str, id: &str) -> Result<Self, ValueError> {
        if kind.is_scoped() {
            Self::new(kind, &format!("{scope}/{id}"))
        } else if scope.is_empty() {
            Self::new(kind, id)
        } else {
            let rule = legal(
                "لا شيء: أسماء هذا النوع فريدة بذاتها",
                "none: names of this kind are unique by themselves",
            );
            Err(ValueError::new("scope of an entity", scope, rule))
        }
    }

    /// The name as events bear it.
    pub fn name(&self) -> Name<'_> {
        Name {
            kind: self.kind,
            scope: self.scope.as_deref(),
            id: &self.id,
        }
    }
}

/// `id` or `scope/id`.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            Some(scope) => write!(f, "{scope}/{}", self.id),
            None => f.write_str(self.id),
        }
    }
}

/// How an event concerns a thing. The numbers go into fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Part {
    /// The event is of the thing's own stream; a facility's stock ledger is its own too.
    Own = 1,
    /// The event names it, or is of an order, transfer, requisition, plan, tender or security to which it is a party.
    Named = 2,
    /// It acted: the official, organisation, post or policy behind the event.
    Acted = 3,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Own, Self::Named, Self::Acted];
}

/// The number under which the postings keep a name: 64 bits, so that a number on paper that occurs once does not cost its
/// text. Two names may share one (about once in 10⁸ logs of a million names), so whoever reads the events asks
/// each whether it [names](super::Audit::parts_of) what was asked for.
///
/// FNV-1a over part, kind, scope, a slash and id, then mixed once so that short texts fill all bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Fingerprint(pub u64);

impl Fingerprint {
    /// Of a name that an event concerns in one way.
    pub fn of(name: &Name<'_>, part: Part) -> Self {
        let hash = Fnv::START
            .bytes(&[part as u8, name.kind as u8])
            .bytes(name.scope.unwrap_or_default().as_bytes())
            .bytes(b"/")
            .bytes(name.id.as_bytes());
        hash.mixed()
    }

    /// Of texts that together name something else; `domain` is above every [`Part`].
    pub fn of_texts(domain: u8, texts: &[&str]) -> Self {
        let start = Fnv::START.bytes(&[domain]);
        let hash = texts
            .iter()
            .fold(start, |hash, text| hash.bytes(text.as_bytes()).bytes(b"/"));
        hash.mixed()
    }
}

#[derive(Clone, Copy)]
struct Fnv(u64);

impl Fnv {
    const START: Self = Self(0xcbf2_9ce4_8422_2325);

    fn bytes(self, bytes: &[u8]) -> Self {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.iter().fold(self.0, step))
    }

    fn mixed(self) -> Fingerprint {
        let hash = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        Fingerprint(hash ^ (hash >> 33))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_shown() {
        let batch = Entity::new(EntityKind::Batch, "AMOX/LOT 7/2").unwrap();
        assert_eq!(
            (batch.name().scope, batch.name().id),
            (Some("AMOX"), "LOT 7/2")
        );
        assert_eq!(batch.name().to_string(), "AMOX/LOT 7/2");
        assert!(Entity::new(EntityKind::Count, "C1").is_err());
        assert!(Entity::new(EntityKind::Item, "").is_err());
        assert!(Entity::new(EntityKind::Batch, "/B").is_err());
        for kind in EntityKind::ALL {
            assert_eq!(
                EntityKind::ALL
                    .iter()
                    .filter(|k| k.key() == kind.key())
                    .count(),
                1
            );
        }
    }

    #[test]
    fn kind_part_and_scope_tell_fingerprints_apart() {
        let fingerprint = |kind, name: &str, part| {
            Fingerprint::of(&Entity::new(kind, name).unwrap().name(), part)
        };
        let all = [
            fingerprint(EntityKind::Item, "A", Part::Named),
            fingerprint(EntityKind::Item, "A", Part::Own),
            fingerprint(EntityKind::Facility, "A", Part::Named),
            fingerprint(EntityKind::Count, "A/B", Part::Named),
            fingerprint(EntityKind::Reservation, "A/B", Part::Named),
            Fingerprint::of_texts(9, &["A"]),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
