//! When the open impact ended: a field of the form to update. It is there while a status is chosen with which
//! the incident is over.

use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::carried::Carried;
use crate::form::{hint, line};
use crate::unreadable::text_at;
use crate::update::{FORM, RESOLVE_FORM, STATUS};
use crate::{ChannelId, IncidentId, PersonId, Status};

/// The field in which it is said when the impact ended.
pub const IMPACT_END: &str = "impact_end";

/// A status that somebody just chose in a form to update that is still open.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusChosen {
    /// Who chose it.
    pub person: PersonId,
    /// The incident that the form is about.
    pub incident: IncidentId,
    /// Where the form was asked for; `None` if that is no channel.
    pub channel: Option<ChannelId>,
    /// The id of the form.
    pub view: String,
    /// What Slack knows by that nobody changed the form meanwhile.
    pub hash: String,
    status: Status,
    form: Value,
}

impl StatusChosen {
    /// Reads the payload of `block_actions`; `None` if it is about something else.
    pub fn read(payload: &Value) -> Option<Self> {
        let form = text_at(payload, "/view/callback_id")?;
        let field = text_at(payload, "/actions/0/action_id")?;
        if ![FORM, RESOLVE_FORM].contains(&form) || field != STATUS {
            return None;
        }
        let chosen = text_at(payload, "/actions/0/selected_option/value")?;
        let carried = Carried::read(text_at(payload, "/view/private_metadata")?);
        Some(Self {
            person: text_at(payload, "/user/id")?.into(),
            incident: carried.incident?,
            channel: carried.channel,
            view: text_at(payload, "/view/id")?.to_owned(),
            hash: text_at(payload, "/view/hash")?.to_owned(),
            status: chosen.parse().ok()?,
            form: payload.get("view")?.clone(),
        })
    }

    /// Gives the form that is to stand in the place of this one, if an impact goes on since then; `None` if
    /// it is as it should be.
    ///
    /// All else is as it was, also what it began with: so it still changes only what the person changed.
    pub fn asking(&self, since: Option<&str>) -> Option<Value> {
        let mut blocks = self.form.get("blocks")?.as_array()?.clone();
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
        let kept = |name: &str| self.form.get(name).cloned().unwrap_or_default();
        Some(json!({
            "type": "modal",
            "callback_id": kept("callback_id"),
            "title": kept("title"),
            "submit": kept("submit"),
            "close": kept("close"),
            "private_metadata": kept("private_metadata"),
            "blocks": blocks,
        }))
    }
}

/// Gives the field that asks when an impact ended that goes on since then.
pub(crate) fn field(since: &str) -> SlackInputBlock {
    let says = format!(
        "An impact goes on since {since}. Type when it ended, such as now, 15 minutes ago or 14:05."
    );
    hint(line(IMPACT_END, "Impact ended", "now"), &says)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::as_slack::any_text;
    use crate::update::Standing;
    use crate::{DetectionMethod, Scale, Severity, update};

    fn standing(title: &str) -> Standing {
        Standing {
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

    /// Gives what Slack sends when somebody chooses a status in a form.
    fn chosen(form: &Value, status: Status) -> Value {
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

    fn form(title: &str) -> Value {
        let form = update::form(&standing(title), &Scale::default(), &Status::PRESET);
        serde_json::to_value(SlackView::Modal(form)).unwrap()
    }

    fn asks(form: &Value) -> bool {
        let blocks = form["blocks"].as_array().unwrap();
        blocks.iter().any(|block| block["block_id"] == IMPACT_END)
    }

    #[test]
    fn what_is_no_choice_of_a_status_is_none() {
        let mut payload = chosen(&form("Slow"), Status::Resolved);
        assert!(StatusChosen::read(&payload).is_some());
        payload["actions"][0]["action_id"] = json!("commander");
        assert_eq!(StatusChosen::read(&payload), None);
        let mut payload = chosen(&form("Slow"), Status::Resolved);
        payload["view"]["callback_id"] = json!("settings");
        assert_eq!(StatusChosen::read(&payload), None);
        assert_eq!(StatusChosen::read(&json!({})), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn the_field_comes_and_goes_with_the_status_and_nothing_else_does(
            title in any_text(),
            status in select(&Status::ALL[..]),
        ) {
            let before = form(&title);
            prop_assert!(!asks(&before));
            let read = StatusChosen::read(&chosen(&before, status)).unwrap();
            prop_assert_eq!(read.asking(None), None);
            match read.asking(Some("13:50")) {
                None => prop_assert!(status.is_open()),
                Some(asking) => {
                    prop_assert!(asks(&asking) && !status.is_open());
                    let back = StatusChosen::read(&chosen(&asking, Status::Stable)).unwrap();
                    prop_assert_eq!(back.asking(Some("13:50")), Some(before));
                    let still = StatusChosen::read(&chosen(&asking, Status::Completed)).unwrap();
                    prop_assert_eq!(still.asking(Some("13:50")), None);
                }
            }
        }
    }
}
