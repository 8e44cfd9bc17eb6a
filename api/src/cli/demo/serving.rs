//! The demo goes on as a server, with a key of its own for tokens.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::time::{Clock, ClockError, MICROS_PER_SECOND, Timestamp};

use super::figures::Sample;
use super::{Seeded, publishing, seed};
use crate::auth::verifier::Verifier;
use crate::cli::errors::Failure;
use crate::cli::keygen;
use crate::cli::lang::two;
use crate::cli::output::Ui;
use crate::cli::{data, serve, token};
use crate::grpc::admission::Limits;
use crate::grpc::metrics;
use crate::grpc::node::Node;
use crate::grpc::server::{self, Bound, Config, Listeners};

/// Where the demo's key is, beside the log: a demo has no secrets.
const KEY: &str = "demo-key.json";
/// Where the commands that are printed put a token.
const TOKEN: &str = "demo-token";

/// Time goes on from the end of the story, whenever it is told: tenders that are open there stay open until their deadlines.
struct StoryClock {
    from: Timestamp,
    begun: Instant,
}

impl StoryClock {
    /// A minute after the last evening, which holds all that was recorded then.
    fn after(end: EffectiveAt) -> Self {
        Self {
            from: end.at().plus_micros(60 * MICROS_PER_SECOND),
            begun: Instant::now(),
        }
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Result<Timestamp, ClockError> {
        let passed = i64::try_from(self.begun.elapsed().as_micros()).unwrap_or(i64::MAX);
        Ok(self.from.plus_micros(passed))
    }
}

/// Serves until the process is told to end.
pub async fn serve(
    seeded: &Seeded,
    samples: &[Sample],
    listen: SocketAddr,
    ui: &mut Ui,
) -> Result<(), Failure> {
    serve::start_log(serve::LogFormat::Human, "warn");
    let key = seeded.dir.join(KEY);
    let made = keygen::make(&key)?;
    let verifier = Verifier::new(token::RealmArguments::default().realm(), Some(&made.public));
    let verifier = verifier.map_err(keygen::key_file)?;
    let end = seed::last_evening().map_err(seed::impossible)?;
    let options = data::options(&seeded.dir, None, Arc::new(StoryClock::after(end)));
    let node = Node::open(options, Policy::unwitnessed()).await?;
    let signing = publishing::signing(node.store(), &seeded.signed.key)?;
    let free = Some(SocketAddr::new(listen.ip(), 0));
    let config = Config {
        listeners: Listeners::bind(listen, free, free).await?,
        verifier: Arc::new(verifier),
        limits: Limits::default(),
        signing: Some(signing),
    };
    let store = &seeded.world.sites[0].id;
    let file = seeded.dir.join(TOKEN);
    let commands = |url: &str| {
        let (key, file) = (key.display(), file.display());
        [
            format!(
                "sijill token --key {key} --subject official:EGO-00001 --role storekeeper --facility {store} > {file}"
            ),
            format!("sijill doctor --server {url} --token-file {file}"),
            format!("sijill query stock --facility {store} --server {url} --token-file {file}"),
        ]
    };
    server::run(node, config, |bound| announce(bound, commands, samples, ui)).await
}

fn announce(
    bound: Bound,
    token: impl Fn(&str) -> [String; 3],
    samples: &[Sample],
    ui: &mut Ui,
) -> Result<(), Failure> {
    let url = format!("http://{}", bound.services);
    let title = ui.lang.pick("الخدمة", "Serving");
    ui.line(&format!("\n== {title} =="))?;
    // The same words in every language: programs wait for this line.
    ui.line(&format!("listening on {url}"))?;
    if let Some(address) = bound.metrics {
        ui.line(&format!("metrics on {}", metrics::url(address)))?;
    }
    if let Some(address) = bound.public {
        ui.line(&format!("log on http://{address}"))?;
        ui.line(&format!("   curl http://{address}/checkpoint"))?;
    }
    ui.line(ui.lang.pick(
        "gRPC وgRPC-Web مع الانعكاس (reflection). للأوامر رمز دخول: أنشئه، وتحقق أن الخادم يقبله، واسأل به؛ وفي غير هذا البرنامج أرسله في الترويسة authorization بعد كلمة Bearer:",
        "gRPC and gRPC-Web, with reflection. Commands need a token: make one, see that the server takes it, ask with it; other programs send it in the header authorization, after the word Bearer:",
    ))?;
    for command in token(&url) {
        ui.line(&format!("   {command}"))?;
    }
    for (number, sample) in samples.iter().enumerate() {
        let lang = ui.lang;
        ui.line(&format!("{}. {}", number + 1, sample.question.get(lang)))?;
        ui.line(&format!("   {}", sample.answer.get(lang)))?;
        ui.line(&format!("   sijill {} --server {url}", sample.command))?;
    }
    let text = two!(ui.lang, "Ctrl-C للإيقاف", "Ctrl-C to stop");
    ui.line(&text)?;
    ui.flush()
}
