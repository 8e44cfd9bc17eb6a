//! Who buys, judges and reviews: the ministry and a health directorate in each governorate, their officers, directors and
//! committees. Members of an opening committee come from separate institutions, and hold a key each.

use sijill_ledger_core::domain::committee::{self, Committee, Formation, Purpose};
use sijill_ledger_core::domain::facility::Kind;
use sijill_ledger_core::domain::values::{
    Code, CommitteeId, DocumentNumber, FacilityId, Names, OfficialId, OrganizationId, ValueError,
};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::store::StreamName;

use crate::cli::demo::country::GOVERNORATES;
use crate::cli::demo::registry::MINISTRY;
use crate::cli::demo::world::{Post, World};

/// Who decides complaints.
pub const REVIEW: &str = "EG-REVIEW";
/// Who pays.
pub const TREASURY: &str = "EG-TREASURY";
/// Who audits.
pub const AUDIT: &str = "EG-AUDIT";
/// Most that a directorate's director may approve at once.
pub const DIRECTORATE_LIMIT_POUNDS: u64 = 20_000_000;
/// Members of the ministry's committees.
const OPENERS: usize = 5;
const EVALUATORS: usize = 3;

/// Who buys.
#[derive(Clone, Debug)]
pub struct Buyer {
    /// Its id.
    pub id: OrganizationId,
    /// What it is called.
    pub names: Names,
    /// Where it has goods delivered.
    pub facility: FacilityId,
    /// Plans, drafts and runs its tenders.
    pub officer: Actor,
    /// Approves.
    pub director: Actor,
    /// Opens bids.
    pub opening: Bench,
    /// Judges them.
    pub evaluation: Bench,
}

/// A committee with its members, in the order of their ids.
#[derive(Clone, Debug)]
pub struct Bench {
    /// Its id.
    pub id: CommitteeId,
    /// Its members.
    pub members: Vec<Actor>,
}

impl Bench {
    /// More than half of its members: the quorum, and as many open bids together.
    pub fn majority(&self) -> u8 {
        u8::try_from(self.members.len() / 2 + 1).unwrap_or(u8::MAX)
    }

    fn new(
        kind: &str,
        of: &str,
        members: impl IntoIterator<Item = Result<Actor, ValueError>>,
    ) -> Result<Self, ValueError> {
        let mut members: Vec<Actor> = members.into_iter().collect::<Result<_, _>>()?;
        members.sort_by_key(|member| member.id.to_string());
        Ok(Self {
            id: CommitteeId::new(&format!("{of}-{kind}"))?,
            members,
        })
    }

    fn formation(&self, purpose: Purpose, names: Names) -> Result<committee::Command, ValueError> {
        let members = self.members.iter().filter_map(official_id).cloned();
        Ok(committee::Command::Form(Formation {
            purpose,
            names,
            members: members.collect(),
            quorum: self.majority(),
            alternates: Vec::new(),
            decree: DocumentNumber::new(&format!("DEC/2023/{}", self.id))?,
        }))
    }
}

/// The official who an actor is.
pub const fn official_id(actor: &Actor) -> Option<&OfficialId> {
    match &actor.id {
        ActorId::Official(id) => Some(id),
        ActorId::Organization(_) | ActorId::System | ActorId::Key(_) => None,
    }
}

/// The ministry first, then a directorate in each governorate of the country.
pub fn buyers(world: &World) -> Result<Vec<Buyer>, ValueError> {
    let mut buyers = vec![ministry(world)?];
    for governorate in 0..GOVERNORATES.len() {
        let here = |site: &usize| world.sites[*site].governorate == governorate;
        let find = |kind: Kind| {
            let mut sites = (0..world.sites.len()).filter(here);
            sites.find(|site| world.sites[*site].profile.kind == kind)
        };
        let sites = [Kind::Warehouse, Kind::Hospital, Kind::Clinic].map(find);
        if let [Some(warehouse), Some(hospital), Some(clinic)] = sites {
            let sites = [warehouse, hospital, clinic];
            buyers.push(directorate(world, governorate, sites)?);
        }
    }
    Ok(buyers)
}

fn ministry(world: &World) -> Result<Buyer, ValueError> {
    let member = |kind: &str, number: usize| {
        official(&format!("EGO-{kind}{number:02}"), Role::CommitteeMember)
    };
    Ok(Buyer {
        id: OrganizationId::new(MINISTRY)?,
        names: Names::new("وزارة الصحة والسكان", "Ministry of Health and Population")?,
        facility: world.sites[0].id.clone(),
        officer: world.actor(0, Post::Officer)?,
        director: world.actor(0, Post::Director)?,
        opening: Bench::new("OPENING", MINISTRY, (1..=OPENERS).map(|n| member("OPN", n)))?,
        evaluation: Bench::new(
            "EVALUATION",
            MINISTRY,
            (1..=EVALUATORS).map(|n| member("EVL", n)),
        )?,
    })
}

/// Keepers of the warehouse, a hospital and a clinic open bids; their approvers judge them.
fn directorate(world: &World, governorate: usize, sites: [usize; 3]) -> Result<Buyer, ValueError> {
    let place = &GOVERNORATES[governorate];
    let (code, ar, en) = (place.code, place.ar, place.en);
    let id = format!("{code}-HD");
    let member = |site: usize, post: Post| {
        let actor = world.actor(site, post)?;
        let role = Role::CommitteeMember;
        Ok(Actor { role, ..actor })
    };
    let bench = |kind, post| Bench::new(kind, &id, sites.map(|site| member(site, post)));
    Ok(Buyer {
        id: OrganizationId::new(&id)?,
        names: Names::new(
            &format!("مديرية الشؤون الصحية في {ar}"),
            &format!("{en} Health Directorate"),
        )?,
        facility: world.sites[sites[0]].id.clone(),
        officer: official(&format!("EGO-{code}-PRC"), Role::ProcurementOfficer)?,
        director: official(&format!("EGO-{code}-DIR"), Role::Approver)?,
        opening: bench("OPENING", Post::Keeper)?,
        evaluation: bench("EVALUATION", Post::Approver)?,
    })
}

/// An official, whose post is named after the id.
pub fn official(id: &str, role: Role) -> Result<Actor, ValueError> {
    Ok(Actor {
        id: ActorId::Official(OfficialId::new(id)?),
        role,
        position: Some(Code::new(&format!("{id}-post"))?),
    })
}

/// Who decides complaints.
pub fn reviewer() -> Result<Actor, ValueError> {
    official("EGO-REV01", Role::ReviewBody)
}

/// The two registrars who enrol opening keys.
pub fn registrars() -> Result<[Actor; 2], ValueError> {
    let registrar = |id| official(id, Role::Registrar);
    Ok([registrar("EGO-REG01")?, registrar("EGO-REG02")?])
}

/// Officials who have no post yet when the stores have theirs: the official, and the organisation of the post.
pub fn new_officials(buyers: &[Buyer]) -> Result<Vec<(Actor, OrganizationId)>, ValueError> {
    let mut all = vec![(reviewer()?, OrganizationId::new(REVIEW)?)];
    let Some((ministry, directorates)) = buyers.split_first() else {
        return Ok(all);
    };
    let houses = [
        ministry.id.clone(),
        OrganizationId::new(AUDIT)?,
        OrganizationId::new(TREASURY)?,
    ];
    let houses = houses
        .into_iter()
        .chain(directorates.iter().map(|it| it.id.clone()));
    all.extend(ministry.opening.members.iter().cloned().zip(houses));
    let evaluators = ministry.evaluation.members.iter().cloned();
    all.extend(evaluators.map(|member| (member, ministry.id.clone())));
    for directorate in directorates {
        all.push((directorate.officer.clone(), directorate.id.clone()));
        all.push((directorate.director.clone(), directorate.id.clone()));
    }
    Ok(all)
}

/// The committees of all buyers.
pub fn committees(buyers: &[Buyer]) -> Result<Vec<(StreamName, committee::Command)>, ValueError> {
    let mut all = Vec::new();
    for Buyer {
        names,
        opening,
        evaluation,
        ..
    } in buyers
    {
        let named = |ar: &str, en: &str| {
            Names::new(
                &format!("{ar}، {}", names.ar),
                &format!("{en}, {}", names.en),
            )
        };
        let forms = named("لجنة فتح المظاريف", "Opening committee")?;
        let form = opening.formation(Purpose::Opening, forms)?;
        all.push((Committee::stream(&opening.id), form));
        let forms = named("لجنة البت", "Evaluation committee")?;
        let form = evaluation.formation(Purpose::Evaluation, forms)?;
        all.push((Committee::stream(&evaluation.id), form));
    }
    Ok(all)
}
