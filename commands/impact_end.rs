//! The field “Impact ended” of the update modal, while the selected status closes the incident, and of the
//! modal that resolves it. It is present while an impact is ongoing.

use muster_domain::{ChannelId, IncidentId, Status, UserId};
use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::modal::private_metadata::PrivateMetadata;
use crate::modal::{line_input, with_hint};
use crate::payload::payload_error::text_at;
use crate::update::{CALLBACK_ID, STATUS};

/// The field of the impact's end.
pub const IMPACT_END: &str = "impact_end";

/// A status that was selected in an open update modal.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusSelected {
    /// The user.
    pub user: UserId,
    /// The incident.
    pub incident: IncidentId,
    /// The channel in which the modal was opened; `None` outside channels.
    pub channel: Option<ChannelId>,
    /// The ID of the view.
    pub view_id: String,
    /// The `hash` of the view, with which `views.update` detects a change in the meantime.
    pub hash: String,
    status: Status,
    view_json: Value,
}

impl StatusSelected {
    /// Reads the payload of `block_actions`; `None` if it is another action.
    pub fn read(payload: &Value) -> Option<Self> {
        let form = text_at(payload, "/view/callback_id")?;
        let field = text_at(payload, "/actions/0/action_id")?;
        if form != CALLBACK_ID || field != STATUS {
            return None;
        }
        let selected = text_at(payload, "/actions/0/selected_option/value")?;
        let private_metadata = PrivateMetadata::parse(text_at(payload, "/view/private_metadata")?);
        Some(Self {
            user: text_at(payload, "/user/id")?.into(),
            incident: private_metadata.incident?,
            channel: private_metadata.channel,
            view_id: text_at(payload, "/view/id")?.to_owned(),
            hash: text_at(payload, "/view/hash")?.to_owned(),
            status: selected.parse().ok()?,
            view_json: payload.get("view")?.clone(),
        })
    }

    /// Returns the view with the field added or removed, or `None` if no update is necessary.
    /// `since` is the start of the ongoing impact.
    ///
    /// The rest of the view, including its initial values, is unchanged, so that the submission
    /// still contains only the user's changes.
    pub fn updated_view(&self, since: Option<&str>) -> Option<Value> {
        let mut blocks = self.view_json.get("blocks")?.as_array()?.clone();
        let is_field = |name: &'static str| move |block: &Value| block["block_id"] == name;
        let asks = blocks.iter().position(is_field(IMPACT_END));
        match (since.filter(|_| !self.status.is_open()), asks) {
            (Some(since), None) => {
                let status = blocks.iter().position(is_field(STATUS))?;
                let field: SlackBlock = field(since).into();
                blocks.insert(status + 1, serde_json::to_value(field).ok()?);
            }
            (None, Some(asks)) => drop(blocks.remove(asks)),
            (Some(_), Some(_)) | (None, None) => return None,
        }
        let member = |name: &str| self.view_json.get(name).cloned().unwrap_or_default();
        Some(json!({
            "type": "modal",
            "callback_id": member("callback_id"),
            "title": member("title"),
            "submit": member("submit"),
            "close": member("close"),
            "private_metadata": member("private_metadata"),
            "blocks": blocks,
        }))
    }
}

/// Returns the field for the end of an impact that started at `since`.
pub(crate) fn field(since: &str) -> SlackInputBlock {
    let says = format!(
        "Customer impact has been ongoing since {since}. E.g. “now”, “15 minutes ago”, “14:05”."
    );
    with_hint(line_input(IMPACT_END, "Impact ended", "now"), &says)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use muster_domain::{DetectionMethod, Severity, SeverityScale};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::testing::any_text;
    use crate::update;
    use crate::update::UpdateDefaults;

    fn defaults(title: &str) -> UpdateDefaults {
        UpdateDefaults {
            incident: IncidentId(7),
            title: title.to_owned(),
            severity: Severity::Sev2,
            status: Status::Active,
            detection_method: DetectionMethod::Monitor,
            summary: String::new(),
            root_cause: String::new(),
            commander: "U0ALICE0001".into(),
            impact_since: Some("13:50".to_owned()),
        }
    }

    /// Returns the payload that Slack sends when a status is selected.
    fn status_payload(form: &Value, status: Status) -> Value {
        let mut view = form.clone();
        view["id"] = json!("V1");
        view["hash"] = json!("1.a");
        json!({
            "type": "block_actions",
            "user": { "id": "U0ALICE0001" },
            "view": view,
            "actions": [{ "action_id": "status", "selected_option": { "value": status.as_str() } }],
        })
    }

    fn modal_json(title: &str) -> Value {
        let form = update::modal(
            &defaults(title),
            &SeverityScale::default(),
            &Status::DEFAULTS,
        );
        serde_json::to_value(SlackView::Modal(form)).unwrap()
    }

    fn has_impact_end(form: &Value) -> bool {
        let blocks = form["blocks"].as_array().unwrap();
        blocks.iter().any(|block| block["block_id"] == IMPACT_END)
    }

    #[test]
    fn other_block_actions_are_ignored() {
        let mut payload = status_payload(&modal_json("Slow"), Status::Resolved);
        assert!(StatusSelected::read(&payload).is_some());
        payload["actions"][0]["action_id"] = json!("commander");
        assert_eq!(StatusSelected::read(&payload), None);
        let mut payload = status_payload(&modal_json("Slow"), Status::Resolved);
        payload["view"]["callback_id"] = json!("settings");
        assert_eq!(StatusSelected::read(&payload), None);
        assert_eq!(StatusSelected::read(&json!({})), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn only_the_impact_end_field_follows_the_status(
            title in any_text(),
            status in select(&Status::ALL[..]),
        ) {
            let before = modal_json(&title);
            prop_assert!(!has_impact_end(&before));
            let read = StatusSelected::read(&status_payload(&before, status)).unwrap();
            prop_assert_eq!(read.updated_view(None), None);
            match read.updated_view(Some("13:50")) {
                None => prop_assert!(status.is_open()),
                Some(asking) => {
                    prop_assert!(has_impact_end(&asking) && !status.is_open());
                    let back = StatusSelected::read(&status_payload(&asking, Status::Stable)).unwrap();
                    prop_assert_eq!(back.updated_view(Some("13:50")), Some(before));
                    let still = StatusSelected::read(&status_payload(&asking, Status::Completed)).unwrap();
                    prop_assert_eq!(still.updated_view(Some("13:50")), None);
                }
            }
        }
    }
}
