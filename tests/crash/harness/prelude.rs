//! Re-exports for the crash tests: the world, the cases and their checks.

pub use muster_domain::DeliveryKind;
pub use muster_sandbox::Sandbox;

pub use crate::deliveries::{declare_and_deliver, declare_incident};
pub use crate::exactly_once::{
    assert_activity_posted, assert_event_count, open_ephemeral, run_command,
    test_action_redelivery, test_button_redelivery, test_command_modal_redelivery,
    test_command_redelivery, test_modal_redelivery, test_redelivery,
};
pub use crate::expected_state::{CHANNEL, ExpectedState};
pub use crate::harness::{World, assert_accepted, wait_for};
pub use crate::kill_points::{DeliveryCase, KillPoint, kill_during, kill_during_action};
pub use crate::matrix::{run_matrix, run_web_matrix};
pub use crate::redelivery::{RequestKillPoint, kill_and_redeliver};
pub use crate::request_kinds::RequestName;
