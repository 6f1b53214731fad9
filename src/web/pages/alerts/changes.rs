//! The changes on the page of an incident: what was deployed or configured around its time.

use crate::domain::Incident;
use crate::error::Result;
use crate::store::ReportedChange;
use crate::web::pages::overview::Link;
use crate::web::parts::{Time, is_web_address};
use crate::web::session::SignedIn;

/// A change.
pub(crate) struct ChangeRow {
    pub(crate) time: Time,
    pub(crate) summary: String,
    /// The changed system, the details and the source.
    pub(crate) facts: String,
    pub(crate) links: Vec<Link>,
}

/// Returns the changes of the time of an incident, the newest first.
pub(crate) async fn change_rows(
    signed_in: &SignedIn,
    incident: &Incident,
) -> Result<Vec<ChangeRow>> {
    let store = signed_in.store();
    let changes = store.changes_of(incident.clone()).await?;
    let rows = changes.into_iter().map(|change| row(signed_in, change));
    Ok(rows.collect())
}

fn row(signed_in: &SignedIn, change: ReportedChange) -> ChangeRow {
    let event = change.event;
    let origin = Some(event.origin).filter(|origin| !origin.is_empty());
    let details = event.details.iter();
    let details = details.map(|(name, value)| format!("{name} {value}"));
    let source = format!("from {}", change.source);
    let facts: Vec<_> = origin.into_iter().chain(details).chain([source]).collect();
    let links = event.links.into_iter();
    let links = links.filter(|link| is_web_address(&link.url));
    ChangeRow {
        time: signed_in.time(event.happened_at),
        summary: event.summary,
        facts: facts.join(" · "),
        links: links
            .map(|link| Link {
                label: link.name,
                url: link.url,
            })
            .collect(),
    }
}
