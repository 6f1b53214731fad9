//! The incident picker: the modal that asks for an open incident outside incident channels.

use muster_domain::{IncidentId, Severity, TaskKind};
use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::impact::ImpactCommand;
use crate::link::LinkCommand;
use crate::modal;
use crate::modal::block_kit_limits;
use crate::modal::{
    FieldErrors, PrivateMetadata, ViewState, build_modal, external_select, incident_option,
    with_metadata,
};
use crate::payload::payload_error::text_at;
use crate::postmortem::PostmortemCommand;
use crate::slash::ParsedCommand;
use crate::task::TaskCommand;
use crate::{add_to_incident, link, task};

/// The `callback_id` of the modal for a command.
pub const CALLBACK_ID: &str = "incident_picker";

/// The `callback_id` of the modal that adds a message to an incident.
pub const ADD_CALLBACK_ID: &str = add_to_incident::CALLBACK_ID;

/// The field of the incident. Slack requests its options with this `action_id`.
pub(crate) const INCIDENT: &str = "incident";

/// The title and the submit label of the picker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PickerLabels {
    title: &'static str,
    submit: &'static str,
}

impl PickerLabels {
    /// Returns the labels for a command; `None` if the command is not about an incident, or only
    /// works in an incident channel.
    pub fn for_command(command: &ParsedCommand) -> Option<Self> {
        let (title, submit) = match command {
            ParsedCommand::Update => ("Update Incident", CONTINUE),
            ParsedCommand::StatusUpdate { .. } => ("Post Update", "Post"),
            ParsedCommand::Resolve { text } if text.is_empty() => ("Resolve Incident", CONTINUE),
            ParsedCommand::Resolve { .. } => ("Resolve Incident", "Resolve"),
            ParsedCommand::QuickEdit { .. } => ("Change Incident", "Change"),
            ParsedCommand::Show => ("Show Incident", "Show"),
            ParsedCommand::Responders => ("Edit Responders", CONTINUE),
            ParsedCommand::Invite { .. } => ("Add Responders", "Add"),
            ParsedCommand::Role(_) => ("Change Role", "Change"),
            ParsedCommand::Impact(ImpactCommand::OpenModal) => ("Add Impact", CONTINUE),
            ParsedCommand::Impact(ImpactCommand::Add { .. }) => ("Add Impact", "Add Impact"),
            ParsedCommand::Impact(ImpactCommand::End { .. }) => ("End Impact", "End Impact"),
            ParsedCommand::Impact(ImpactCommand::Remove { .. }) => ("Remove Impact", CONTINUE),
            ParsedCommand::Impact(ImpactCommand::Edit { .. }) => ("Edit Impact", CONTINUE),
            ParsedCommand::Note { text } if text.is_empty() => ("Add Note", CONTINUE),
            ParsedCommand::Note { .. } => ("Add Note", "Add Note"),
            ParsedCommand::Notify { .. } => ("Notify", CONTINUE),
            ParsedCommand::Postmortem(PostmortemCommand::Open { .. }) => ("Postmortem", CONTINUE),
            ParsedCommand::Postmortem(PostmortemCommand::Attach(_)) => {
                ("Attach Postmortem", "Attach")
            }
            ParsedCommand::Timeline => ("Show Timeline", "Show"),
            ParsedCommand::Link(command) => link_labels(command)?,
            ParsedCommand::Task(kind, command) => task_labels(*kind, command),
            ParsedCommand::Repair => ("Repair Incident", "Repair"),
            // A change of visibility is confirmed in the old channel.
            ParsedCommand::Visibility(_) => return None,
            ParsedCommand::Declare { .. }
            | ParsedCommand::DeclareTest { .. }
            | ParsedCommand::Web
            | ParsedCommand::List(_)
            | ParsedCommand::Settings
            | ParsedCommand::ActionMenu
            | ParsedCommand::Help(_)
            | ParsedCommand::Unsupported(_)
            | ParsedCommand::Unknown(_) => return None,
        };
        Some(Self { title, submit })
    }

    /// Returns what the command does, in a few words.
    pub fn title(self) -> &'static str {
        self.title
    }

    /// Returns the picker with a remark below the field. The private metadata contains the command.
    pub fn modal(self, remark: &str, private_metadata: &PrivateMetadata) -> SlackModalView {
        let blocks = vec![incident_select().into(), modal::context_block(remark)];
        with_metadata(
            build_modal(CALLBACK_ID, self.title, self.submit, blocks),
            private_metadata,
        )
    }
}

const CONTINUE: &str = "Continue";

/// Returns the picker for a message that is added to a timeline.
pub fn add_to_incident_modal() -> SlackModalView {
    build_modal(
        ADD_CALLBACK_ID,
        "Add to Incident",
        "Add",
        vec![incident_select().into()],
    )
}

fn incident_select() -> SlackInputBlock {
    external_select(INCIDENT, "Incident", "Choose an incident")
}

/// Reads the selected incident.
///
/// # Errors
/// Returns [`FieldErrors`] if no incident is selected.
pub fn read(view: &ViewState) -> Result<IncidentId, FieldErrors> {
    view.value(INCIDENT)
        .parse()
        .map_err(|_| FieldErrors::one(INCIDENT, "Choose an incident."))
}

/// Returns the search text of a `block_suggestion`.
pub fn query(payload: &Value) -> &str {
    text_at(payload, "/value").unwrap_or_default().trim()
}

/// Returns the response to a `block_suggestion`: the first 100 incidents as options.
///
/// Slack: at most 100 options, docs.slack.dev/reference/block-kit/block-elements.
pub fn options<T: AsRef<str>>(
    incidents: impl IntoIterator<Item = (IncidentId, Severity, T)>,
) -> Value {
    let options: Vec<_> = incidents
        .into_iter()
        .take(block_kit_limits::OPTIONS)
        .map(|(id, severity, title)| incident_option(id, severity, title.as_ref()))
        .collect();
    json!({ "options": options })
}

fn link_labels(command: &LinkCommand) -> Option<(&'static str, &'static str)> {
    match command {
        LinkCommand::List => Some(("Show Links", "Show")),
        LinkCommand::OpenModal(kind) => Some((link::add_label(*kind), CONTINUE)),
        LinkCommand::Add(link) => Some((link::add_label(link.kind), "Add")),
        LinkCommand::Invalid(_) => None,
    }
}

fn task_labels(kind: TaskKind, command: &TaskCommand) -> (&'static str, &'static str) {
    match command {
        TaskCommand::OpenModal => (task::add_label(kind), CONTINUE),
        TaskCommand::Add { .. } => (task::add_label(kind), "Add"),
        TaskCommand::List => (kind.plural_label(), "Show"),
        TaskCommand::Done(_) => ("Finish Task", "Finish"),
        TaskCommand::Reopen(_) => ("Reopen Task", "Reopen"),
        TaskCommand::Remove(_) => ("Remove Task", "Remove"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::help::{HelpGroup, commands};
    use crate::slash::parse as read_slash;
    use crate::testing::{any_text, block_kit_errors, check_option, submit_unchanged, submit_with};

    #[test]
    fn modals_are_within_block_kit_limits() {
        assert_eq!(
            block_kit_errors(&add_to_incident_modal()),
            Vec::<String>::new()
        );
        let forms: Vec<_> = HelpGroup::ALL
            .into_iter()
            .flat_map(|group| commands("/dd", group))
            .filter_map(|(input, _)| picker_modal(&input[3..]))
            .collect();
        assert!(forms.len() > 12, "{}", forms.len());
        for form in forms {
            assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        }
    }

    /// Returns the picker for a command.
    fn picker_modal(input: &str) -> Option<SlackModalView> {
        let question = PickerLabels::for_command(&read_slash(input.trim()))?;
        Some(question.modal("You typed: it", &PrivateMetadata::default()))
    }

    #[test]
    fn selected_incident_round_trips() {
        let options = options([(IncidentId(7), Severity::Sev2, "Checkout is slow")]);
        let selected = &options["options"][0];
        assert_eq!(selected["text"]["text"], "IR-7 · SEV-2 · Checkout is slow");
        let view = submit_with(
            &add_to_incident_modal(),
            &[(INCIDENT, selected["value"].clone())],
        );
        assert_eq!(read(&view), Ok(IncidentId(7)));
        let nobody = read(&submit_unchanged(&add_to_incident_modal())).unwrap_err();
        assert_eq!(nobody.to_string(), "Choose an incident.");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn options_are_within_block_kit_limits(
            titles in prop::collection::vec(any_text(), 0..130),
        ) {
            let incidents = titles.iter().map(|title| (IncidentId(i64::MAX), Severity::Sev5, title));
            let response = options(incidents);
            let items = response["options"].as_array().unwrap();
            prop_assert_eq!(items.len(), titles.len().min(100));
            let mut errors = Vec::new();
            items.iter().for_each(|it| check_option(it, &mut errors));
            prop_assert_eq!(errors, Vec::<String>::new());
        }

        #[test]
        fn any_query_is_read(input in ".*") {
            let payload = json!({ "type": "block_suggestion", "value": input });
            prop_assert_eq!(query(&payload), input.trim());
        }
    }
}
