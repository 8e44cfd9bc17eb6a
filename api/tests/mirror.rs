//! `sijill mirror`: takes over a log byte for byte, and takes nothing from one that lies.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod logs;

use std::path::{Path, PathBuf};

use logs::{
    Files, Log, Ran, Stranger, entries, evidence, is_signed, log_key, mirror_once, published, run,
    serving, text, witness_key,
};
use sijill_ledger_core::log::note::CosignatureVerifier;

const ORIGIN: &str = "sijill.test/mirrored";

/// A log, somebody who serves it, and a place for a mirror.
struct Scene {
    home: tempfile::TempDir,
    log: Log,
    stranger: Stranger,
}

impl Scene {
    async fn new(size: u64) -> Self {
        let home = tempfile::tempdir().unwrap();
        let key = home.path().join("log.key");
        log_key(&key, ORIGIN);
        // As it was when the key was made: what a fork is signed with.
        for name in ["log.key", "log.key.state"] {
            let copy = home.path().join(format!("old-{name}"));
            std::fs::copy(home.path().join(name), copy).unwrap();
        }
        let log = Log::open(&home.path().join("log"), &key);
        log.grow(size, "entry").await;
        let stranger = Stranger::new(serving(Files::new()));
        Self {
            home,
            log,
            stranger,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn mirror(&self, name: &str) -> Ran {
        let dir = self.path(name);
        mirror_once(&self.stranger.url(), &dir, &self.log.vkey, &[])
    }

    /// Another history under the same key: it has the first entries in common.
    async fn fork(&self, common: u64, size: u64) -> Files {
        let mut forked = Log::open(&self.path("fork"), &self.path("old-log.key"));
        forked.grow(common, "entry").await;
        forked.grow(size - common, "other").await;
        forked.files()
    }
}

#[track_caller]
fn assert_refused(ran: &Ran, code: &str) {
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(ran.err.contains(&format!("error[{code}]")), "{ran:?}");
}

#[track_caller]
fn assert_same(mirror: &Path, log: &Path) {
    let (here, there) = (entries(mirror), entries(log));
    assert_eq!(here.len(), there.len());
    assert!(here == there, "the entries differ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_taken_over_byte_for_byte_and_followed() {
    let mut scene = Scene::new(700).await;
    assert_refused(&scene.mirror("copy"), "LOG_NOTHING_PUBLISHED");
    for more in [0, 1, 67, 256, 300] {
        scene.log.grow(more, "entry").await;
        let files = scene.log.files();
        let note = files["checkpoint"].clone();
        scene.stranger.answer(serving(files));
        let ran = scene.mirror("copy");
        assert_eq!(ran.status, 0, "{ran:?}");
        assert_same(&scene.path("copy"), &scene.path("log"));
        assert_eq!(published(&scene.path("copy")).to_bytes(), note);
        // Nothing new is no error.
        assert_eq!(scene.mirror("copy").status, 0);
    }
    assert_eq!(evidence(&scene.path("copy")).len(), 0);
    let wrong = run(&[
        "serve",
        "--data",
        text(&scene.path("copy")),
        "--log-key",
        "x",
    ]);
    assert_eq!(wrong.status, 2, "{wrong:?}");
}

/// A log need not keep an unfinished tile that is full by now.
#[tokio::test(flavor = "multi_thread")]
async fn full_tiles_stand_for_unfinished_ones_that_are_gone() {
    let mut scene = Scene::new(300).await;
    let mut served = scene.log.files();
    scene.log.grow(300, "entry").await;
    for (path, content) in scene.log.files() {
        if path != "checkpoint" {
            served.insert(path, content);
        }
    }
    served.retain(|path, _| !path.ends_with(".p/44"));
    scene.stranger.answer(serving(served));
    let ran = scene.mirror("copy");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(
        entries(&scene.path("copy")),
        entries(&scene.path("log"))[..300]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_entries_and_tiles_are_not_taken_and_are_kept_as_evidence() {
    let mut scene = Scene::new(600).await;
    let honest = scene.log.files();
    let changed = |path: &str, at: usize| {
        let mut files = honest.clone();
        files.get_mut(path).unwrap()[at] ^= 1;
        files
    };
    // The last byte of a bundle is in its last entry's data.
    let last = |path: &str| honest[path].len() - 1;
    let cases = [
        ("tile/entries/000", "MIRROR_ENTRY_FALSE", "index 255"),
        ("tile/entries/001", "MIRROR_ENTRY_FALSE", "index 511"),
        ("tile/entries/002.p/88", "MIRROR_ENTRY_FALSE", "index 599"),
        ("tile/1/000.p/2", "MIRROR_TILE_FALSE", "600"),
        ("tile/0/002.p/88", "MIRROR_TILE_FALSE", "600"),
    ];
    for (n, (path, code, place)) in cases.into_iter().enumerate() {
        let dir = format!("copy-{n}");
        scene.stranger.answer(serving(changed(path, last(path))));
        let ran = scene.mirror(&dir);
        assert_refused(&ran, code);
        assert!(ran.err.contains(place), "{ran:?}");
        let kept = evidence(&scene.path(&dir));
        assert!(
            kept.values()
                .any(|content| *content == honest["checkpoint"])
        );
        let stored = entries(&scene.path(&dir));
        assert!(stored == entries(&scene.path("log"))[..stored.len()]);
        assert!(!scene.path(&dir).join("checkpoint").exists(), "{ran:?}");
        // Once the log is honest, the mirror goes on from where it stands.
        scene.stranger.answer(serving(honest.clone()));
        assert_eq!(scene.mirror(&dir).status, 0);
        assert_same(&scene.path(&dir), &scene.path("log"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_the_log_has_not_signed_is_not_believed() {
    let mut scene = Scene::new(10).await;
    let honest = scene.log.files();
    let note = String::from_utf8(honest["checkpoint"].clone()).unwrap();
    let other_key = scene.path("other.key");
    log_key(&other_key, ORIGIN);
    let mut other = Log::open(&scene.path("other"), &other_key);
    other.grow(10, "entry").await;
    let others = other.files()["checkpoint"].clone();
    let lies = [
        note.replacen("\n10\n", "\n11\n", 1).into_bytes(),
        note.replacen(ORIGIN, "sijill.test/another", 1).into_bytes(),
        others,
        b"no note".to_vec(),
    ];
    for lie in lies {
        let mut files = honest.clone();
        files.insert("checkpoint".to_owned(), lie.clone());
        scene.stranger.answer(serving(files));
        assert_refused(&scene.mirror("copy"), "MIRROR_CHECKPOINT_FALSE");
        assert!(
            evidence(&scene.path("copy"))
                .values()
                .any(|kept| *kept == lie)
        );
        assert_eq!(entries(&scene.path("copy")).len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_is_refused_with_both_checkpoints_as_evidence() {
    let mut scene = Scene::new(300).await;
    let honest = scene.log.files();
    scene.stranger.answer(serving(honest.clone()));
    assert_eq!(scene.mirror("copy").status, 0);
    // Longer, as long, and shorter than what is here.
    let before = entries(&scene.path("copy"));
    for size in [400, 300, 299] {
        let forked = scene.fork(200, size).await;
        std::fs::remove_dir_all(scene.path("fork")).unwrap();
        scene.restore_old_state();
        scene.stranger.answer(serving(forked.clone()));
        assert_refused(&scene.mirror("copy"), "MIRROR_LOG_FORKED");
        let kept = evidence(&scene.path("copy"));
        for note in [&honest["checkpoint"], &forked["checkpoint"]] {
            assert!(is_signed(note, &scene.log.vkey));
            assert!(kept.values().any(|content| content == note), "{size}");
        }
        assert!(entries(&scene.path("copy")) == before);
    }
    // The honest log is followed again: it still contains everything here.
    scene.log.grow(5, "entry").await;
    let files = scene.log.files();
    scene.stranger.answer(serving(files));
    assert_eq!(scene.mirror("copy").status, 0);
}

impl Scene {
    /// A fork signs with a state that knows of nothing, each time.
    fn restore_old_state(&self) {
        let state = self.path("old-log.key.state");
        let _ = std::fs::remove_file(&state);
        let fresh = self.path("fresh.key");
        let _ = std::fs::remove_file(&fresh);
        let _ = std::fs::remove_file(self.path("fresh.key.state"));
        log_key(&fresh, ORIGIN);
        std::fs::rename(self.path("fresh.key.state"), state).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_went_back_is_told_and_nothing_is_removed() {
    let mut scene = Scene::new(50).await;
    let early = scene.log.files();
    scene.log.grow(30, "entry").await;
    let late = scene.log.files();
    scene.stranger.answer(serving(late.clone()));
    assert_eq!(scene.mirror("copy").status, 0);
    scene.stranger.answer(serving(early.clone()));
    assert_refused(&scene.mirror("copy"), "MIRROR_LOG_REWOUND");
    let kept = evidence(&scene.path("copy"));
    for note in [&early["checkpoint"], &late["checkpoint"]] {
        assert!(kept.values().any(|content| content == note));
    }
    assert_same(&scene.path("copy"), &scene.path("log"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_cosigns_what_it_holds() {
    let mut scene = Scene::new(20).await;
    let vkey = witness_key(&scene.path("w.key"), "mirror.example");
    let (key, state) = (scene.path("w.key"), scene.path("w.state"));
    let cosigning = ["--cosign", text(&key), "--cosign-state", text(&state)];
    let mirror = |scene: &Scene| {
        let dir = scene.path("copy");
        mirror_once(&scene.stranger.url(), &dir, &scene.log.vkey, &cosigning)
    };
    let files = scene.log.files();
    scene.stranger.answer(serving(files));
    std::fs::create_dir_all(&state).unwrap();
    assert_refused(&mirror(&scene), "WITNESS_LOG_NOT_ENROLLED");
    let enrol = ["witness", "enrol", "--state", text(&state), ORIGIN];
    assert_eq!(run(&enrol).status, 0);
    assert_refused(&run(&enrol), "STATE_EXISTS");
    let verifier = CosignatureVerifier::parse(&vkey).unwrap();
    for more in [0, 5] {
        scene.log.grow(more, "entry").await;
        let files = scene.log.files();
        scene.stranger.answer(serving(files));
        let ran = mirror(&scene);
        assert_eq!(ran.status, 0, "{ran:?}");
        let held = published(&scene.path("copy"));
        assert_eq!(held.checkpoint().size(), 20 + more);
        let cosigned_at = verifier.cosigned_at(held.note()).unwrap();
        assert!(cosigned_at.is_some());
        assert!(is_signed(&held.to_bytes(), &scene.log.vkey));
    }
}
