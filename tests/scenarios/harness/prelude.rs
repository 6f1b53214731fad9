//! Re-exports for the scenarios: the runners, the world, its users, and shared texts.

pub use crate::harness::message_text::{
    CHANNEL, DECLARED_REPLY, MessageText, NO_OPEN_INCIDENT, RESOLVED, SEV_1, SEV_2, SEV_3, SEV_4,
    STABLE, WELCOME_TEXT,
};
pub use crate::harness::scenario::{
    incident_over_both_transports, incident_over_http, incident_scenario, over_both_transports,
    over_http, over_socket_mode, scenario,
};
pub use crate::harness::user::{DeclaredIncident, TestUser};
pub use crate::harness::user_messages::FIRST_TASK;
pub use crate::harness::world::World;
