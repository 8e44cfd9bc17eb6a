//! All policies of a server, and the scheduler: each in a task of its own, started again after an error, and where each of them
//! stands.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::runner::Stop;
use super::{
    Checkpoints, FileCheckpoints, KeptWitnesses, NoWitnesses, Policy, PolicyError, PolicyRunner,
    Scheduler, Witnesses, all,
};
use crate::ledger::Ledger;
use crate::store::EventStore;

/// Wait before a policy is started again after its first error; doubled after each further one in a row.
const RETRY_FIRST: Duration = Duration::from_millis(250);
/// Longest wait.
const RETRY_LAST: Duration = Duration::from_secs(30);
/// How often the scheduler looks at its clock: a closing follows its deadline by no more, and nothing waits for it to be judged.
const TICK: Duration = Duration::from_secs(1);

/// Where a policy stands: for metrics and for who looks after a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The policy.
    pub policy: &'static str,
    /// Index of the entry that it reads next; the log's size less this is its lag.
    pub position: u64,
    /// Errors since it last moved on; 0 while it runs.
    pub failures: u32,
    /// Events whose steps wait (of the scheduler: tenders) because something is wrong with one stream: they are tried again, and the
    /// others go on.
    pub held: usize,
    /// The last of the errors that stopped it, or held a step.
    pub error: Option<String>,
}

impl Progress {
    const fn at_start(policy: &'static str) -> Self {
        Self {
            policy,
            position: 0,
            failures: 0,
            held: 0,
            error: None,
        }
    }
}

/// Policies that run. When this is dropped they end at once; [`stopped`](Self::stopped) lets them keep their positions.
#[derive(Debug)]
pub struct Running {
    progress: watch::Receiver<Vec<Progress>>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Where each policy stands, in the order of [`all`], and after them the scheduler; changes as they move.
    pub fn progress(&self) -> watch::Receiver<Vec<Progress>> {
        self.progress.clone()
    }

    /// Waits until all have stopped, after a stop was requested.
    pub async fn stopped(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Runs all policies until `stop` says `true` or its sender is gone. An error stops the policy that met it for a while, no
/// other one, and shows in [`Progress`].
pub fn run<S: EventStore>(
    ledger: &Ledger<S>,
    checkpoints: &Arc<dyn Checkpoints>,
    witnesses: Arc<dyn Witnesses>,
    stop: &watch::Receiver<bool>,
) -> Running {
    run_these(all(), ledger, checkpoints, witnesses, stop)
}

pub(super) fn run_these<S: EventStore>(
    policies: Vec<Box<dyn Policy>>,
    ledger: &Ledger<S>,
    checkpoints: &Arc<dyn Checkpoints>,
    witnesses: Arc<dyn Witnesses>,
    stop: &watch::Receiver<bool>,
) -> Running {
    let names = policies.iter().map(|policy| policy.name());
    let at_start = names.chain([Scheduler::<S>::NAME]).map(Progress::at_start);
    let (sender, progress) = watch::channel(at_start.collect());
    let sender = Arc::new(sender);
    let shown = |place| Shown {
        place,
        progress: Arc::clone(&sender),
    };
    let mut tasks = JoinSet::new();
    let scheduler = Scheduler::new(ledger.clone(), witnesses);
    tasks.spawn(keep_time(
        scheduler,
        Stop(stop.clone()),
        shown(policies.len()),
    ));
    for (place, policy) in policies.into_iter().enumerate() {
        let kept_running = KeptRunning {
            ledger: ledger.clone(),
            policy: policy.into(),
            checkpoints: Arc::clone(checkpoints),
            stop: Stop(stop.clone()),
            shown: shown(place),
        };
        tasks.spawn(kept_running.run());
    }
    Running { progress, tasks }
}

/// Looks at the clock again and again.
async fn keep_time<S: EventStore>(mut scheduler: Scheduler<S>, mut stop: Stop, shown: Shown) {
    while !stop.is_requested() {
        let wait = match scheduler.tick().await {
            Ok(()) => {
                shown.moved(scheduler.position(), scheduler.held());
                TICK
            }
            Err(error) => wait_after(shown.failed(&error)),
        };
        tokio::select! {
            () = stop.requested() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Where one policy shows how far it has come.
struct Shown {
    place: usize,
    progress: Arc<watch::Sender<Vec<Progress>>>,
}

impl Shown {
    fn moved(&self, position: u64, (held, error): (usize, Option<String>)) {
        self.change(|progress| {
            progress.position = position;
            progress.failures = 0;
            progress.held = held;
            progress.error = error;
        });
    }

    /// How many errors there were in a row.
    fn failed(&self, error: &PolicyError) -> u32 {
        let mut failures = 1;
        self.change(|progress| {
            progress.failures = progress.failures.saturating_add(1);
            progress.error = Some(error.to_string());
            failures = progress.failures;
        });
        failures
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_modify(|all| {
            if let Some(own) = all.get_mut(self.place) {
                change(own);
            }
        });
    }
}

/// One policy that is started again after errors.
struct KeptRunning<S: EventStore> {
    ledger: Ledger<S>,
    policy: Arc<dyn Policy>,
    checkpoints: Arc<dyn Checkpoints>,
    stop: Stop,
    shown: Shown,
}

impl<S: EventStore> KeptRunning<S> {
    async fn run(mut self) {
        let mut runner = None;
        while !self.stop.is_requested() {
            if let Err(error) = self.attempt(&mut runner).await {
                let failures = self.shown.failed(&error);
                let wait = tokio::time::sleep(wait_after(failures));
                tokio::select! {
                    () = self.stop.requested() => {}
                    () = wait => {}
                }
            }
        }
    }

    /// Runs until a stop or an error. The runner stays, so that it goes on where it stood.
    async fn attempt(&self, runner: &mut Option<PolicyRunner<S>>) -> Result<(), PolicyError> {
        if runner.is_none() {
            let (ledger, policy) = (self.ledger.clone(), Arc::clone(&self.policy));
            let checkpoints = Arc::clone(&self.checkpoints);
            let new = PolicyRunner::new(ledger, policy, checkpoints).await?;
            self.shown.moved(new.position(), new.held());
            *runner = Some(new);
        }
        let Some(runner) = runner else {
            return Ok(());
        };
        let moved = |runner: &PolicyRunner<S>| self.shown.moved(runner.position(), runner.held());
        runner.run(self.stop.clone(), &moved).await
    }
}

/// 250 ms after the first error, then 500 ms, 1 s, … up to 30 s.
fn wait_after(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    RETRY_FIRST.saturating_mul(1 << doublings).min(RETRY_LAST)
}

/// All policies and the scheduler, for who lets them catch up again and again: what they remember stays.
pub struct Reactions<S: EventStore> {
    ledger: Ledger<S>,
    runners: Vec<PolicyRunner<S>>,
    scheduler: Scheduler<S>,
}

impl<S: EventStore> Reactions<S> {
    /// Each policy at its checkpoint.
    pub async fn new(
        ledger: Ledger<S>,
        checkpoints: &Arc<dyn Checkpoints>,
        witnesses: Arc<dyn Witnesses>,
    ) -> Result<Self, PolicyError> {
        let mut runners = Vec::new();
        for policy in all() {
            let checkpoints = Arc::clone(checkpoints);
            runners.push(PolicyRunner::new(ledger.clone(), policy.into(), checkpoints).await?);
        }
        let scheduler = Scheduler::new(ledger.clone(), witnesses);
        Ok(Self {
            ledger,
            runners,
            scheduler,
        })
    }

    /// Takes all steps that the log and the clock ask for until now, those included that their own steps cause. What is wrong with one
    /// stream holds up what concerns that stream alone.
    pub async fn catch_up(&mut self) -> Result<(), PolicyError> {
        loop {
            self.scheduler.tick().await?;
            for runner in &mut self.runners {
                runner.catch_up().await?;
            }
            let size = self.ledger.store().size();
            if self.runners.iter().all(|runner| runner.position() >= size) {
                return Ok(());
            }
        }
    }
}

/// The same once, where there are no witnesses.
pub async fn catch_up<S: EventStore>(
    ledger: &Ledger<S>,
    checkpoints: &Arc<dyn Checkpoints>,
) -> Result<(), PolicyError> {
    let mut reactions = Reactions::new(ledger.clone(), checkpoints, Arc::new(NoWitnesses)).await?;
    reactions.catch_up().await
}

/// Makes good what a crash left half done, before a ledger in a data directory takes new commands: steps whose cause is
/// recorded and that were not taken. Run it whenever a log is opened for writing. Checkpoints are kept in the folder
/// `policies`.
pub async fn repair<S: EventStore>(ledger: Ledger<S>, dir: &Path) -> Result<(), PolicyError> {
    let failed = |error| PolicyError::Checkpoint {
        policy: "policies",
        error,
    };
    let checkpoints = FileCheckpoints::new(dir.join("policies")).map_err(failed)?;
    let checkpoints: Arc<dyn Checkpoints> = Arc::new(checkpoints);
    let witnesses = KeptWitnesses::load(dir);
    let witnesses = witnesses.map_err(|error| failed(std::io::Error::other(error)))?;
    let mut reactions = Reactions::new(ledger, &checkpoints, Arc::new(witnesses)).await?;
    reactions.catch_up().await
}
