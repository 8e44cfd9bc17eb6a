//! The parts of a tender's page as rows.

use sijill_schemas::events::v1 as events;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1::actor::Id;

use super::super::cells::{self, Wall, decimal, name, whole, yes};
use super::words;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::words as shared;

/// Every step.
pub fn timeline(page: &pb::TenderPage, wall: &Wall, ui: &Ui) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(
        Word::new("timeline", "التسلسل", "timeline"),
        &[
            shared::INDEX_OF,
            Word::new("step", "الخطوة", "step"),
            Word::new("actor", "من", "who"),
            words::POSTS,
            Word::new("decided_at", "وقت القرار", "decided at"),
            Word::new("effective_at", "وقت الحدوث", "happened at"),
            shared::RECORDED_AT_OF,
            words::LOT,
            Word::new("bidder", "مقدم العطاء", "bidder"),
            Word::new("reference", "المرجع", "reference"),
            words::REASON,
            Word::new("change", "التغيير", "change"),
        ],
    );
    for step in &page.timeline {
        let mark = step.mark.as_ref();
        let actor = step.actor.clone().unwrap_or_default();
        sheet.rows.push(vec![
            words::index(mark),
            called(step, ui),
            who(&actor),
            words::joined(&actor.posts),
            words::decided(mark)?,
            cells::instant(step.effective_at)?,
            words::recorded(mark, wall),
            Cell::maybe(step.lot.as_ref()),
            Cell::maybe(step.bidder.as_ref().or(step.member.as_ref())),
            Cell::maybe(step.reference.as_ref()),
            Cell::maybe(step.reason.as_ref()),
            changed(step, wall, ui)?,
        ]);
    }
    Ok(sheet)
}

/// People read what a step is called; programs the name of its event, in whatever language.
fn called(step: &pb::TenderStep, ui: &Ui) -> Cell {
    match ui.format {
        Format::Table => name(step.names.as_ref(), ui),
        Format::Json | Format::Csv => Cell::text(&step.step),
    }
}

fn who(actor: &pb::StepActor) -> Cell {
    let id = actor.actor.as_ref().and_then(|actor| actor.id.as_ref());
    match id {
        None => Cell::Absent,
        Some(Id::Official(id) | Id::Organization(id) | Id::Key(id)) => Cell::text(id),
        Some(Id::System(_)) => Cell::Word(Word::new("system", "النظام", "the system")),
    }
}

/// What changed: the deadline, documents, lines, before and after.
fn changed(step: &pb::TenderStep, wall: &Wall, ui: &Ui) -> Result<Cell, Failure> {
    let Some(change) = &step.change else {
        return Ok(Cell::Absent);
    };
    let mut parts = Vec::new();
    if change.closes_before_micros != change.closes_after_micros {
        let at = |micros| wall.cell(micros).shown(ui.lang);
        let (before, after) = (
            at(change.closes_before_micros),
            at(change.closes_after_micros),
        );
        parts.push(format!("{before} → {after}"));
    }
    let documents = [&change.documents_before, &change.documents_after].map(Vec::len);
    if documents != [0, 0] {
        let [before, after] = documents;
        let word = ui.lang.pick("مستندات", "documents");
        parts.push(format!("{word}: {before} → {after}"));
    }
    if !change.lines_before.is_empty() || !change.lines_after.is_empty() {
        let (before, after) = (lines(&change.lines_before)?, lines(&change.lines_after)?);
        parts.push(format!("{before} → {after}"));
    }
    Ok(words::joined(&parts))
}

/// Lines as `GAUZE 10 F1 30d`, in brackets.
fn lines(of: &[events::LotLine]) -> Result<String, Failure> {
    let mut shown = Vec::new();
    for line in of {
        let quantity = cells::text(line.quantity.as_ref())?.unwrap_or_default();
        shown.push(format!(
            "{} {quantity} {} {}d",
            line.item, line.facility, line.delivery_days
        ));
    }
    Ok(format!("[{}]", shown.join(", ")))
}

/// How long it stood in each stage.
pub fn stages(page: &pb::TenderPage, wall: &Wall, ui: &Ui) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(
        Word::new("stages", "المراحل", "stages"),
        &[
            words::STAGE,
            words::SINCE,
            Word::new("until", "حتى", "until"),
            words::DAYS,
            words::WAITS_FOR,
            words::POSTS,
            Word::new("clocks", "المهل", "clocks"),
            shared::RULESET,
            shared::INDEX_OF,
        ],
    );
    for time in &page.stages {
        let waits_for = time.waits_for.as_ref();
        let posts = waits_for.map_or(&[][..], |it| &it.posts);
        let since = time.since.as_ref();
        let clocks = time.clocks.iter();
        let clocks: Vec<String> = clocks.map(|it| words::clock(it, wall, ui)).collect();
        sheet.rows.push(vec![
            words::stage(time.stage()),
            words::decided(since)?,
            words::decided(time.until.as_ref())?,
            whole(Some(time.days)),
            words::waits_for(waits_for, ui),
            words::joined(posts),
            words::joined(&clocks),
            time.ruleset
                .map_or(Cell::Absent, |it| Cell::Count(it.into())),
            words::index(since),
        ]);
    }
    Ok(sheet)
}

/// What is asked for, line by line, and what became of its lot.
pub fn lots(page: &pb::TenderPage, ui: &Ui) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(
        Word::new("lots", "المجموعات", "lots"),
        &[
            words::LOT,
            Word::new("line", "البند", "line"),
            shared::ITEM,
            shared::ITEM_NAME,
            Word::new("quantity", "الكمية", "quantity"),
            shared::UNIT,
            shared::FACILITY,
            Word::new("entity", "الجهة المستفيدة", "entity"),
            Word::new("estimate", "التقدير", "estimate"),
            Word::new("winners", "الفائز", "winners"),
            words::VALUE,
            Word::new("departure", "مبرر مخالفة الترتيب", "justified override"),
        ],
    );
    for lot in &page.lots {
        let award = lot.award.as_ref().filter(|_| lot.approved.is_some());
        let winners: Vec<String> = award.map_or_else(Vec::new, |award| {
            award.winners.iter().map(|it| it.bidder.clone()).collect()
        });
        for (number, wide) in (1..).zip(&lot.lines) {
            let line = wide.line.clone().unwrap_or_default();
            sheet.rows.push(vec![
                Cell::text(&lot.lot),
                Cell::Count(number),
                Cell::text(&line.item),
                name(wide.item_names.as_ref(), ui),
                decimal(line.quantity.as_ref())?,
                Cell::maybe(wide.base_unit.as_ref()),
                Cell::text(&line.facility),
                Cell::maybe(line.entity.as_ref()),
                words::amount(lot.estimate.as_ref())?,
                words::joined(&winners),
                words::amount(lot.value.as_ref())?,
                Cell::maybe(award.and_then(|award| award.departure.as_ref())),
            ]);
        }
    }
    Ok(sheet)
}

/// Bidders, and what they offer for each lot.
pub fn bids(page: &pb::TenderPage, ui: &Ui) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(
        Word::new("bids", "العطاءات", "bids"),
        &[
            Word::new("bidder", "مقدم العطاء", "bidder"),
            Word::new("bidder_name", "اسمه", "name"),
            Word::new("standings", "المظاريف", "envelopes"),
            Word::new("points", "الدرجات", "points"),
            Word::new("accepted", "مقبول فنيًا", "technically accepted"),
            Word::new("rejected", "سبب الاستبعاد", "why rejected"),
            words::LOT,
            Word::new("stated", "كما ذكر", "as stated"),
            Word::new("price", "بعد المراجعة", "checked price"),
            Word::new("corrected", "صُحح", "corrected"),
        ],
    );
    for bid in &page.bids {
        let offers: Vec<Option<&pb::BidOffer>> = match bid.offers.as_slice() {
            [] => vec![None],
            offers => offers.iter().map(Some).collect(),
        };
        for offer in offers {
            sheet.rows.push(vec![
                Cell::text(&bid.bidder),
                name(bid.bidder_names.as_ref(), ui),
                words::joined(&standings(page, &bid.bidder, ui)),
                words::joined(&points(bid)?),
                yes(bid.accepted),
                words::joined(&rejections(bid)),
                Cell::maybe(offer.map(|it| &it.lot)),
                words::amount(offer.and_then(|it| it.stated.as_ref()))?,
                words::amount(offer.and_then(|it| it.price.as_ref()))?,
                offer.map_or(Cell::Absent, |it| yes(it.corrected.is_some())),
            ]);
        }
    }
    Ok(sheet)
}

fn standings(page: &pb::TenderPage, bidder: &str, ui: &Ui) -> Vec<String> {
    let own = page.envelopes.iter().filter(|it| it.bidder == bidder);
    let shown = own.map(|envelope| {
        let part = match envelope.part() {
            events::EnvelopePart::Unspecified => "–",
            events::EnvelopePart::Technical => ui.lang.pick("فني", "technical"),
            events::EnvelopePart::Financial => ui.lang.pick("مالي", "financial"),
        };
        format!("{part}: {}", standing(envelope.standing(), ui))
    });
    shown.collect()
}

fn standing(of: events::EnvelopeStanding, ui: &Ui) -> &'static str {
    use events::EnvelopeStanding as Standing;
    let (ar, en) = match of {
        Standing::Unspecified => ("–", "–"),
        Standing::Counts => ("محتسب", "counts"),
        Standing::Late => ("متأخر", "late"),
        Standing::Superseded => ("حلّ محله آخر", "superseded"),
        Standing::Withdrawn => ("مسحوب", "withdrawn"),
        Standing::Unconfirmed => ("لم يؤكد بعد التعديل", "not confirmed after amendment"),
        Standing::Debarred => ("محظور", "debarred"),
        Standing::Unvouched => ("لم يشهد لمفتاحه أحد", "nobody vouched for its key"),
        Standing::Uninvited => ("لم يُدعَ صاحبه", "its bidder was not invited"),
        Standing::Unwitnessed => ("لم يره الشهود في حينه", "not seen by witnesses in time"),
    };
    ui.lang.pick(ar, en)
}

fn points(bid: &pb::TenderBid) -> Result<Vec<String>, Failure> {
    let points = bid.points.iter().map(|points| {
        let value = cells::text(points.points.as_ref())?;
        Ok(format!(
            "{} {}",
            points.criterion,
            value.unwrap_or_default()
        ))
    });
    points.collect()
}

fn rejections(bid: &pb::TenderBid) -> Vec<String> {
    let why = bid.rejections.iter().map(|rejection| {
        let stated = rejection.disqualification.as_ref();
        let reason = stated.map_or("", |it| it.reason.as_str());
        match &rejection.lot {
            None => reason.to_owned(),
            Some(lot) => format!("{lot}: {reason}"),
        }
    });
    why.collect()
}

/// Complaints, and what was decided.
pub fn complaints(page: &pb::TenderPage) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(
        Word::new("complaints", "الشكاوى", "complaints"),
        &[
            Word::new("complaint", "الشكوى", "complaint"),
            Word::new("against", "ضد", "against"),
            words::LOT,
            Word::new("filed_at", "قُدم في", "filed at"),
            Word::new("grounds", "الأسباب", "grounds"),
            Word::new("outcome", "القرار", "outcome"),
            Word::new("decision", "رقم القرار", "decision"),
            words::REASON,
            shared::INDEX_OF,
        ],
    );
    for complaint in &page.complaints {
        sheet.rows.push(vec![
            Cell::text(&complaint.complaint),
            against(complaint.against()),
            Cell::maybe(complaint.lot.as_ref()),
            words::decided(complaint.filed.as_ref())?,
            Cell::text(&complaint.grounds),
            outcome(complaint),
            Cell::maybe(complaint.decision.as_ref()),
            Cell::maybe(complaint.reason.as_ref()),
            words::index(complaint.filed.as_ref()),
        ]);
    }
    Ok(sheet)
}

const fn against(of: pb::ComplaintAgainst) -> Cell {
    let word = match of {
        pb::ComplaintAgainst::Unspecified => return Cell::Absent,
        pb::ComplaintAgainst::Documents => {
            Word::new("documents", "مستندات المناقصة", "the documents")
        }
        pb::ComplaintAgainst::Award => Word::new("award", "الترسية", "the award"),
        pb::ComplaintAgainst::TechnicalResult => {
            Word::new("technical_result", "النتيجة الفنية", "the technical result")
        }
    };
    Cell::Word(word)
}

fn outcome(of: &pb::TenderComplaint) -> Cell {
    use events::ComplaintOutcome as Outcome;
    let word = match of.outcome() {
        Outcome::Unspecified if of.withdrawn.is_some() => {
            Word::new("withdrawn", "سُحب", "withdrawn")
        }
        Outcome::Unspecified => Word::new("pending", "لم يُبت فيه", "pending"),
        Outcome::Invalid => Word::new("invalid", "لم يُنظر", "not heard"),
        Outcome::Declined => Word::new("declined", "رُفض", "declined"),
        Outcome::Upheld => Word::new("upheld", "قُبل", "upheld"),
    };
    Cell::Word(word)
}

/// Whom it asks, where not anyone may bid.
pub fn invited(page: &pb::TenderPage, ui: &Ui) -> Sheet {
    let mut sheet = Sheet::new(
        Word::new("invited", "الموردون المدعوون", "invited suppliers"),
        &[words::SUPPLIER, words::SUPPLIER_NAME],
    );
    let invited = page.invited.iter();
    sheet.rows = invited
        .map(|it| vec![Cell::text(&it.supplier), name(it.names.as_ref(), ui)])
        .collect();
    sheet
}

/// What is not shown yet, and the step that will show it.
pub fn withheld(page: &pb::TenderPage, ui: &Ui) -> Sheet {
    use pb::WithheldKind as Kind;
    let mut sheet = Sheet::new(
        Word::new("withheld", "المحجوب", "withheld"),
        &[
            Word::new("what", "ماذا", "what"),
            Word::new("bidder", "مقدم العطاء", "bidder"),
            words::LOT,
            Word::new("until", "حتى خطوة", "until the step"),
        ],
    );
    for fact in &page.withheld {
        let what = match fact.what() {
            Kind::Unspecified => Cell::Absent,
            Kind::Bidders => Cell::Word(Word::new(
                "bidders",
                "عدد المظاريف وأصحابها",
                "how many envelopes, and whose",
            )),
            Kind::TechnicalBid => {
                Cell::Word(Word::new("technical_bid", "العطاء الفني", "technical bid"))
            }
            Kind::FinancialBid => {
                Cell::Word(Word::new("financial_bid", "العطاء المالي", "financial bid"))
            }
            Kind::Estimate => Cell::Word(Word::new("estimate", "القيمة التقديرية", "estimate")),
            Kind::Points => Cell::Word(Word::new("points", "الدرجات", "points")),
        };
        let never = Word::new("never", "لا خطوة تكشفه", "no step shows it");
        let until = fact
            .until
            .as_ref()
            .map(|_| name(fact.until_names.as_ref(), ui));
        sheet.rows.push(vec![
            what,
            Cell::maybe(fact.bidder.as_ref()),
            Cell::maybe(fact.lot.as_ref()),
            until.unwrap_or(Cell::Word(never)),
        ]);
    }
    sheet
}
