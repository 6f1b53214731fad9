//! Users in a search, by ID, handle, mail address or name.

use crate::domain::api::search::{SearchText, UserFacet};
use crate::domain::api::{UserRef, parse_user_resource_id};
use crate::domain::{User, UserId};
use crate::error::Result;
use crate::store::queries::api_search::lowering::{Lowering, json_texts};
use crate::store::queries::api_search::node::{Leaf, LeafRows, Node};
use crate::store::tables::workspace::users;

/// The name and the handle of the system user.
const SYSTEM_USER: &str = "muster";

/// The users that a text matches.
struct MatchingUsers {
    ids: Vec<String>,
    /// Whether Muster itself is one of them.
    has_system: bool,
}

impl Lowering<'_> {
    /// Returns the condition for users in some relation to the incident.
    pub(super) fn user(&mut self, facet: UserFacet, text: &SearchText) -> Result<Node> {
        if text.is_any() {
            return Ok(Leaf::unindexed(has_user(facet).to_owned(), Vec::new()));
        }
        let matching = self.matching_users(text)?;
        let list = self.parameter(json_texts(&matching.ids));
        let is_one = format!("IN (SELECT value FROM json_each({}))", list.0);
        let condition = match facet {
            UserFacet::Commander => format!("+commander {is_one}"),
            UserFacet::DeclaredBy => format!("+declared_by {is_one}"),
            UserFacet::LastModifiedBy if matching.has_system => {
                format!("(last_activity_by {is_one} OR last_activity_by IS NULL)")
            }
            UserFacet::LastModifiedBy => format!("+last_activity_by {is_one}"),
            UserFacet::Responder => format!(
                "EXISTS (SELECT 1 FROM responders
                          WHERE incident_id = incidents.id AND user_id {is_one})"
            ),
        };
        let select = match facet {
            UserFacet::Commander => {
                Some(format!("SELECT id FROM incidents WHERE commander {is_one}"))
            }
            UserFacet::Responder => Some(format!(
                "SELECT DISTINCT incident_id FROM responders WHERE user_id {is_one}"
            )),
            UserFacet::DeclaredBy => Some(format!(
                "SELECT id FROM incidents WHERE declared_by {is_one}"
            )),
            UserFacet::LastModifiedBy => None,
        };
        let rows = match select {
            Some(sql) => LeafRows::Selected(sql, vec![list.clone()]),
            None => LeafRows::Unindexed,
        };
        Ok(Node::Leaf(Leaf {
            condition,
            parameters: vec![list],
            for_many: None,
            rows,
        }))
    }

    /// Finds the users. One who was not fetched has an ID only.
    fn matching_users(&self, text: &SearchText) -> Result<MatchingUsers> {
        let mut matching = MatchingUsers {
            ids: Vec::new(),
            has_system: text.matches(SYSTEM_USER),
        };
        match parse_user_resource_id(self.store_id, &text.text) {
            Some(UserRef::System) => matching.has_system = true,
            Some(UserRef::Slack(user)) => matching.ids.push(user.0),
            None => {}
        }
        let id = text.text.trim_start_matches("slack:").to_uppercase();
        if id.starts_with(['U', 'W']) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            matching.ids.push(id);
        }
        let handle = SearchText {
            text: text.text.trim_start_matches('@').to_owned(),
            ..text.clone()
        };
        for user in users::all_users(self.tx)? {
            if is_named(&user, text) || handle.matches(&user.handle) {
                matching.ids.push(user.id.0);
            }
        }
        matching.ids.sort_unstable();
        matching.ids.dedup();
        Ok(matching)
    }
}

fn is_named(user: &User, text: &SearchText) -> bool {
    let email = user.email.as_ref().map(|email| email.as_str());
    text.matches(&user.name)
        || email.is_some_and(|email| text.matches(email))
        || text.matches(UserId::as_str(&user.id))
}

/// Returns the condition for the incidents with any user.
fn has_user(facet: UserFacet) -> &'static str {
    match facet {
        UserFacet::Commander => "+commander IS NOT NULL",
        UserFacet::DeclaredBy => "+declared_by IS NOT NULL",
        UserFacet::LastModifiedBy => "1 = 1",
        UserFacet::Responder => {
            "EXISTS (SELECT 1 FROM responders WHERE incident_id = incidents.id)"
        }
    }
}
