//! The modals of a postmortem: the one that generates it, and the one that changes its owner and status and exports
//! it.

use muster_domain::postmortem::{
    EditPostmortem, ExportTarget, GeneratePostmortem, PostmortemStatus, RequestExport,
    RevisePostmortem, TimelineSelection,
};
use muster_domain::{IncidentId, UserId};
use slack_morphism::prelude::*;

use crate::action_menu::button_row;
use crate::modal::{
    PrivateMetadata, ViewState, build_modal, checkboxes, context_block, optional, static_select,
    users_select, with_hint, with_metadata,
};
use crate::postmortem::page_button;

/// The `callback_id` of the modal that generates a postmortem.
pub const CALLBACK_ID: &str = "postmortem";

/// The `callback_id` of the modal that edits a postmortem.
pub const EDIT_CALLBACK_ID: &str = "edit_postmortem";

/// The field of the owner.
pub const OWNER: &str = "owner";

const TEMPLATE: &str = "template";
const TIMELINE: &str = "timeline";
const STATUS: &str = "status";

/// The checkboxes of the exports.
pub const EXPORTS: &str = "exports";

/// Slack: an option has a value of at most 150 characters,
/// docs.slack.dev/reference/block-kit/composition-objects/option-object.
const LONGEST_VALUE: usize = 150;

/// The end of the value of an export that the user confirms by ticking it.
const CONFIRMED: &str = " confirmed";

/// The initial values of the modal that generates a postmortem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// The names of the templates, the default one first.
    pub templates: Vec<String>,
    /// The selection of timeline entries; `None` to select important ones if there are any.
    pub timeline: Option<TimelineSelection>,
    /// The number of important entries.
    pub important_count: usize,
    /// The number of all entries.
    pub entry_count: usize,
    /// The owner.
    pub owner: UserId,
    /// The remark about documents that exist elsewhere.
    pub remark: String,
}

/// Returns the modal that generates a postmortem.
pub fn generate_modal(initial: &GenerateDefaults) -> SlackModalView {
    let mut blocks: Vec<SlackBlock> = Vec::new();
    let templates = initial.templates.iter();
    let templates = templates.filter(|name| name.chars().count() <= LONGEST_VALUE);
    let options: Vec<_> = templates.map(|it| (it.clone(), it.clone())).collect();
    if let [(_, default), _, ..] = options.as_slice() {
        let options = &options[..options.len().min(100)];
        blocks.push(static_select(TEMPLATE, "Template", options, default).into());
    }
    let selections =
        TimelineSelection::ALL.map(|it| (it.label().to_owned(), it.as_str().to_owned()));
    let selected = initial.timeline.unwrap_or(match initial.important_count {
        0 => TimelineSelection::AllEntries,
        _ => TimelineSelection::Important,
    });
    let timeline = static_select(TIMELINE, "Timeline", &selections, selected.as_str());
    blocks.push(with_hint(timeline, &timeline_hint(initial)).into());
    blocks.push(users_select(OWNER, "Owner", &initial.owner).into());
    blocks.push(context_block(&initial.remark));
    let title = format!("Postmortem of {}", initial.incident);
    let view = build_modal(CALLBACK_ID, &title, "Generate", blocks);
    with_metadata(view, &PrivateMetadata::for_incident(initial.incident))
}

fn timeline_hint(initial: &GenerateDefaults) -> String {
    let (important, total) = (initial.important_count, initial.entry_count);
    match important {
        0 => format!("None of the {total} entries is marked as important yet."),
        1 => format!("1 of {total} entries is marked as important."),
        _ => format!("{important} of {total} entries are marked as important."),
    }
}

/// Reads a submission of the modal that generates a postmortem.
pub fn read_generate(view: &ViewState) -> GeneratePostmortem {
    let text = |name: &str| Some(view.value(name)).filter(|it| !it.is_empty());
    GeneratePostmortem {
        template: text(TEMPLATE).map(str::to_owned),
        timeline: view.value(TIMELINE).parse().unwrap_or_default(),
        owner: text(OWNER).map(UserId::from),
    }
}

/// The initial values of the modal that edits a postmortem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// The owner.
    pub owner: UserId,
    /// The status.
    pub status: PostmortemStatus,
    /// The tools that it can be exported to, and whether people who can't see the incident can read the export.
    pub exports: Vec<(ExportTarget, ExportAudience)>,
    /// The URL at which it can be read; `None` without one.
    pub page_url: Option<String>,
    /// The sentences about its page and its exports.
    pub remarks: Vec<String>,
}

/// Who can read an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportAudience {
    /// Those who can see the incident.
    SameAsIncident,
    /// Other people as well, which the user confirms by ticking it.
    Wider,
}

/// Returns the modal that edits a postmortem.
pub fn edit_modal(initial: &EditDefaults) -> SlackModalView {
    let statuses = PostmortemStatus::ALL.map(|it| (it.label().to_owned(), it.as_str().to_owned()));
    let mut blocks: Vec<SlackBlock> = vec![
        static_select(STATUS, "Status", &statuses, initial.status.as_str()).into(),
        users_select(OWNER, "Owner", &initial.owner).into(),
    ];
    if !initial.exports.is_empty() {
        let options = initial.exports.iter();
        let options: Vec<_> = options.map(|it| export_option(it.0, it.1)).collect();
        let options: Vec<_> = options
            .iter()
            .map(|(label, value)| (label.as_str(), value.as_str()))
            .collect();
        let exports = optional(checkboxes(EXPORTS, "Export to", &options, &[]));
        let hint = "Exporting again updates the same page.";
        blocks.push(with_hint(exports, hint).into());
    }
    let page = initial.page_url.as_deref().map(page_button);
    blocks.extend(button_row(page));
    let remarks = initial.remarks.iter();
    blocks.extend(remarks.map(|remark| context_block(remark)));
    let title = format!("Postmortem of {}", initial.incident);
    let view = build_modal(EDIT_CALLBACK_ID, &title, "Save", blocks);
    with_metadata(view, &PrivateMetadata::for_incident(initial.incident))
}

fn export_option(target: ExportTarget, audience: ExportAudience) -> (String, String) {
    let (label, value) = (target.label(), target.as_str());
    match audience {
        ExportAudience::SameAsIncident => (label.to_owned(), value.to_owned()),
        ExportAudience::Wider => (
            format!("{label}, where others can read it"),
            format!("{value}{CONFIRMED}"),
        ),
    }
}

/// Reads a submission of the modal that edits a postmortem: the fields that the user changed, and the exports.
pub fn read_edit(view: &ViewState) -> RevisePostmortem {
    let status = view.changed_value(STATUS);
    let owner = view.changed_value(OWNER).filter(|it| !it.is_empty());
    let exports = view.values(EXPORTS).into_iter();
    let exports = exports.filter_map(|value| {
        let target = value.strip_suffix(CONFIRMED);
        Some(RequestExport {
            target: target.unwrap_or(value).parse().ok()?,
            is_confirmed: target.is_some(),
        })
    });
    RevisePostmortem {
        edit: EditPostmortem {
            owner: owner.map(UserId::from),
            status: status.and_then(|it| it.parse().ok()),
            ..EditPostmortem::default()
        },
        exports: exports.collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use crate::testing::{block_kit_errors, submit_unchanged, submit_with};

    fn generate_defaults() -> GenerateDefaults {
        GenerateDefaults {
            incident: IncidentId(7),
            templates: vec!["Postmortem".to_owned(), "Short".to_owned()],
            timeline: None,
            important_count: 3,
            entry_count: 15,
            owner: "U0ALICE0001".into(),
            remark: "Written elsewhere already?".to_owned(),
        }
    }

    fn edit_defaults() -> EditDefaults {
        EditDefaults {
            incident: IncidentId(7),
            owner: "U0ALICE0001".into(),
            status: PostmortemStatus::Draft,
            exports: vec![
                (ExportTarget::Canvas, ExportAudience::SameAsIncident),
                (ExportTarget::Confluence, ExportAudience::Wider),
            ],
            page_url: Some("https://muster.example/incidents/7/postmortem".to_owned()),
            remarks: vec!["Slack canvas: not exported.".to_owned()],
        }
    }

    #[test]
    fn important_entries_are_selected_if_there_are_any() {
        let mut initial = generate_defaults();
        let form = generate_modal(&initial);
        assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        let unchanged = GeneratePostmortem {
            template: Some("Postmortem".to_owned()),
            timeline: TimelineSelection::Important,
            owner: Some("U0ALICE0001".into()),
        };
        assert_eq!(read_generate(&submit_unchanged(&form)), unchanged);
        initial.important_count = 0;
        let form = generate_modal(&initial);
        let timeline = read_generate(&submit_unchanged(&form)).timeline;
        assert_eq!(timeline, TimelineSelection::AllEntries);
        initial.templates.truncate(1);
        let form = generate_modal(&initial);
        assert_eq!(read_generate(&submit_unchanged(&form)).template, None);
    }

    #[test]
    fn unchanged_form_changes_nothing_and_a_ticked_export_is_confirmed() {
        let form = edit_modal(&edit_defaults());
        assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        let unchanged = read_edit(&submit_unchanged(&form));
        assert_eq!(unchanged, RevisePostmortem::default());
        let ticked = json!([{ "value": "canvas" }, { "value": "confluence confirmed" }]);
        let fields = [(STATUS, json!("in_review")), (EXPORTS, ticked)];
        let changed = read_edit(&submit_with(&form, &fields));
        assert_eq!(changed.edit.status, Some(PostmortemStatus::InReview));
        assert_eq!(changed.edit.owner, None);
        let exports = changed.exports.iter();
        let exports: Vec<_> = exports.map(|it| (it.target, it.is_confirmed)).collect();
        let expected = [
            (ExportTarget::Canvas, false),
            (ExportTarget::Confluence, true),
        ];
        assert_eq!(exports, expected);
    }
}
