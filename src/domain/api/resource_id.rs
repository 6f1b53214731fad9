//! IDs of resources: UUIDs of version 8 (RFC 9562, section 5.8), which API clients require.
//!
//! A UUID consists of the store's ID, the type of the resource and its number, so it needs no column and leads
//! back to the resource. It is the same in every document and after a restore.

use crate::UserId;

/// The bits of the number in a UUID.
const NUMBER_BITS: u32 = 68;

/// The type of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceType {
    /// An incident, by its number.
    Incident,
    /// A user, by their Slack ID.
    User,
}

impl ResourceType {
    /// Returns the JSON:API type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incidents",
            Self::User => "users",
        }
    }

    fn tag(self) -> u128 {
        match self {
            Self::Incident => 1,
            Self::User => 2,
        }
    }
}

/// Returns the UUID of a resource. `store_id` has at least twelve hexadecimal digits.
pub fn resource_id(store_id: &str, resource: ResourceType, number: u128) -> String {
    let store = store_id.get(..12).unwrap_or("000000000000");
    let low = number & ((1 << NUMBER_BITS) - 1);
    let rest = format!("{:018x}", (resource.tag() << NUMBER_BITS) | low);
    format!(
        "{}-{}-8{}-a{}-{}",
        &store[..8],
        &store[8..],
        &rest[..3],
        &rest[3..6],
        &rest[6..]
    )
}

/// Returns the UUID of a user. Slack: an ID consists of digits and capital letters.
pub fn user_resource_id(store_id: &str, user: &UserId) -> String {
    let digits = user.as_str().chars().map(|sign| sign.to_digit(36));
    let number = digits.fold(0_u128, |number, digit| {
        let digit = u128::from(digit.unwrap_or_default());
        number.wrapping_mul(36).wrapping_add(digit)
    });
    resource_id(store_id, ResourceType::User, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: &str = "0123456789abcdef";

    #[test]
    fn ids_are_uuids_of_the_store_the_type_and_the_number() {
        assert_eq!(
            resource_id(STORE, ResourceType::Incident, 7),
            "01234567-89ab-8100-a000-000000000007"
        );
        let users = ["U0ALICE0001", "U0ALICE0002", "WZZZZZZZZZZZ"];
        let ids = users.map(|user| user_resource_id(STORE, &UserId::from(user)));
        for id in &ids {
            assert_eq!(id.len(), 36, "{id}");
            assert!(id.starts_with("01234567-89ab-82"), "{id}");
        }
        assert_ne!(ids[0], ids[1]);
    }
}
