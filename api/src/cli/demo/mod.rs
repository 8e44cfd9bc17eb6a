//! `sijill demo`: two years of a fictional country through the real ledger, verified, with the main views.
//!
//! | file | what |
//! |---|---|
//! | `country`, `catalogue`, `people`, `calendar` | what there is |
//! | `world`, `shelf` | what each site holds while the story runs |
//! | `history` | the order of a day |
//! | `purchase`, `request` | orders to suppliers; requisitions of sites |
//! | `supply`, `care`, `control` | deliveries and transfers; use; counts, reports, corrections |
//! | `tenders` | two years of tenders, with sealed bids |
//! | `anomalies` | what is wrong, on purpose |
//! | `registry`, `seed` | the commands to the ledger |
//! | `figures`, `report` | what is printed |
//! | `publishing` | the signed log |
//! | `serving` | the server at the end |

mod anomalies;
mod calendar;
mod care;
mod catalogue;
mod control;
pub mod country;
mod figures;
mod history;
mod people;
pub mod publishing;
mod purchase;
mod registry;
mod report;
mod request;
mod rng;
mod seed;
mod serving;
mod shelf;
mod supply;
mod tenders;
mod world;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rust_decimal::Decimal;
use sijill_ledger_core::ledger::{Ledger, Surroundings};
use sijill_ledger_core::policies::MemoryCheckpoints;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::time::{ManualClock, Timestamp};
use sijill_projections::Runner;

use super::errors::{Bilingual, Failure};
use super::lang::{Lang, two};
use super::output::Ui;
use super::parse::Rule;
use super::{data, progress, verify, views};
use anomalies::Anomalies;
use country::ScalePercent;
use publishing::Signed;
use tenders::Tenders;
use tenders::secrets::StorySalts;
use tenders::summary::Summary;
use world::World;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger, new or empty [default: a new temporary directory, which is named]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Exit after showing the views instead of serving them
    #[arg(long)]
    once: bool,
    /// Address and port of the services; port 0 takes a free one, which is printed
    #[arg(long, default_value = "127.0.0.1:7450")]
    listen: SocketAddr,
    /// Size of the country, 0.05 to 50; 1 is about 170 facilities
    #[arg(long, default_value = "1")]
    scale: Scale,
}

/// Size of the country in hundredths.
#[derive(Clone, Copy, Debug)]
struct Scale(ScalePercent);

impl FromStr for Scale {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        let error = || Rule::new("عدد من 0.05 إلى 50", "a number from 0.05 to 50");
        let scale: Decimal = text.parse().map_err(|_| error())?;
        let percent = scale.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(error)?;
        let percent = u32::try_from(percent.trunc()).map_err(|_| error())?;
        if (5..=5_000).contains(&percent) {
            Ok(Self(ScalePercent(percent)))
        } else {
            Err(error())
        }
    }
}

/// The story's dice: every run of this version tells the same story.
const SEED: u64 = 2_024;
/// Identity of the demo's log.
const ORIGIN: &str = "demo.sijill.example/egypt";

/// A seeded directory.
struct Seeded {
    dir: PathBuf,
    world: World,
    anomalies: Anomalies,
    tenders: Summary,
    signed: Signed,
    took: Duration,
}

/// Seeds, verifies, shows.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let dir = directory(arguments.data.as_deref())?;
    let shown = dir.display();
    let text = two!(
        ui.lang,
        "يُنشأ سجل العرض في {shown} …",
        "seeding the demo in {shown} …"
    );
    ui.note(&text)?;
    ui.flush()?;
    let key = publishing::key_file(&dir, ORIGIN)?;
    let seeded = seed(dir, key, arguments.scale.0, ui.lang).await?;
    let store = data::open(&seeded.dir)?;
    let verified = verify::verify(&store, ui.lang).await?;
    let runner = views::load(&store, None).await?;
    report::report(&seeded, &verified, &runner, &store, ui)?;
    if arguments.once {
        return Ok(());
    }
    let at = seed::last_evening().map_err(seed::impossible)?;
    let samples = figures::samples(&seeded.world, &seeded.anomalies, &runner, at)?;
    drop((runner, store));
    serving::serve(&seeded, &samples, arguments.listen, ui).await
}

/// The directory that is named, which must be new or empty; else a new one, which stays.
fn directory(named: Option<&Path>) -> Result<PathBuf, Failure> {
    let Some(dir) = named else {
        let made = tempfile::Builder::new().prefix("sijill-demo-").tempdir();
        let made = made.map_err(|error| Failure::io(&std::env::temp_dir(), &error))?;
        return Ok(made.keep());
    };
    if data::is_vacant(dir)? {
        return Ok(dir.to_owned());
    }
    Err(Failure::WrongLedger {
        dir: dir.to_owned(),
        text: Bilingual::new(
            "ليس فارغًا؛ يحتاج العرض إلى مجلد جديد أو فارغ",
            "is not empty; the demo needs a new or empty directory",
        ),
    })
}

async fn seed(
    dir: PathBuf,
    key: PathBuf,
    scale: ScalePercent,
    lang: Lang,
) -> Result<Seeded, Failure> {
    let begun = Instant::now();
    let clock = Arc::new(ManualClock::new(Timestamp::from_micros(0)));
    let mut world = World::new(scale, SEED).map_err(seed::impossible)?;
    let anomalies = Anomalies::plant(&world).map_err(seed::impossible)?;
    world.stuck = Some((anomalies.stuck_warehouse, anomalies.stuck_from));
    let store = data::create(data::options(&dir, Some(ORIGIN), clock.clone())).await?;
    let calendar = tenders::rules()?.procurement().calendar.clone();
    let surroundings = Surroundings {
        clock: clock.clone(),
        salts: Arc::new(StorySalts::default()),
        attachments: None,
    };
    let mut seeder = seed::Seeder {
        ledger: Ledger::with(Arc::clone(&store), surroundings),
        clock,
        tenders: Tenders::new(&world, &calendar).map_err(seed::impossible)?,
        world,
        anomalies,
        checkpoints: Arc::new(MemoryCheckpoints::default()),
    };
    let bar = progress::bar(calendar::DAYS, lang.pick("يوم", "days"));
    seeder.run(&bar).await?;
    seeder.keep_checkpoints(&dir)?;
    bar.finish_and_clear();
    let took = begun.elapsed();
    let tenders = seeder.tenders.summary(&seeder.ledger).await?;
    let mut runner = Runner::default();
    views::catch_up(&mut runner, &store, store.size()).await?;
    views::save(&runner, &store)?;
    let seed::Seeder {
        world, anomalies, ..
    } = seeder;
    let signed = publishing::publish(&store, key)?;
    store.close();
    Ok(Seeded {
        dir,
        world,
        anomalies,
        tenders,
        signed,
        took,
    })
}
