//! Changes of the users in a role.

use crate::UserId;

/// The maximum number of users in a role. A modal of Slack sends each user twice (initial and current value),
/// with 20 bytes each; the limit keeps a request with 20 full roles and 100 responders within 64
/// KiB.
pub const MAX_USERS_PER_ROLE: usize = 30;

/// The users who were added to and removed from a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserDiff {
    /// The added users.
    pub added: Vec<UserId>,
    /// The removed users.
    pub removed: Vec<UserId>,
}
