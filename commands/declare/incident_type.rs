//! The field *Incident type* of the form that declares an incident. It appears where there is a choice, and the fields
//! that the team defines follow it.

use muster_domain::Settings;
use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::declare::{CALLBACK_ID, OPTIONS, SIGNALS, TITLE};
use crate::modal::{ViewState, block_kit_limits, static_select};
use crate::payload::payload_error::text_at;
use crate::test_incident;

/// The field of the incident type.
pub const INCIDENT_TYPE: &str = "incident_type";

/// Adds the field to the modal, after the title, if there is more than one type.
pub fn with_select(
    mut view: SlackModalView,
    settings: &Settings,
    incident_type: i64,
) -> SlackModalView {
    let types = settings.incident_type_choices().iter();
    let options: Vec<_> = types
        .take(block_kit_limits::OPTIONS)
        .map(|it| (it.name.clone(), it.number.to_string()))
        .collect();
    if options.is_empty() {
        return view;
    }
    let selected = incident_type.to_string();
    let select = static_select(INCIDENT_TYPE, "Incident type", &options, &selected);
    let is_title = |block: &SlackBlock| {
        matches!(block, SlackBlock::Input(input)
            if input.block_id.as_ref().is_some_and(|id| id.0 == TITLE))
    };
    let title = view.blocks.iter().position(is_title);
    let position = title.map_or(0, |title| title + 1);
    let select = select.with_dispatch_action(true);
    view.blocks.insert(position, select.into());
    view
}

/// Returns the selected type; the default type if the form has no such field.
pub fn selected_type(view: &ViewState, settings: &Settings) -> i64 {
    let selected = view.value(INCIDENT_TYPE).parse();
    selected.unwrap_or_else(|_| settings.default_incident_type())
}

/// An incident type that was selected in the open modal.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeSelected {
    /// The number of the type.
    pub incident_type: i64,
    /// The ID of the view.
    pub view_id: String,
    /// The `hash` of the view, with which `views.update` detects a change in the meantime.
    pub hash: String,
    view_json: Value,
}

impl TypeSelected {
    /// Reads the payload of `block_actions`; `None` if it is another action.
    pub fn read(payload: &Value) -> Option<Self> {
        let form = text_at(payload, "/view/callback_id")?;
        let field = text_at(payload, "/actions/0/action_id")?;
        let is_declaration = form == CALLBACK_ID || form == test_incident::CALLBACK_ID;
        if !is_declaration || field != INCIDENT_TYPE {
            return None;
        }
        let selected = text_at(payload, "/actions/0/selected_option/value")?;
        Some(Self {
            incident_type: selected.parse().ok()?,
            view_id: text_at(payload, "/view/id")?.to_owned(),
            hash: text_at(payload, "/view/hash")?.to_owned(),
            view_json: payload.get("view")?.clone(),
        })
    }

    /// Returns the view with the fields of the type, or `None` if it has them already. The other blocks are unchanged,
    /// so Slack keeps their input.
    pub fn updated_view(&self, fields: Vec<SlackBlock>) -> Option<Value> {
        let mut blocks = self.view_json.get("blocks")?.as_array()?.clone();
        let fields = fields.into_iter().map(serde_json::to_value);
        let fields: Vec<Value> = fields.collect::<Result<_, _>>().ok()?;
        // The fields are between these two blocks.
        let position = |name: &str| blocks.iter().position(|it| it["block_id"] == name);
        let (start, end) = (position(SIGNALS)? + 1, position(OPTIONS)?);
        if blocks.get(start..end)? == fields.as_slice() {
            return None;
        }
        blocks.splice(start..end, fields);
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use muster_domain::{IncidentKind, IncidentTypeName, SeverityScale};

    use super::*;
    use crate::declare::{Draft, Prefill, modal};
    use crate::modal::line_input;
    use crate::testing::{block_kit_errors, submit_unchanged};

    fn settings() -> Settings {
        let mut settings = Settings::default();
        settings.incident_types.push(IncidentTypeName {
            number: 2,
            name: "Security".to_owned(),
            is_default: false,
        });
        settings
    }

    fn view(settings: &Settings) -> SlackModalView {
        let draft = Draft {
            title: "Checkout".to_owned(),
            commander: "U0ALICE0001".into(),
            kind: IncidentKind::Real,
            prefill: Prefill::default(),
        };
        let view = modal(&draft, &SeverityScale::default(), "/datadog");
        with_select(view, settings, settings.default_incident_type())
    }

    fn payload(view: &SlackModalView, selected: &str) -> Value {
        let mut view = serde_json::to_value(SlackView::Modal(view.clone())).unwrap();
        view["id"] = json!("V1");
        view["hash"] = json!("1.a");
        let action =
            json!({ "action_id": INCIDENT_TYPE, "selected_option": { "value": selected } });
        json!({ "type": "block_actions", "view": view, "actions": [action] })
    }

    #[test]
    fn form_has_the_type_only_where_there_is_a_choice() {
        let single = Settings::default();
        let without = submit_unchanged(&view(&single));
        assert!(!without.has_field(INCIDENT_TYPE));
        assert_eq!(selected_type(&without, &single), 1);
        let view = view(&settings());
        assert_eq!(block_kit_errors(&view), Vec::<String>::new());
        let with = submit_unchanged(&view);
        assert_eq!(with.value(INCIDENT_TYPE), "1");
        let mut other_default = settings();
        other_default.incident_types.reverse();
        other_default.incident_types[0].is_default = true;
        other_default.incident_types[1].is_default = false;
        assert_eq!(selected_type(&with, &other_default), 1);
        assert_eq!(selected_type(&without, &other_default), 2);
    }

    #[test]
    fn fields_follow_the_selected_type() {
        let view = view(&settings());
        let selected = TypeSelected::read(&payload(&view, "2")).unwrap();
        assert_eq!(selected.incident_type, 2);
        assert_eq!(selected.updated_view(Vec::new()), None);
        let field = line_input("field_vector", "Attack vector", "").into();
        let updated = selected.updated_view(vec![field]).unwrap();
        let names = updated["blocks"].as_array().unwrap().iter();
        let names: Vec<_> = names.map(|it| it["block_id"].as_str().unwrap()).collect();
        let expected = [TITLE, INCIDENT_TYPE, "severity", "commander"];
        assert_eq!(names[..4], expected);
        assert_eq!(names[names.len() - 3..], [SIGNALS, "field_vector", OPTIONS]);
        let mut back = payload(&view, "1");
        back["view"]["blocks"] = updated["blocks"].clone();
        let back = TypeSelected::read(&back).unwrap().updated_view(Vec::new());
        let before = serde_json::to_value(SlackView::Modal(view)).unwrap();
        assert_eq!(back.unwrap()["blocks"], before["blocks"]);
    }

    #[test]
    fn other_actions_are_ignored() {
        let mut payload = payload(&view(&settings()), "2");
        payload["actions"][0]["action_id"] = json!("commander");
        assert_eq!(TypeSelected::read(&payload), None);
        payload["actions"][0]["action_id"] = json!(INCIDENT_TYPE);
        payload["view"]["callback_id"] = json!("update");
        assert_eq!(TypeSelected::read(&payload), None);
        assert_eq!(TypeSelected::read(&json!({})), None);
    }
}
