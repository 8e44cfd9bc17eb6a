//! A tender's envelopes on the machines of members and bidders, with files alone: keys, a sealing sheet, sealing, shares, the
//! opening, and those who cheat.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Ran, run};
use serde_json::Value;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::seal::files::{FileForm as _, SheetFile};
use sijill_ledger_core::seal::{Member, MemberKey, Sheet, Terms};
use sijill_ledger_core::time::Timestamp;

const ORIGIN: &str = "sijill.test/health";
const TENDER: &str = "tender-2026-7";
const BID: &str = "سعر الوحدة: 12.50";

/// A folder with the files of all who take part.
struct Desk(tempfile::TempDir);

impl Desk {
    /// Five members with keys, a sheet for 3 of them, a bidder with a key and a bid.
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let members = (1..=5).map(|seat| desk.member(seat)).collect();
        desk.write_sheet("sheet", "financial", members);
        let (key, owner) = (desk.path("bidder.key"), "organization:NILE");
        run(["sign", "key", "--out", &key, "--owner", owner]).ok();
        fs::write(desk.path("bid"), BID).unwrap();
        desk
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn member(&self, seat: u8) -> Member {
        let (id, key) = (
            format!("official:{seat}"),
            self.path(&format!("{seat}.key")),
        );
        let made = json(&[
            "committee",
            "keygen",
            "--out",
            &key,
            "--origin",
            ORIGIN,
            "--tender",
            TENDER,
            "--member",
            &id,
        ]);
        let bytes = |name: &str| {
            STANDARD
                .decode(made["keys"][0][name].as_str().unwrap())
                .unwrap()
        };
        let key = MemberKey::new(&bytes("key")).unwrap();
        let proof = bytes("proof").try_into().unwrap();
        Member { id, key, proof }
    }

    /// What the tender publishes.
    fn write_sheet(&self, name: &str, kind: &str, members: Vec<Member>) {
        let terms = Terms {
            origin: ORIGIN.to_owned(),
            tender: TENDER.to_owned(),
            kind: kind.to_owned(),
            threshold: 3,
            members,
        };
        let file = SheetFile {
            sheet: Sheet::new(terms).unwrap(),
            deadline: EffectiveAt::new(Timestamp::from_micros(1_800_000_000_000_000), 120).unwrap(),
        };
        fs::write(self.path(name), file.to_json().unwrap().as_bytes()).unwrap();
    }

    fn seal(&self) -> Value {
        let [sheet, key, out, secret, bid] =
            ["sheet", "bidder.key", "envelope", "secret", "bid"].map(|name| self.path(name));
        json(&[
            "bid", "seal", "--sheet", &sheet, "--key", &key, "--out", &out, "--secret", &secret,
            &bid,
        ])
    }

    fn share(&self, seat: u8) -> Value {
        let (key, out) = (
            self.path(&format!("{seat}.key")),
            self.path(&format!("{seat}.share")),
        );
        let (sheet, envelope) = (self.path("sheet"), self.path("envelope"));
        json(&[
            "committee",
            "share",
            "--sheet",
            &sheet,
            "--key",
            &key,
            "--out",
            &out,
            &envelope,
        ])
    }

    fn open(&self, seats: &[u8], more: &[&str]) -> Ran {
        let shares = seats.iter().map(|seat| self.path(&format!("{seat}.share")));
        let shares: Vec<_> = shares
            .flat_map(|share| ["--share".to_owned(), share])
            .collect();
        let (sheet, envelope, out) = (
            self.path("sheet"),
            self.path("envelope"),
            self.path("opened"),
        );
        let fixed = [
            "committee",
            "open",
            "--output",
            "json",
            "--sheet",
            &sheet,
            "--out",
            &out,
            &envelope,
        ];
        let arguments = fixed.into_iter().chain(more.iter().copied());
        run(arguments.map(str::to_owned).chain(shares))
    }

    /// Changes a file of JSON.
    fn change(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let path = self.path(name);
        let mut value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        change(&mut value);
        fs::write(&path, value.to_string()).unwrap();
    }
}

#[track_caller]
fn json(arguments: &[&str]) -> Value {
    let out = run([&["--output", "json"], arguments].concat()).ok();
    serde_json::from_str(&out).unwrap()
}

fn mode(path: &str) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn three_of_five_open_a_bid() {
    let desk = Desk::new();
    let sealed = desk.seal();
    assert_eq!(sealed["tender"], TENDER);
    assert_eq!(sealed["threshold"], 3);
    assert_eq!(sealed["ciphertext_bytes"], 4096 + 16);
    assert_eq!(sealed["deadline"], "2027-01-15T08:00:00.000000Z");
    assert_eq!(sealed["seats"][4]["member"], "official:5");
    // The envelope says nothing of the bid; what opens it is its bidder's own.
    let envelope = fs::read_to_string(desk.path("envelope")).unwrap();
    assert!(!envelope.contains("12.50") && !envelope.contains(TENDER));
    assert_eq!(
        (mode(&desk.path("secret")), mode(&desk.path("envelope"))),
        (0o600, 0o644)
    );
    let (sheet, envelope, secret) = (
        desk.path("sheet"),
        desk.path("envelope"),
        desk.path("secret"),
    );
    let seen = json(&["bid", "verify", "--sheet", &sheet, &envelope]);
    assert_eq!(seen, sealed);
    let own = json(&[
        "bid", "verify", "--sheet", &sheet, "--secret", &secret, &envelope,
    ]);
    assert_eq!(
        (&own["digest"], &own["bid_bytes"]),
        (&sealed["digest"], &BID.len().into())
    );

    for seat in [1, 2, 4] {
        assert_eq!(desk.share(seat)["seats"][0]["answer"], "share");
        assert_eq!(mode(&desk.path(&format!("{seat}.share"))), 0o600);
    }
    let refused = desk.open(&[1, 4], &[]);
    let answer: Value = serde_json::from_str(&refused.out).unwrap();
    assert_eq!(answer["outcome"], "not_enough");
    refused.fails(3, "SEAL_NOT_ENOUGH_SHARES");
    assert!(!Path::new(&desk.path("opened")).exists());
    let answer: Value = serde_json::from_str(&desk.open(&[1, 4, 2], &[]).ok()).unwrap();
    assert_eq!(answer["outcome"], "opened");
    let judged = |seat: usize| answer["seats"][seat - 1]["judged"].as_str();
    assert_eq!([1, 2, 3].map(judged), [Some("right"), Some("right"), None]);
    assert_eq!(fs::read_to_string(desk.path("opened")).unwrap(), BID);
    // A second opening does not write over the first.
    desk.open(&[1, 4, 2], &[]).fails(9, "INPUT_UNUSABLE");
}

/// One member answers with another's share, one complains falsely, two have lost their keys: the bidder reveals the secret.
#[test]
fn who_answers_falsely_is_named_and_lost_keys_are_made_up_for() {
    let desk = Desk::new();
    desk.seal();
    for seat in [1, 2, 3] {
        desk.share(seat);
    }
    let share: Value = serde_json::from_slice(&fs::read(desk.path("1.share")).unwrap()).unwrap();
    desk.change("2.share", |file| file["answer"] = share["answer"].clone());
    desk.change("3.share", |file| file["answer"] = "complaint".into());
    desk.open(&[1, 2, 3], &[])
        .fails(3, "SEAL_NOT_ENOUGH_SHARES");
    let secret = desk.path("secret");
    let opened = desk.open(&[1, 2, 3], &["--secret", &secret]).ok();
    let answer: Value = serde_json::from_str(&opened).unwrap();
    let judged = |seat: usize| answer["seats"][seat - 1]["judged"].as_str();
    assert_eq!(
        [1, 2, 3].map(judged),
        [Some("right"), Some("false"), Some("false")]
    );
    assert_eq!(fs::read_to_string(desk.path("opened")).unwrap(), BID);
}

/// What is changed on the way, or belongs to another sheet or envelope, is refused by name.
#[test]
fn files_that_do_not_belong_together_are_refused() {
    let desk = Desk::new();
    desk.seal();
    desk.share(1);
    let (sheet, envelope, secret) = (
        desk.path("sheet"),
        desk.path("envelope"),
        desk.path("secret"),
    );
    desk.open(&[1, 1], &[]).fails(9, "seat 1 answers twice");
    desk.change("1.share", |file| file["digest"] = "0".repeat(64).into());
    desk.open(&[1], &[]).fails(9, "about another envelope");
    let members = SheetFile::from_json(&fs::read(&sheet).unwrap()).unwrap();
    let members = members.sheet.terms().members.clone();
    desk.write_sheet("other", "technical", members);
    let other = desk.path("other");
    let arabic = run([
        "--lang", "ar", "bid", "verify", "--sheet", &other, &envelope,
    ]);
    arabic.fails(9, "خُتم العطاء بالكشف");
    run(["bid", "verify", "--sheet", &envelope, &envelope]).fails(9, "sijill-sealing-sheet/v1");
    let verify = [
        "bid", "verify", "--sheet", &sheet, "--secret", &secret, &envelope,
    ];
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    run(verify).fails(9, "others can read this secret file");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    // One share of the envelope is changed: its member complains, and its digest is another.
    desk.change("envelope", |file| {
        file["shares"][1] = file["shares"][0].clone();
    });
    let answered = desk.share(2);
    assert_eq!(answered["seats"][0]["answer"], "complaint");
    assert!(
        answered["seats"][0]["why"]
            .as_str()
            .unwrap()
            .contains("does not open")
    );
    run(verify).fails(9, "opens another envelope");
    // A key of another member's place, and one that is no member's key.
    let key = desk.path("bidder.key");
    run([
        "committee",
        "share",
        "--sheet",
        &sheet,
        "--key",
        &key,
        &envelope,
    ])
    .fails(9, "committee member's key");
}

/// A bidder whose client keeps a message in the padding, so to speak: a share that is not the one of the rule voids the bid, and
/// it shows whoever opens it.
#[test]
fn a_bid_that_is_not_sealed_by_the_rules_is_void() {
    let desk = Desk::new();
    desk.seal();
    desk.change("envelope", |file| {
        file["shares"][4] = file["shares"][0].clone();
    });
    for seat in [1, 2, 3] {
        desk.share(seat);
    }
    let refused = desk.open(&[1, 2, 3], &[]);
    let answer: Value = serde_json::from_str(&refused.out).unwrap();
    assert_eq!(answer["outcome"], "void");
    refused.fails(3, "SEAL_VOID_OTHER_SHARE");
    assert!(!Path::new(&desk.path("opened")).exists());
}

#[test]
fn nothing_is_sealed_that_could_not_be_opened() {
    let desk = Desk::new();
    let [sheet, key, out, secret] =
        ["sheet", "bidder.key", "envelope", "secret"].map(|name| desk.path(name));
    let seal = |bid: &str| {
        run([
            "bid", "seal", "--sheet", &sheet, "--key", &key, "--out", &out, "--secret", &secret,
            bid,
        ])
    };
    for (name, bytes) in [("empty", 0), ("large", 1_048_509)] {
        let bid = desk.path(name);
        fs::write(&bid, vec![b'x'; bytes]).unwrap();
        seal(&bid).fails(9, &format!("the bid has {bytes} bytes"));
    }
    assert!(!Path::new(&secret).exists() && !Path::new(&out).exists());
    // Where the envelope cannot be written, no secret of an envelope that is not there is left.
    fs::write(&out, "something else").unwrap();
    seal(&desk.path("bid")).fails(9, "is not overwritten");
    assert!(!Path::new(&secret).exists());
    assert_eq!(fs::read_to_string(&out).unwrap(), "something else");
    // A member's key is for one tender: its proof does not hold for another.
    desk.change("sheet", |file| file["tender"] = "tender-2026-8".into());
    fs::remove_file(&out).unwrap();
    seal(&desk.path("bid")).fails(9, "proof of possession");
}
