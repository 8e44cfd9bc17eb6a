//! Commands that need no token: whoever signs one acts, under the name of the key.

use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_schemas::types::v1::CommandResponse;
use tonic::Status;

use super::{CommandRequest, Commands, nobody, pseudonym, read};
use crate::auth::policy::{self, Allowed};
use crate::grpc::status;

impl Commands {
    /// One command of a supplier whom nobody knows yet, from its request to its answer. Only for methods whose row lets everyone
    /// in; that the signature is the key's, the ledger judges.
    pub async fn execute_signed<C: CommandRequest>(
        &self,
        mut request: C,
    ) -> Result<CommandResponse, Status> {
        let entry = policy::find(C::PATH);
        if !entry.is_some_and(|entry| entry.row.allowed == Allowed::Anyone) {
            return Err(status::internal("a row that asks for a token"));
        }
        let circumstances = request.take_context().unwrap_or_default();
        let (mut context, (target, command)) =
            read(circumstances, &nobody(), C::NAME, |payload| {
                request.read(payload)
            })?;
        context.actor = Actor {
            id: ActorId::Key(pseudonym(context.statement.as_ref())?),
            role: Role::Supplier,
            position: None,
        };
        let stream = target.stream;
        let pending = self
            .ledger
            .submit::<C::Aggregate>(&stream, command, context);
        let pending = self.told(pending.await).await?;
        let done = self.told(pending.done().await).await?;
        Ok(self.answer(&stream, &done))
    }
}
