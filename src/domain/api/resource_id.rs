//! IDs of resources: UUIDs of version 8 (RFC 9562, section 5.8), which API clients require.
//!
//! A UUID consists of the store's ID, the type of the resource and its number, so it needs no column and leads
//! back to the resource. It is the same in every document and after a restore.

use crate::{IncidentId, UserId};

/// The bits of the number in a UUID.
const NUMBER_BITS: u32 = 68;

/// The number of the system user, who represents Muster itself. No ID of Slack has it.
const SYSTEM_USER: u128 = 0;

/// The shortest ID of a Slack user that is decoded, and the longest one whose digits fit.
const USER_ID_LENGTHS: std::ops::RangeInclusive<usize> = 2..=13;

/// The type of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceType {
    /// An incident, by its number.
    Incident,
    /// A user, by their Slack ID.
    User,
    /// An incident type, by its number.
    IncidentType,
    /// A document or the postmortem of an incident.
    Attachment,
    /// A responder of an incident.
    Responder,
    /// An impact of an incident.
    Impact,
    /// The channel of an incident, or links to other tools.
    Integration,
    /// A field that the settings define, by its name.
    UserDefinedField,
    /// The team.
    Organization,
    /// A key of the API, by its ID in the store.
    ApiKey,
    /// A message template, by the number of its resource.
    NotificationTemplate,
    /// A notification rule, by the number of its resource.
    NotificationRule,
    /// A role that the settings define, by the number of its resource.
    UserDefinedRole,
    /// A postmortem template, by the number of its resource.
    PostmortemTemplate,
    /// A task of an incident.
    Todo,
    /// An entry of a timeline, by its ID in the store.
    TimelineCell,
    /// The assignment of a role to a user.
    RoleAssignment,
}

impl ResourceType {
    /// Returns the JSON:API type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incidents",
            Self::User => "users",
            Self::IncidentType => "incident_types",
            Self::Attachment => "incident_attachments",
            Self::Responder => "incident_responders",
            Self::Impact => "incident_impacts",
            Self::Integration => "incident_integrations",
            Self::UserDefinedField => "user_defined_field",
            Self::Organization => "orgs",
            Self::ApiKey => "api_keys",
            Self::Todo => "incident_todos",
            Self::NotificationTemplate => "notification_templates",
            Self::NotificationRule => "incident_notification_rules",
            Self::UserDefinedRole => "incident_user_defined_roles",
            Self::PostmortemTemplate => "postmortem_templates",
            Self::TimelineCell => "incident_timeline_cells",
            Self::RoleAssignment => "incident_role_assignments",
        }
    }

    fn tag(self) -> u128 {
        match self {
            Self::Incident => 1,
            Self::User => 2,
            Self::IncidentType => 3,
            Self::Attachment => 4,
            Self::Responder => 5,
            Self::Impact => 6,
            Self::Integration => 7,
            Self::UserDefinedField => 8,
            Self::Organization => 9,
            Self::ApiKey => 10,
            Self::TimelineCell => 15,
            Self::Todo => 20,
            Self::RoleAssignment => 22,
            Self::NotificationTemplate => 40,
            Self::NotificationRule => 41,
            Self::UserDefinedRole => 42,
            Self::PostmortemTemplate => 43,
        }
    }
}

/// A user as the path of a request names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserRef {
    /// A user of Slack.
    Slack(UserId),
    /// Muster itself.
    System,
}

/// How many types the digit before the number distinguishes.
const TAGS_PER_VARIANT: u128 = 16;

/// Returns the digit of the UUID's variant. Its lower two bits are free, so they are the upper bits of the type.
fn variant(tag: u128) -> char {
    match tag / TAGS_PER_VARIANT {
        0 => 'a',
        1 => 'b',
        2 => '8',
        _ => '9',
    }
}

/// Returns the UUID of a resource. `store_id` has at least twelve hexadecimal digits.
pub fn resource_id(store_id: &str, resource: ResourceType, number: u128) -> String {
    let store = store_id.get(..12).unwrap_or("000000000000");
    let low = number & ((1 << NUMBER_BITS) - 1);
    let (variant, tag) = (variant(resource.tag()), resource.tag() % TAGS_PER_VARIANT);
    let rest = format!("{:018x}", (tag << NUMBER_BITS) | low);
    format!(
        "{}-{}-8{}-{variant}{}-{}",
        &store[..8],
        &store[8..],
        &rest[..3],
        &rest[3..6],
        &rest[6..]
    )
}

/// Returns the number in the UUID of a resource; `None` if the text is no UUID, or one of another type or store.
pub fn parse_resource_id(store_id: &str, resource: ResourceType, text: &str) -> Option<u128> {
    let digits: String = text.chars().filter(|sign| *sign != '-').collect();
    let (high, low) = (digits.get(13..16)?, digits.get(17..)?);
    let rest = u128::from_str_radix(&format!("{high}{low}"), 16).ok()?;
    let number = rest & ((1 << NUMBER_BITS) - 1);
    // Comparing the whole text also checks the hyphens, the version and the store.
    let expected = resource_id(store_id, resource, number);
    expected.eq_ignore_ascii_case(text).then_some(number)
}

/// Returns the UUID of an incident type.
pub fn incident_type_resource_id(store_id: &str, incident_type: i64) -> String {
    let number = u128::from(incident_type.unsigned_abs());
    resource_id(store_id, ResourceType::IncidentType, number)
}

/// Returns the number of the incident type of a UUID. The type need not exist.
pub fn parse_incident_type_id(store_id: &str, text: &str) -> Option<i64> {
    let number = parse_resource_id(store_id, ResourceType::IncidentType, text)?;
    i64::try_from(number).ok()
}

/// Returns the UUID of an incident.
pub fn incident_resource_id(store_id: &str, incident: IncidentId) -> String {
    let number = u128::from(incident.number().unsigned_abs());
    resource_id(store_id, ResourceType::Incident, number)
}

/// Returns the incident that a path names: by UUID, as `IR-7` or as `7`.
pub fn parse_incident_ref(store_id: &str, text: &str) -> Option<IncidentId> {
    match parse_resource_id(store_id, ResourceType::Incident, text) {
        Some(number) => i64::try_from(number).ok().map(IncidentId),
        None => text.parse().ok(),
    }
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

/// Returns the UUID of the system user.
pub fn system_user_resource_id(store_id: &str) -> String {
    resource_id(store_id, ResourceType::User, SYSTEM_USER)
}

/// Returns the user of a UUID. The user need not exist.
pub fn parse_user_resource_id(store_id: &str, text: &str) -> Option<UserRef> {
    let mut number = parse_resource_id(store_id, ResourceType::User, text)?;
    if number == SYSTEM_USER {
        return Some(UserRef::System);
    }
    let mut digits = Vec::new();
    while number > 0 {
        let digit = u32::try_from(number % 36).ok()?;
        digits.push(char::from_digit(digit, 36)?.to_ascii_uppercase());
        number /= 36;
    }
    let id: String = digits.into_iter().rev().collect();
    let is_valid = USER_ID_LENGTHS.contains(&id.len());
    is_valid.then_some(UserRef::Slack(UserId(id)))
}

/// Returns the UUID of a part of an incident, such as an impact.
pub fn part_resource_id(
    store_id: &str,
    kind: ResourceType,
    incident: IncidentId,
    part: i64,
) -> String {
    resource_id(store_id, kind, part_number(incident, part))
}

/// Returns the number of a part in its UUID; `None` if the text is no UUID, or that of a part of another type or
/// incident.
pub fn parse_part_id(
    store_id: &str,
    kind: ResourceType,
    incident: IncidentId,
    text: &str,
) -> Option<i64> {
    let number = parse_resource_id(store_id, kind, text)?;
    let part = i64::try_from(number & ((1 << PART_BITS) - 1)).ok()?;
    (part_number(incident, part) == number).then_some(part)
}

/// Returns the UUID of a responder. It is looked up among the responders.
pub fn responder_resource_id(store_id: &str, incident: IncidentId, user: &UserId) -> String {
    let number = text_number(&format!("{incident} {user}"));
    resource_id(store_id, ResourceType::Responder, number)
}

/// Returns the UUID of the assignment of a role.
pub fn role_assignment_resource_id(
    store_id: &str,
    incident: IncidentId,
    role: &str,
    user: &UserId,
) -> String {
    let number = text_number(&format!("{incident} {role} {user}"));
    resource_id(store_id, ResourceType::RoleAssignment, number)
}

/// Returns the number of a part of an incident, such as an impact.
pub(super) fn part_number(incident: IncidentId, part: i64) -> u128 {
    let part = u128::from(part.unsigned_abs()) & ((1 << PART_BITS) - 1);
    (u128::from(incident.number().unsigned_abs()) << PART_BITS) | part
}

/// The bits of the number of a part.
const PART_BITS: u32 = 28;

/// Returns a number for a text. It does not lead back to the text: what it names is looked up in a short list. It is
/// FNV-1a, because it must be the same in each version.
pub(super) fn text_number(text: &str) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    text.bytes().fold(OFFSET, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

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
        for (id, user) in ids.iter().zip(users) {
            assert_eq!(id.len(), 36, "{id}");
            assert!(id.starts_with("01234567-89ab-82"), "{id}");
            let slack = UserRef::Slack(UserId::from(user));
            assert_eq!(parse_user_resource_id(STORE, id), Some(slack));
        }
        assert_ne!(ids[0], ids[1]);
        let system = system_user_resource_id(STORE);
        assert_eq!(
            parse_user_resource_id(STORE, &system),
            Some(UserRef::System)
        );
    }

    #[test]
    fn ids_of_all_types_are_different_uuids() {
        let types = [
            ResourceType::Incident,
            ResourceType::ApiKey,
            ResourceType::NotificationTemplate,
            ResourceType::NotificationRule,
            ResourceType::UserDefinedRole,
            ResourceType::PostmortemTemplate,
        ];
        let ids: Vec<_> = types.map(|it| resource_id(STORE, it, u128::MAX)).into();
        for (index, id) in ids.iter().enumerate() {
            assert_eq!(id.len(), 36, "{id}");
            assert!("89ab".contains(&id[19..20]), "{id}");
            for (other, resource) in types.iter().enumerate() {
                let parsed = parse_resource_id(STORE, *resource, id);
                assert_eq!(parsed.is_some(), other == index, "{id}");
            }
        }
    }

    #[test]
    fn incident_is_found_by_uuid_and_by_number() {
        let uuid = incident_resource_id(STORE, IncidentId(7));
        for text in [&uuid, &uuid.to_uppercase(), "7", "IR-7", "ir-7"] {
            assert_eq!(parse_incident_ref(STORE, text), Some(IncidentId(7)));
        }
        let elsewhere = incident_resource_id("ffff456789abcdef", IncidentId(7));
        let user = user_resource_id(STORE, &UserId::from("U7"));
        let no_hyphens = uuid.replace('-', "");
        let zero = "00000000-0000-0000-0000-000000000000";
        for text in [&elsewhere, &user, &no_hyphens, zero, "", "IR-", "seven"] {
            assert_eq!(parse_incident_ref(STORE, text), None, "{text}");
        }
    }

    #[test]
    fn part_leads_back_to_its_incident_only() {
        let id = part_resource_id(STORE, ResourceType::Impact, IncidentId(7), 3);
        let parse = |kind, incident| parse_part_id(STORE, kind, IncidentId(incident), &id);
        assert_eq!(parse(ResourceType::Impact, 7), Some(3));
        assert_eq!(parse(ResourceType::Impact, 8), None);
        assert_eq!(parse(ResourceType::Todo, 7), None);
    }

    proptest! {
        #[test]
        fn any_number_is_read_back(number in 0..1_u128 << NUMBER_BITS) {
            let id = resource_id(STORE, ResourceType::Impact, number);
            prop_assert_eq!(parse_resource_id(STORE, ResourceType::Impact, &id), Some(number));
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in ".*") {
            let _ = parse_incident_ref(STORE, &text);
            let _ = parse_user_resource_id(STORE, &text);
        }
    }
}
