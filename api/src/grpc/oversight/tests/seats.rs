//! Who waits for whom at the desk.

use std::sync::mpsc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tonic::{Request, Status};

use super::*;
use crate::auth::caller::Caller;
use crate::grpc::question::desk::{Effort, Place};

/// Far longer than a seat that is free takes.
const LONG_ENOUGH: Duration = Duration::from_mins(1);
/// Long enough to see that nothing happens.
const A_WHILE: Duration = Duration::from_millis(200);

/// A question that takes until it is told to end.
fn endless(desk: &Desk) -> (mpsc::Sender<()>, JoinHandle<Result<(), Status>>) {
    let (end, ended) = mpsc::channel();
    let desk = desk.clone();
    let asking = tokio::spawn(async move {
        let work = move |_: &crate::grpc::question::desk::Look<'_>| {
            // A sender that is gone says end too.
            let _ = ended.recv();
            Ok(())
        };
        desk.see(Place::Now, Effort::Long, work).await
    });
    (end, asking)
}

#[tokio::test(flavor = "multi_thread")]
async fn long_questions_without_a_token_delay_only_their_like() {
    let world = World::new().await;
    let desk = Desk::new(Arc::clone(&world.live));
    let mut request = Request::new(());
    let known = desk.for_caller(&request);
    request.extensions_mut().insert(Caller::Anonymous);
    let anonymous = desk.for_caller(&request);
    let ask = |desk: &Desk, effort| {
        let desk = desk.clone();
        async move { desk.see(Place::Now, effort, |look| Ok(look.size())).await }
    };
    // The views follow the log in their own time.
    let size = world.last() + 1;
    let caught_up = async {
        while ask(&known, Effort::Short).await.unwrap() < size {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG_ENOUGH, caught_up).await.unwrap();

    let cores = std::thread::available_parallelism().unwrap().get();
    let held: Vec<_> = (0..cores).map(|_| endless(&anonymous)).collect();
    tokio::time::sleep(A_WHILE).await;
    let answer = tokio::time::timeout(LONG_ENOUGH, ask(&known, Effort::Long)).await;
    assert_eq!(
        answer.unwrap().unwrap(),
        size,
        "they have seats of their own"
    );
    let answer = tokio::time::timeout(LONG_ENOUGH, ask(&anonymous, Effort::Short)).await;
    assert_eq!(
        answer.unwrap().unwrap(),
        size,
        "short questions take no seat"
    );
    let waiting = tokio::time::timeout(A_WHILE, ask(&anonymous, Effort::Long)).await;
    assert!(waiting.is_err(), "others like them wait");

    // All of them first: which one has the seat is not known.
    let (ends, asked): (Vec<_>, Vec<_>) = held.into_iter().unzip();
    drop(ends);
    for asking in asked {
        asking.await.unwrap().unwrap();
    }
    let after = tokio::time::timeout(LONG_ENOUGH, ask(&anonymous, Effort::Long)).await;
    assert_eq!(after.unwrap().unwrap(), size);
}
