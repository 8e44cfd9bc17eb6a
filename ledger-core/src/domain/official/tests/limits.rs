//! Delegated limits, whatever happened before.

use proptest::prelude::*;

use super::*;

/// A day in the first forty of 2026.
fn near(offset: u8) -> Date {
    day("2026-01-01").plus_days(i32::from(offset))
}

#[derive(Clone, Debug)]
enum Step {
    Appoint {
        post: u8,
        from: u8,
    },
    Leave {
        post: u8,
        last_day: u8,
    },
    Delegate {
        post: u8,
        limit: u8,
        from: u8,
        until: u8,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let days = 0..24_u8;
    let delegate = (0..2_u8, 0..9_u8, days.clone(), 0..24_u8);
    prop_oneof![
        1 => (0..2_u8, days.clone()).prop_map(|(post, from)| Step::Appoint { post, from }),
        1 => (0..2_u8, days).prop_map(|(post, last_day)| Step::Leave { post, last_day }),
        4 => delegate.prop_map(|(post, limit, from, length)| {
            let until = from + length;
            Step::Delegate { post, limit, from, until }
        }),
    ]
}

/// An official in two posts, after the steps that were accepted.
fn after(steps: &[Step]) -> Given<Official> {
    let posts = [0, 1].map(|post| Step::Appoint { post, from: 0 });
    posts.iter().chain(steps).fold(nobody(), |given, step| {
        given.when(match *step {
            Step::Appoint { post: p, from } => Command::Appoint(Appointment {
                from: near(from),
                ..appointment(&p.to_string(), "2026-01-01")
            }),
            Step::Leave { post: p, last_day } => Command::Leave(Departure {
                post: post(&p.to_string()),
                last_day: near(last_day),
                decree: decree(),
            }),
            Step::Delegate {
                post: p,
                limit,
                from,
                until,
            } => Command::Delegate(Delegation {
                limit: money(i64::from(limit)),
                from: near(from),
                until: near(until),
                ..delegation(&p.to_string(), 1, "2026-01-01", "2026-01-01")
            }),
        })
    })
}

proptest! {
    /// What is passed on is what the delegator has on every single day, neither more nor less.
    #[test]
    fn delegated_limits(
        steps in prop::collection::vec(step(), 0..14),
        limit in 0..9_i64, from in 0..24_u8, length in 0..12_u8,
    ) {
        let (from, until) = (near(from), near(from.saturating_add(length)));
        let director = after(&steps).state().clone();
        let daily: Option<Vec<Money>> = (from.days()..=until.days())
            .map(|on| director.record()?.posts().limit_on(Date::from_days(on).ok()?, pounds()))
            .collect();
        let enough = limit == 0 || daily.is_some_and(|daily| daily.iter().all(|has| has.amount() >= Decimal::from(limit)));
        let given = head()
            .reading(Official::stream(&id("director")), 0, director)
            .when(Command::Delegate(Delegation {
                limit: money(limit),
                from,
                until,
                delegator: Some(id("director")),
                ..delegation("head", 1, "2026-01-01", "2026-01-01")
            }));
        if enough {
            prop_assert_eq!(given.last().len(), 1);
        } else {
            let delegator = id("director");
            prop_assert_eq!(given.refused(), Refusal::AboveDelegator { delegator, limit: money(limit) });
        }
    }

    /// Authority never outlives the post, whatever happened before.
    #[test]
    fn no_authority_outside_a_post(steps in prop::collection::vec(step(), 0..20)) {
        let official = after(&steps).state().clone();
        if let Some(record) = official.record() {
            for on in (0..45).map(near) {
                for p in (0..3).map(|p| post(&p.to_string())) {
                    let limit = record.posts().limit_in(&p, on, pounds());
                    prop_assert!(limit.is_none() || record.posts().fills(&p, on));
                }
            }
        }
    }
}
