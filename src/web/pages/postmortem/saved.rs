//! The confirmation of the change that the address names, with **Undo** after a section was removed.

use crate::error::Result;
use crate::web::pages::actions::Buttons;
use crate::web::pages::incident_tabs::Saved;
use crate::web::pages::postmortem::PostmortemPage;
use crate::web::pages::postmortem::section_actions::{EXPECTED, SectionAction, action_path};

/// The name of a removed section in the address.
pub(super) const REMOVED: &str = "removed";

/// The confirmations by their names in the address.
const SENTENCES: [(&str, &str); 13] = [
    ("generated", "Postmortem generated."),
    ("attached", "Postmortem attached."),
    ("title", "Title saved."),
    ("owner", "Owner saved."),
    ("status", "Status saved."),
    ("timeline", "Timeline saved."),
    ("section", "Section saved."),
    (REMOVED, "Section removed."),
    ("moved", "Section moved."),
    ("text", "The section is text now."),
    ("restored", "Section restored."),
    ("export", "Export requested."),
    ("retry-delivery", "Muster tries again."),
];

/// Returns the confirmation of a change. `object` is the number of a removed section.
pub(super) async fn read(page: &PostmortemPage, name: &str, object: &str) -> Result<Option<Saved>> {
    let Some((_, sentence)) = SENTENCES.into_iter().find(|(known, _)| *known == name) else {
        return Ok(None);
    };
    let mut saved = Saved {
        sentence: sentence.to_owned(),
        undo: None,
    };
    let (REMOVED, Ok(number)) = (name, object.parse::<i64>()) else {
        return Ok(Some(saved));
    };
    let viewer = page.signed_in.viewer.clone();
    let id = page.incident().id;
    let removed = page.signed_in.store().removed_sections(viewer, id).await?;
    if let Some(section) = removed.iter().find(|it| it.number == number)
        && page.is_editable()
    {
        let buttons = Buttons {
            incident: page.incident(),
            back: page.path(),
        };
        let path = action_path(page.incident().id, number, SectionAction::Restore);
        let button = buttons.button_to(path, section.revision, "Undo");
        saved.undo = Some(button.expecting(EXPECTED, &section.revision.to_string()));
    }
    Ok(Some(saved))
}
