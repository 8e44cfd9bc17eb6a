//! Every command has its method. The service over a real connection: `tender/tests/selective.rs`.

use super::*;
use crate::grpc::testing::*;

reached! { list_methods: Command {
    Command::Announce(_) => Some("AnnounceQualification"),
    Command::Request(_) => Some("RequestQualification"),
    Command::WithdrawRequest(_) => Some("WithdrawQualificationRequest"),
    Command::Close(_) => Some("CloseQualification"),
    Command::Assess(_) => Some("AssessSupplier"),
    Command::Publish { .. } => Some("PublishQualificationList"),
    Command::Suspend(_) => Some("SuspendQualifiedSupplier"),
    Command::Reinstate(_) => Some("ReinstateQualifiedSupplier"),
    Command::Remove(_) => Some("RemoveQualifiedSupplier"),
    Command::End(_) => Some("EndQualification"),
} }

#[test]
fn every_command_has_its_method() {
    let reached = [list_methods(), vec!["GetQualification"]];
    assert_served(
        "sijill.procurement.v1",
        "QualificationService",
        &reached.concat(),
    );
}
