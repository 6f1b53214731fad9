//! The modal that sets the severity: `/datadog incident severity` without a value, and **Severity**.

use muster_domain::{IncidentId, Severity, SeverityScale, Update};
use slack_morphism::prelude::*;

use crate::modal::severity_fields::severity_select;
use crate::modal::{PrivateMetadata, ViewState, build_modal, with_metadata};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "severity";

const SEVERITY: &str = "severity";

/// Returns the modal with the current severity.
pub fn modal(incident: IncidentId, present: Severity, scale: &SeverityScale) -> SlackModalView {
    let title = format!("Severity of {incident}");
    let blocks = vec![severity_select(SEVERITY, scale, Some(present)).into()];
    let view = build_modal(CALLBACK_ID, &title, "Save", blocks);
    with_metadata(view, &PrivateMetadata::for_incident(incident))
}

/// Reads a submission: the severity, if it was changed.
pub fn read(view: &ViewState) -> Update {
    let severity = view.changed_value(SEVERITY);
    Update {
        severity: severity.and_then(|it| it.parse().ok()),
        ..Update::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{block_kit_errors, submit_unchanged, submit_with};

    #[test]
    fn only_another_severity_is_a_change() {
        let form = modal(IncidentId(7), Severity::Unknown, &SeverityScale::default());
        assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        assert_eq!(read(&submit_unchanged(&form)), Update::default());
        let update = read(&submit_with(&form, &[(SEVERITY, json!("SEV-2"))]));
        assert_eq!(update.severity, Some(Severity::Sev2));
    }
}
