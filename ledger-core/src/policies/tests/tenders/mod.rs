//! A tender with whatever can happen to it: commands out of their turn and by others, a server that goes down with any append,
//! policies that forget where they stood, clients that send again what was not answered. The rules hold of what the log says in the
//! end, whichever way it came about.

mod asks;
mod attacks;
mod envelopes;
mod people;
mod rules;
mod script;
mod setting;
mod world;

use proptest::prelude::*;

use super::world::Accident;
use crate::domain::ruleset::EDITION_LATEST;
use crate::domain::tender;
use crate::event::Actor;
use attacks::{MISCHIEF, attacks, people};
use rules::Rules;
use script::{Step, script};
use setting::{Setting, Way};
use world::{Outcome, Sent, World, of_tender};

/// What happens next.
#[derive(Clone, Debug)]
enum Move {
    /// What should.
    Next,
    /// A step out of its turn, by whose it is or by one of the people.
    Other(prop::sample::Index, Option<prop::sample::Index>),
    /// The same of a step near to what comes next.
    Near(prop::sample::Index, Option<prop::sample::Index>),
    Mischief(prop::sample::Index),
    /// Each who has no right to what he tries.
    Attack,
    Hours(u8),
    React,
    /// The server goes down with the n-th append from now.
    Crash(u8, bool),
    Restart(bool),
    /// A client sends again what was answered.
    Again(prop::sample::Index),
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        24 => Just(Move::Next),
        2 => (any::<prop::sample::Index>(), prop::option::of(any::<prop::sample::Index>()))
            .prop_map(|(step, by)| Move::Other(step, by)),
        4 => (any::<prop::sample::Index>(), prop::option::of(any::<prop::sample::Index>()))
            .prop_map(|(step, by)| Move::Near(step, by)),
        2 => any::<prop::sample::Index>().prop_map(Move::Mischief),
        1 => Just(Move::Attack),
        1 => (1_u8..48).prop_map(Move::Hours),
        2 => Just(Move::React),
        3 => (1_u8..6, any::<bool>()).prop_map(|(appends, lost)| Move::Crash(appends, lost)),
        1 => any::<bool>().prop_map(Move::Restart),
        3 => any::<prop::sample::Index>().prop_map(Move::Again),
    ]
}

/// A tender on its way.
struct Life {
    world: World,
    script: Vec<Step>,
    at: usize,
    /// What was answered.
    done: Vec<(Sent, crate::ledger::Done)>,
}

impl Life {
    async fn new(setting: Setting) -> Self {
        Self {
            world: World::new(setting).await,
            script: script(setting),
            at: 0,
            done: Vec::new(),
        }
    }

    async fn take(&mut self, next: Move) {
        match next {
            Move::Next => self.next().await,
            Move::Other(step, by) => self.out_of_turn(*step.get(&self.script), by).await,
            Move::Near(step, by) => {
                let (from, until) = (self.at.saturating_sub(4), self.at.saturating_add(8));
                let near = &self.script[from..until.min(self.script.len())];
                self.out_of_turn(*step.get(near), by).await;
            }
            Move::Mischief(step) => self.step(*step.get(&MISCHIEF), None).await,
            Move::Attack => self.attacked().await,
            Move::Hours(hours) => {
                let hours = i64::from(hours) * 3_600_000_000;
                self.world.wait_until(self.world.now().plus_micros(hours));
            }
            Move::React => self.react().await,
            Move::Crash(appends, lost) => {
                let accident = if lost {
                    Accident::AnswerLost
                } else {
                    Accident::NotTaken
                };
                self.world.restart(appends.into(), accident, false);
            }
            Move::Restart(forgets) => self.restart(forgets),
            Move::Again(which) => {
                if !self.done.is_empty() {
                    let (sent, done) = which.get(&self.done).clone();
                    self.again(&sent, done).await;
                }
            }
        }
    }

    /// Time is no client's to choose.
    async fn out_of_turn(&mut self, step: Step, by: Option<prop::sample::Index>) {
        if !matches!(step, Step::Until(_)) {
            self.step(step, by).await;
        }
    }

    fn restart(&mut self, forgets: bool) {
        self.world.restart(u64::MAX, Accident::NotTaken, forgets);
    }

    async fn next(&mut self) {
        if let Some(step) = self.script.get(self.at).copied() {
            self.at += 1;
            self.step(step, None).await;
        }
    }

    async fn react(&mut self) {
        if self.world.react().await.is_err() {
            self.restart(true);
            self.world.react().await.unwrap();
        }
    }

    async fn step(&mut self, step: Step, by: Option<prop::sample::Index>) {
        step.pass(&self.world);
        if let Step::React = step {
            return self.react().await;
        }
        self.attempt(step, by.map(|by| by.get(&people()).clone()))
            .await;
    }

    /// All that nobody has a right to now.
    async fn attacked(&mut self) {
        let log = self.world.log().await;
        let published =
            of_tender(&log).any(|(_, event)| matches!(event, tender::Event::TenderPublished(_)));
        for (step, by) in attacks(self.world.setting.way, published) {
            self.attempt(step, by).await;
        }
    }

    async fn attempt(&mut self, step: Step, by: Option<Actor>) {
        let log = self.world.log().await;
        let Some(mut ask) = step.ask(self.world.setting, &log) else {
            return;
        };
        if let Some(by) = by {
            ask.by = by;
        }
        let (sent, outcome) = self.world.ask(ask).await;
        match outcome {
            Outcome::Done(done) => self.done.push((sent, done)),
            Outcome::Refused(_) => {}
            Outcome::Unknown => {
                self.restart(false);
                // Whoever has no answer asks again.
                if let Outcome::Done(done) = self.world.send(&sent).await {
                    self.done.push((sent, done));
                }
            }
        }
    }

    /// The same answer, and nothing more in the log.
    async fn again(&mut self, sent: &Sent, done: crate::ledger::Done) {
        let before = self.world.log().await.len();
        match self.world.send(sent).await {
            Outcome::Done(again) => {
                assert!(again.repeated, "{sent:?}");
                assert_eq!(
                    (again.first_index, again.count),
                    (done.first_index, done.count)
                );
                assert_eq!(again.recorded_at, done.recorded_at);
            }
            Outcome::Refused(code) => panic!("{code} to {sent:?}"),
            Outcome::Unknown => self.restart(false),
        }
        assert_eq!(self.world.log().await.len(), before);
    }

    /// What was left undone is done, and policies that have forgotten everything find nothing to do.
    async fn end(&mut self) {
        self.restart(false);
        while self.at < self.script.len() {
            self.next().await;
        }
        self.react().await;
        let log = self.world.log().await;
        self.restart(true);
        self.react().await;
        assert_eq!(self.world.log().await.len(), log.len());
        Rules(&log).check();
        for (sent, done) in &self.done {
            let of_command = log.iter().filter(|it| {
                let same = it.metadata.command_id == sent.id && it.stream == sent.ask.stream;
                same && it.metadata.actor.id == sent.ask.by.id
            });
            let places: Vec<_> = of_command.map(|it| it.index).collect();
            let expected = done.first_index..done.first_index + done.count;
            assert_eq!(
                places,
                expected.collect::<Vec<_>>(),
                "exactly once: {sent:?}"
            );
        }
    }
}

fn block_on(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work);
}

/// What is looked at of a log that came to its end.
async fn check_whole(mut life: Life) {
    let setting = life.world.setting;
    let log = life.world.log().await;
    let tender: Vec<_> = of_tender(&log).map(|(_, event)| event).collect();
    let last = tender.last().unwrap();
    let completed = matches!(last, tender::Event::TenderCompleted(_));
    assert!(completed, "{setting:?}: {last:?}");
    let count =
        |wanted: fn(&tender::Event) -> bool| tender.iter().filter(|event| wanted(event)).count();
    let opened = count(|event| matches!(event, tender::Event::BidOpened(_)));
    assert_eq!(opened, setting.envelopes(), "{setting:?}");
    let offered = count(|event| matches!(event, tender::Event::OfferRecorded(_)));
    assert_eq!(offered, usize::from(setting.way == Way::Direct));
    let moved = count(|event| matches!(event, tender::Event::OutageRecorded(_)));
    let expected = match setting.edition {
        1 => 0,
        2 => 1,
        // Reported and confirmed.
        _ => 2,
    };
    assert_eq!(moved, expected, "{setting:?}");
}

/// Every way under the latest edition of the rules; what takes both envelopes under older ones, too.
const WHOLE: [(u8, Way); 8] = [
    (1, Way::Open),
    (1, Way::Limited),
    (2, Way::Open),
    (2, Way::Limited),
    (EDITION_LATEST, Way::Open),
    (EDITION_LATEST, Way::Limited),
    (EDITION_LATEST, Way::Quotations),
    (EDITION_LATEST, Way::Direct),
];

/// Left alone, a tender comes to its end: so what is checked below is no empty history.
#[tokio::test]
async fn the_script_comes_to_its_end() {
    for (edition, way) in WHOLE {
        let mut life = Life::new(Setting { edition, way }).await;
        life.end().await;
        check_whole(life).await;
    }
}

/// After every step each who has no right to it tries what must not be; and the tender comes to the same end.
#[tokio::test]
async fn nothing_gives_way_at_any_step() {
    for (edition, way) in WHOLE {
        let mut life = Life::new(Setting { edition, way }).await;
        while life.at < life.script.len() {
            life.next().await;
            life.attacked().await;
        }
        life.end().await;
        check_whole(life).await;
    }
}

/// Most tenders are open, and most live under the latest edition of the rules; quotations and direct purchases under no other.
fn settings() -> impl Strategy<Value = Setting> {
    let edition = prop_oneof![1 => Just(1), 1 => Just(2), 3 => Just(EDITION_LATEST)];
    let way = prop_oneof![3 => Just(Way::Open), 1 => Just(Way::Limited)];
    let short = prop_oneof![Just(Way::Quotations), Just(Way::Direct)];
    prop_oneof![
        2 => (edition, way).prop_map(|(edition, way)| Setting { edition, way }),
        1 => short.prop_map(|way| Setting { edition: EDITION_LATEST, way }),
    ]
}

proptest! {
    // More of them by the variable PROPTEST_CASES.
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn no_interleaving_and_no_crash_breaks_a_rule(
        setting in settings(),
        calm in any::<prop::sample::Index>(),
        moves in prop::collection::vec(moves(), 20..100),
    ) {
        block_on(async move {
            let mut life = Life::new(setting).await;
            // Trouble begins anywhere, so that it comes to every stage.
            for _ in 0..calm.index(life.script.len()) {
                life.next().await;
            }
            for next in moves {
                life.take(next).await;
            }
            life.end().await;
        });
    }
}

fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(16)
}
