//! The postmortem of an incident in the export.

use serde_json::{Value, json};

use crate::domain::postmortem::{Postmortem, PostmortemExport, PostmortemView, Revision, Section};
use crate::domain::{Timestamp, UserClock, UserId, UserNames};
use crate::store::IncidentRecord;

/// Returns the postmortem with its sections, their revisions and its exports as JSON; `null` if there is none.
pub fn as_json(record: &IncidentRecord, names: &UserNames) -> Value {
    let Some(postmortem) = &record.incident.postmortem else {
        return Value::Null;
    };
    let Postmortem {
        title,
        owner,
        status,
        timeline,
        template,
        created_at,
        created_by,
        completed_at,
        attached_url,
        last_section: _,
    } = postmortem;
    let stored = record.postmortem.as_ref();
    let document = stored.map(|it| &it.source.document);
    let sections = document.into_iter().flat_map(|it| &it.sections);
    let exports = document.into_iter().flat_map(|it| &it.exports);
    let revisions = stored.into_iter().flat_map(|it| &it.revisions);
    json!({
        "title": title,
        "owner": user(owner, names),
        "status": status,
        "timeline": timeline,
        "template": template,
        "created_at": created_at,
        "created_by": user(created_by, names),
        "completed_at": completed_at,
        "attached_url": attached_url,
        "sections": sections.map(|it| section(it, names)).collect::<Vec<_>>(),
        "revisions": revisions.map(|it| revision(it, names)).collect::<Vec<_>>(),
        "exports": exports.map(|it| export(it, names)).collect::<Vec<_>>(),
    })
}

fn user(id: &UserId, names: &UserNames) -> Value {
    json!({ "id": id, "name": names.get(id) })
}

fn section(section: &Section, names: &UserNames) -> Value {
    let Section {
        number,
        heading,
        body,
        frozen,
        revision,
        edited_at,
        edited_by,
    } = section;
    json!({
        "number": number,
        "heading": heading,
        "body": body,
        "frozen": frozen,
        "revision": revision,
        "edited_at": edited_at,
        "edited_by": user(edited_by, names),
    })
}

fn revision(revision: &Revision, names: &UserNames) -> Value {
    let Revision {
        section,
        revision,
        heading,
        body,
        edited_at,
        edited_by,
    } = revision;
    json!({
        "section": section,
        "revision": revision,
        "heading": heading,
        "body": body,
        "edited_at": edited_at,
        "edited_by": user(edited_by, names),
    })
}

fn export(export: &PostmortemExport, names: &UserNames) -> Value {
    let PostmortemExport {
        target,
        state,
        receipt,
        detail,
        delivery_id: _,
        changed_at,
        requested_by,
    } = export;
    json!({
        "target": target,
        "state": state.as_str(),
        "receipt": receipt,
        "detail": detail,
        "changed_at": changed_at,
        "requested_by": user(requested_by, names),
    })
}

/// Returns the document as Markdown, with times in UTC; `None` if there is none, or only a link to one elsewhere.
pub fn as_text(record: &IncidentRecord, now: Timestamp) -> Option<String> {
    let source = &record.postmortem.as_ref()?.source;
    let postmortem = record.incident.postmortem.as_ref()?;
    if postmortem.attached_url.is_some() {
        return None;
    }
    let clock = UserClock::new(now, "UTC");
    source.markdown_document(&PostmortemView {
        clock: &clock,
        page_url: None,
        channel_url: None,
    })
}
