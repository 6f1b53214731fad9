//! The changes of a form that edits the attributes of a postmortem and exports it: all or none is stored.

use crate::postmortem::{EditPostmortem, RequestExport};
use crate::{Actor, Decision, Incident};

/// A request to change the attributes of a postmortem and to export it afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevisePostmortem {
    /// The new attributes.
    pub edit: EditPostmortem,
    /// The exports.
    pub exports: Vec<RequestExport>,
}

impl Incident {
    /// Changes the attributes of the postmortem, then exports it. `frozen` is as in
    /// [`Incident::edit_postmortem`].
    pub fn revise_postmortem(
        &self,
        request: RevisePostmortem,
        frozen: Vec<(i64, String)>,
        actor: &Actor,
    ) -> Decision {
        let mut change = self.edit_postmortem(request.edit, frozen, actor)?;
        for export in request.exports {
            let exported = change.incident.export_postmortem(export, actor)?;
            change.incident = exported.incident;
            change.postmortem.extend(exported.postmortem);
            change.deliveries.extend(exported.deliveries);
        }
        Ok(change)
    }
}
