//! The preview of a template, filled in from an incident that the user may see.

use std::collections::HashMap;

use crate::domain::{
    Incident, IncidentFilter, IncidentId, ListQuery, ListSort, UserContact, UserId,
};
use crate::error::{Error, Result};
use crate::store::ListRequest;
use crate::web::markdown::Html;
use crate::web::pages::incident::incident_path;
use crate::web::parts::{Choice, channel_url};
use crate::web::session::SignedIn;

/// The number of incidents to choose from.
const MAX_CHOICES: usize = 20;

/// A filled-in template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::pages::settings) struct Preview {
    /// The incidents to choose from, the latest first.
    pub(super) incidents: Vec<Choice>,
    /// The number of the incident that it is filled in from; empty for an example.
    pub(super) incident: String,
    /// The subject or the title.
    pub(super) title: String,
    pub(super) parts: Vec<PreviewPart>,
}

/// A part of a filled-in template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::pages::settings) struct PreviewPart {
    /// The heading; empty for none.
    pub(in crate::web::pages::settings) heading: String,
    pub(in crate::web::pages::settings) body: Html,
}

/// The incident that a template is filled in from, and those to choose from.
pub(in crate::web::pages::settings) struct PreviewIncident {
    choices: Vec<Choice>,
    /// The incident; an example if there is none.
    pub(in crate::web::pages::settings) incident: Incident,
    /// Its number; `None` for an example.
    pub(in crate::web::pages::settings) id: Option<IncidentId>,
    /// The address of its page.
    pub(in crate::web::pages::settings) page_url: String,
    /// The address of its channel.
    pub(in crate::web::pages::settings) channel_url: Option<String>,
}

impl PreviewIncident {
    /// Loads an incident, or else the latest one, or else an example.
    pub(super) async fn load(signed_in: &SignedIn, selected: Option<IncidentId>) -> Result<Self> {
        let incidents = latest_incidents(signed_in).await?;
        let latest = incidents.first().map(|(id, _)| *id);
        let incident = match find(signed_in, selected).await? {
            Some(incident) => Some(incident),
            None => find(signed_in, latest).await?,
        };
        let id = incident.as_ref().map(|incident| incident.id);
        let incident = incident.unwrap_or_else(|| Incident::example(&signed_in.actor()));
        let page = incident_path(incident.id);
        let choice = |(id, title): (IncidentId, String)| Choice {
            value: id.number().to_string(),
            label: format!("{id} {title}"),
        };
        Ok(Self {
            choices: incidents.into_iter().map(choice).collect(),
            page_url: signed_in.app.config.page_url(&page).unwrap_or(page),
            channel_url: incident.channel.as_ref().map(|it| channel_url(&it.id)),
            incident,
            id,
        })
    }

    /// Returns the preview with these texts.
    pub(in crate::web::pages::settings) fn preview(
        self,
        title: String,
        parts: Vec<PreviewPart>,
    ) -> Preview {
        let id = self.id.map(|id| id.number().to_string());
        Preview {
            incidents: self.choices,
            incident: id.unwrap_or_default(),
            title,
            parts,
        }
    }
}

/// Returns the latest incident that the user may see, or else an example.
pub(in crate::web::pages::settings) async fn latest_incident(
    signed_in: &SignedIn,
) -> Result<Incident> {
    let incidents = latest_incidents(signed_in).await?;
    let latest = find(signed_in, incidents.first().map(|(id, _)| *id)).await?;
    Ok(latest.unwrap_or_else(|| Incident::example(&signed_in.actor())))
}

/// Returns the latest incidents that the user may see, with their titles.
async fn latest_incidents(signed_in: &SignedIn) -> Result<Vec<(IncidentId, String)>> {
    let request = ListRequest {
        viewer: signed_in.viewer.clone(),
        query: ListQuery {
            filter: IncidentFilter::any(),
            sort: ListSort::Newest,
            ..ListQuery::default()
        },
        clock: signed_in.clock,
    };
    let page = signed_in.store().incident_page(request).await?;
    let listed = page.incidents.into_iter().take(MAX_CHOICES);
    Ok(listed
        .map(|it| (it.summary.id, it.summary.display_title()))
        .collect())
}

/// Returns an incident, if there is one with this number that the user may see.
async fn find(signed_in: &SignedIn, id: Option<IncidentId>) -> Result<Option<Incident>> {
    let Some(id) = id else {
        return Ok(None);
    };
    let incident = signed_in.store().incident(signed_in.viewer.clone(), id);
    match incident.await {
        Ok(incident) => Ok(Some(incident)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(in crate::web::pages::settings) async fn contacts(
    signed_in: &SignedIn,
) -> Result<HashMap<UserId, UserContact>> {
    let users = signed_in.store().users().await?;
    let contact = |user: crate::domain::User| {
        let contact = UserContact {
            name: user.name,
            handle: user.handle,
            mail_address: String::new(),
        };
        (user.id, contact)
    };
    Ok(users.into_iter().map(contact).collect())
}

/// Returns changes as a notification may report them.
pub(in crate::web::pages::settings) fn example_changes(incident: &Incident) -> [String; 2] {
    [
        format!("Severity → {}", incident.severity),
        format!("Status → {}", incident.status.label()),
    ]
}
