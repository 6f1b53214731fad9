//! The texts of activities about a postmortem.

use super::{RichText, bold, link, mention, rich};
use crate::UserId;
use crate::postmortem::{ExportTarget, PostmortemStatus};

/// Returns the text of a generated postmortem, after the user who generated it.
pub(super) fn generated_text(actor: Option<&UserId>, owner: &UserId) -> RichText {
    match actor == Some(owner) {
        true => rich![" generated the postmortem and owns it."],
        false => rich![" generated the postmortem. ", mention(owner), " owns it."],
    }
}

/// Returns the text of another owner, after the user who changed it.
pub(super) fn assigned_text(actor: Option<&UserId>, owner: &UserId) -> RichText {
    match actor == Some(owner) {
        true => rich![" took over the postmortem."],
        false => rich![" assigned the postmortem to ", mention(owner), "."],
    }
}

/// Returns the text of another status, after the user who changed it.
pub(super) fn status_text(from: PostmortemStatus, to: PostmortemStatus) -> RichText {
    rich![
        " changed the postmortem: ",
        bold(from.label()),
        " → ",
        bold(to.label()),
        "."
    ]
}

/// Returns the text of an export.
pub(super) fn exported_text(target: ExportTarget, url: &str) -> RichText {
    rich![
        "The postmortem was exported: ",
        link(target.label(), url),
        "."
    ]
}
