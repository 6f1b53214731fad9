//! The attachments and the integrations of an incident, as documents.

use serde_json::Value;

use crate::cli::import::incident::{Conversion, Remarks, time};
use crate::cli::import::wire::{Resource, text};
use crate::domain::link::http_url::url_error;
use crate::domain::text::truncate;
use crate::domain::{AddLink, ImportDocument, LONGEST_NAME, LinkKind, Timestamp};

/// The most documents. An incident can have 100.
const MAX_DOCUMENTS: usize = 90;

/// A link of Datadog.
struct Link {
    title: String,
    url: String,
    added_at: Timestamp,
}

/// Returns the links as documents. Those that are not valid are in the note.
pub(super) fn documents(
    conversion: &Conversion<'_>,
    declared_at: Timestamp,
    remarks: &mut Remarks,
) -> Vec<ImportDocument> {
    let source = conversion.source;
    let attachments = source.attachments.iter();
    let attachments = attachments.filter_map(|it| attachment(it, declared_at));
    let integrations = source.integrations.iter();
    let integrations = integrations.flat_map(|it| integration(it, declared_at));
    let mut documents = Vec::new();
    for link in attachments.chain(integrations) {
        if documents.len() == MAX_DOCUMENTS || url_error(&link.url).is_some() {
            remarks.add(&link.title, &link.url);
            continue;
        }
        let title = truncate(&link.title, LONGEST_NAME);
        documents.push(ImportDocument {
            link: AddLink::new(LinkKind::Document, &link.url, &title),
            added_at: link.added_at,
        });
    }
    documents
}

fn attachment(resource: &Resource, declared_at: Timestamp) -> Option<Link> {
    let document = resource.attribute("attachment");
    let url = text(&document["documentUrl"])?;
    let kind = resource.text("attachment_type");
    let title = text(&document["title"]).unwrap_or(match kind {
        Some("postmortem") => "Postmortem",
        Some(_) | None => "Link",
    });
    Some(Link {
        title: title.to_owned(),
        url: url.to_owned(),
        added_at: time(resource, "modified").unwrap_or(declared_at),
    })
}

/// Returns the channels, issues and teams of an integration.
fn integration(resource: &Resource, declared_at: Timestamp) -> Vec<Link> {
    let metadata = resource.attribute("metadata");
    let added_at = time(resource, "created").unwrap_or(declared_at);
    let items = |name: &str| metadata[name].as_array().cloned().unwrap_or_default();
    let link = |item: &Value, service: &str, name: &str| {
        let url = text(&item["redirect_url"])?.to_owned();
        let title = match text(&item[name]) {
            Some(name) => format!("{service} {name}"),
            None => service.to_owned(),
        };
        Some(Link {
            title,
            url,
            added_at,
        })
    };
    let channels = items("channels");
    let channels = channels
        .iter()
        .filter_map(|it| link(it, "Slack", "channel_name"));
    let issues = items("issues");
    let issues = issues.iter().filter_map(|it| link(it, "Jira", "issue_key"));
    let teams = items("teams");
    let teams = teams
        .iter()
        .filter_map(|it| link(it, "Microsoft Teams", "ms_channel_name"));
    channels.chain(issues).chain(teams).collect()
}
