//! Every command has its method. The service at work is played beside the tender that an agreement comes of
//! (`grpc/tender/tests/framework.rs`).

use super::framework::Command;
use crate::grpc::testing::*;

reached! { framework_methods: Command {
    Command::Conclude => Some("ConcludeFramework"),
    Command::CallOff(_) => Some("CallOff"),
    Command::Release(_) => Some("ReleaseCallOff"),
    Command::SuspendPlace(_) => Some("SuspendFrameworkPlace"),
    Command::ReinstatePlace(_) => Some("ReinstateFrameworkPlace"),
    Command::EndPlace(_) => Some("EndFrameworkPlace"),
    Command::ProposeTermination(_) => Some("ProposeFrameworkTermination"),
    Command::Terminate(_) => Some("TerminateFramework"),
} }

#[test]
fn every_command_has_its_method() {
    let reached = [framework_methods(), vec!["GetFramework"]].concat();
    assert_served("sijill.procurement.v1", "FrameworkService", &reached);
}
