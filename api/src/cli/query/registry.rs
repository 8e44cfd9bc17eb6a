//! The facilities and items behind the codes.

use sijill_schemas::events::v1::FacilityKind;
use sijill_schemas::oversight::v1 as pb;

use super::cells::{self, name, yes};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::words;

const FACILITY_COLUMNS: [Word; 8] = [
    words::FACILITY,
    words::FACILITY_NAME,
    Word::new("kind", "النوع", "kind"),
    Word::new("governorate", "المحافظة", "governorate"),
    Word::new("population", "السكان المخدومون", "population"),
    Word::new("parent", "تتبع", "parent"),
    Word::new("owner", "المالك", "owner"),
    Word::new("closed", "مغلقة", "closed"),
];

const ITEM_COLUMNS: [Word; 7] = [
    words::ITEM,
    words::ITEM_NAME,
    Word::new("category", "الفئة", "category"),
    words::UNIT,
    Word::new("atc", "ATC", "ATC"),
    Word::new("essential", "أساسي", "essential"),
    Word::new("cold_chain", "مبرَّد", "cold chain"),
];

/// Asks for the facilities; the sheet, and how many rows there are in all.
pub async fn facilities(pages: &mut Pages, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListFacilitiesRequest {
        filter: Some(pages.filter.clone()),
        ..pb::ListFacilitiesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("facilities", "المنشآت", "facilities");
    let mut sheet = cells::sheet(title, &FACILITY_COLUMNS, context.as_ref())?;
    sheet.rows = rows.iter().map(|row| facility(row, ui)).collect();
    Ok((sheet, total))
}

fn facility(row: &pb::FacilityRow, ui: &Ui) -> Vec<Cell> {
    let profile = row.profile.clone().unwrap_or_default();
    vec![
        Cell::text(&row.facility),
        name(profile.names.as_ref(), ui),
        kind(profile.kind()),
        Cell::maybe(profile.governorate.as_ref()),
        profile
            .population
            .map_or(Cell::Absent, |people| Cell::Count(people.into())),
        Cell::maybe(profile.parent.as_ref()),
        Cell::maybe(profile.owner.as_ref()),
        yes(row.closed),
    ]
}

/// Asks for the items; the sheet, and how many rows there are in all.
pub async fn items(pages: &mut Pages, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let Whole {
        context,
        rows,
        total,
    } = pages
        .all(pb::ListItemsRequest {
            filter: Some(pages.filter.clone()),
            ..pb::ListItemsRequest::default()
        })
        .await?;
    let title = Word::new("items", "الأصناف", "items");
    let mut sheet = cells::sheet(title, &ITEM_COLUMNS, context.as_ref())?;
    sheet.rows = rows.iter().map(|row| item(row, ui)).collect();
    Ok((sheet, total))
}

fn item(row: &pb::ItemRow, ui: &Ui) -> Vec<Cell> {
    let Some(profile) = &row.profile else {
        let mut cells = vec![Cell::Absent; ITEM_COLUMNS.len()];
        if let Some(first) = cells.first_mut() {
            *first = Cell::text(&row.item);
        }
        return cells;
    };
    vec![
        Cell::text(&row.item),
        name(profile.names.as_ref(), ui),
        cells::category(profile.category()),
        words::unit(Some(&profile.base_unit)),
        Cell::maybe(profile.atc.as_ref()),
        yes(profile.essential),
        yes(profile.cold_chain),
    ]
}

const fn kind(kind: FacilityKind) -> Cell {
    let word = match kind {
        FacilityKind::Unspecified => return Cell::Absent,
        FacilityKind::CentralStore => Word::new("central_store", "مخزن مركزي", "central store"),
        FacilityKind::Warehouse => Word::new("warehouse", "مخزن", "warehouse"),
        FacilityKind::Hospital => Word::new("hospital", "مستشفى", "hospital"),
        FacilityKind::Clinic => Word::new("clinic", "مركز صحي", "clinic"),
        FacilityKind::School => Word::new("school", "مدرسة", "school"),
        FacilityKind::Office => Word::new("office", "مكتب", "office"),
    };
    Cell::Word(word)
}
