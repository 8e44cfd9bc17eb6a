//! `SearchTenders`.

use std::time::Instant;

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{EffectiveAt, OrganizationId};
use sijill_projections::tenders::search::hits::{Facets, Hits};
use sijill_projections::tenders::search::query::{Order as By, Query};
use sijill_projections::tenders::{Tenders, World};
use sijill_projections::{View as _, Views};
use sijill_schemas::types::v1 as types;
use tonic::{Request, Response, Status};

use super::{filter, found, pb};
use crate::grpc::question::desk::Effort;
use crate::grpc::question::list::{Lists, Page, Question, Rows};
use crate::grpc::question::listing::Listing;
use crate::grpc::question::page::{Order, Orders};
use crate::grpc::tenders::wire;

/// Tenders among which a search takes about a millisecond.
const SHORT_MAX: usize = 5_000;
/// Most buyers and governorates that are counted apart in an answer.
const COUNTS_MAX: usize = 100;

/// Answers `SearchTenders`.
pub async fn answer(
    lists: &Lists,
    request: Request<pb::SearchTendersRequest>,
) -> Result<Response<pb::SearchTendersResponse>, Status> {
    let begun = Instant::now();
    let mut response = lists.answer(request).await?;
    let took = u64::try_from(begun.elapsed().as_micros());
    response.get_mut().server_micros = took.unwrap_or(u64::MAX);
    Ok(response)
}

/// What was found, with the counts of all of it.
pub struct Found {
    hits: Hits,
    facets: pb::TenderFacets,
}

/// What tenders can be sorted by.
#[derive(Clone, Copy)]
pub enum Field {
    Published,
    Closes,
}

impl Question for pb::SearchTendersRequest {
    type Asked = Query;
    type List = Found;
    type Answer = pb::SearchTendersResponse;

    const ORDERS: Orders<Field> = &[("published", Field::Published), ("closes", Field::Closes)];

    fn take(&mut self) -> (Option<types::QueryContext>, Option<types::Page>) {
        (self.context.take(), self.page.take())
    }

    fn read(&self) -> Result<Query, Status> {
        filter::read(self.filter.as_ref())
    }

    fn effort(_asked: &Query, views: &Views) -> Effort {
        Effort::of(views.tenders.search().count(), SHORT_MAX)
    }

    fn rows(asked: &Query, views: &Views, at: EffectiveAt) -> Result<Rows<Found>, EncodeError> {
        let mut hits = views.tenders.search().find(asked, at.at());
        if !asked.words.is_empty() {
            hits.sort(By::Relevance);
        }
        let facets = facets(&hits.facets, views.tenders.world())?;
        Ok(Rows {
            rows: Found { hits, facets },
            definition: Tenders::VERSION,
            ruleset: views.tenders.world().ruleset(),
            parameters: None,
        })
    }

    fn answer(page: Page<pb::FoundTender>) -> Self::Answer {
        pb::SearchTendersResponse {
            context: Some(page.context),
            rows: page.rows,
            next_page_token: page.next_page_token,
            total_size: page.total_size,
            facets: None,
            server_micros: 0,
        }
    }

    fn sum_up(list: &Found, answer: &mut Self::Answer) {
        answer.facets = Some(list.facets.clone());
    }
}

impl Listing for Found {
    type Row = pb::FoundTender;
    type Sort = Field;

    fn row_count(&self) -> usize {
        self.hits.len()
    }

    fn bytes(&self) -> usize {
        self.hits.bytes()
    }

    fn sort(&mut self, order: &Order<Field>, _views: &Views) {
        self.hits.sort(match (order.by(), order.is_descending()) {
            (Field::Published, true) => By::Newest,
            (Field::Published, false) => By::Oldest,
            (Field::Closes, true) => By::ClosingLast,
            (Field::Closes, false) => By::ClosingSoonest,
        });
    }

    fn row(&self, place: usize, views: &Views) -> Result<Option<pb::FoundTender>, EncodeError> {
        let world = views.tenders.world();
        let hit = self.hits.get(place);
        hit.map(|hit| found::tender(&hit.entry, hit.points, self.hits.at, world))
            .transpose()
    }
}

fn facets(facets: &Facets, world: &World) -> Result<pb::TenderFacets, EncodeError> {
    let buyer = |(id, count): &(OrganizationId, u32)| {
        Ok(pb::FacetCount {
            value: id.to_string(),
            names: wire::organization(world, id)?,
            count: *count,
        })
    };
    let plain = |value: String, count: u32| pb::FacetCount {
        value,
        names: None,
        count,
    };
    let buyers = facets.buyers.iter().take(COUNTS_MAX).map(buyer);
    let governorates = facets.governorates.iter().take(COUNTS_MAX);
    let procedures = facets.procedures.iter().map(|(procedure, count)| {
        Ok(pb::ProcedureCount {
            procedure: write(procedure)?,
            count: *count,
        })
    });
    let phases = facets.phases.iter().map(|(phase, count)| pb::PhaseCount {
        phase: found::phase(*phase).into(),
        count: *count,
    });
    let categories = facets.categories.iter().map(|(category, count)| {
        Ok(pb::CategoryCount {
            category: write(category)?,
            count: *count,
        })
    });
    Ok(pb::TenderFacets {
        buyers: buyers.collect::<Result<_, _>>()?,
        procedures: procedures.collect::<Result<_, _>>()?,
        phases: phases.collect(),
        categories: categories.collect::<Result<_, _>>()?,
        governorates: governorates
            .map(|(place, count)| plain(place.to_string(), *count))
            .collect(),
        years: facets
            .years
            .iter()
            .map(|(year, count)| plain(year.to_string(), *count))
            .collect(),
    })
}
