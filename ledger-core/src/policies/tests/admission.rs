//! Suppliers who are admitted: what the policy brings, once, and what a rule refuses it.

use super::world::clock;
use super::*;
use crate::aggregate::Aggregate;
use crate::domain::application::tests::{applied, holder, key, nile};
use crate::domain::application::{self, Application};
use crate::domain::organization::{self, Organization, Registration};
use crate::domain::reaction::Reaction;
use crate::event::{Actor, Role};
use crate::ledger::command_hash;
use crate::statement::Claim;
use crate::testing::actor;

const POLICY: &str = "admission-of-suppliers";

struct Desk {
    ledger: Ledger<MemoryStore>,
    store: Arc<MemoryStore>,
    commands: u128,
}

impl Desk {
    /// Nile has applied.
    async fn new() -> Self {
        let store = Arc::new(MemoryStore::new("sijill.test", clock()));
        let ledger = Ledger::new(Arc::clone(&store), clock());
        let mut desk = Self {
            ledger,
            store,
            commands: 0,
        };
        let key = key(7);
        let apply = application::Command::Apply(applied(&key));
        let mut context = desk.context(holder(&key));
        let hash = command_hash::<Application>(&apply, None).unwrap();
        context.statement = Some(key.sign(&Claim {
            origin: "sijill.test".to_owned(),
            stream: Application::stream(&nile()),
            command_id: context.command_id,
            effective_at: None,
            key: key.public().id(),
            payload: hash,
            approved: None,
        }));
        desk.execute::<Application>(&Application::stream(&nile()), apply, context)
            .await;
        desk
    }

    fn context(&mut self, by: Actor) -> Context {
        self.commands += 1;
        Context::new(Uuid::from_u128(self.commands), by)
    }

    async fn execute<A: Aggregate>(
        &self,
        stream: &StreamName,
        command: A::Command,
        context: Context,
    ) {
        let done = self.ledger.execute::<A>(stream, command, context).await;
        done.unwrap();
    }

    async fn approve(&mut self) {
        let context = self.context(actor("rana", Role::Registrar));
        let approve = application::Command::Approve { applied: 0 };
        self.execute::<Application>(&Application::stream(&nile()), approve, context)
            .await;
    }

    async fn organization(&self) -> Organization {
        let stream = Organization::stream(&nile());
        self.ledger.state::<Organization>(&stream).await.unwrap()
    }

    /// With a checkpoint that was lost.
    async fn react(&self) {
        let kept: Arc<dyn Checkpoints> = Arc::new(MemoryCheckpoints::default());
        catch_up(&self.ledger, &kept).await.unwrap();
    }
}

#[tokio::test]
async fn an_approval_registers_the_organisation_and_presents_its_key_once() {
    let mut desk = Desk::new().await;
    desk.react().await;
    assert!(!desk.organization().await.is_registered());
    desk.approve().await;
    desk.react().await;
    let organization = desk.organization().await;
    let applicant = applied(&key(7)).applicant;
    assert_eq!(organization.profile(), Some(&applicant.profile()));
    let keys = organization.keys().unwrap();
    let id = applicant.key.id();
    assert_eq!((keys.proposed(&id), keys.enrolled(&id)), (Some(1), None));
    let size = desk.store.size();
    desk.react().await;
    assert_eq!(desk.store.size(), size, "nothing happens twice");
}

/// A registrar registered another firm by hand under the id, between the approval and its steps: both steps are refused, for all
/// to see, and that firm gets no key of a stranger.
#[tokio::test]
async fn what_stands_in_the_way_is_visible_and_gets_no_key() {
    let mut desk = Desk::new().await;
    desk.approve().await;
    let mut profile = applied(&key(7)).applicant.profile();
    profile.external = crate::domain::values::ExternalId::new("EG-GAFI:9").unwrap();
    let register = organization::Command::Register(Registration {
        profile,
        bank_account: None,
    });
    let context = desk.context(actor("sami", Role::Registrar));
    desk.execute::<Organization>(&Organization::stream(&nile()), register, context)
        .await;
    desk.react().await;
    let own = Reaction::stream(POLICY);
    let refused = desk.ledger.state::<Reaction>(&own).await.unwrap();
    let approval = desk.store.read_log(1).await.unwrap();
    let cause = approval.get(0).unwrap().1.id;
    assert!(refused.is_refused(cause, 0) && refused.is_refused(cause, 1));
    let organization = desk.organization().await;
    let id = applied(&key(7)).applicant.key.id();
    assert_eq!(organization.keys().unwrap().proposed(&id), None);
}
