//! The preview of a message template, filled in from an incident that the user may see.

use std::collections::HashMap;

use crate::domain::{
    Incident, IncidentFilter, IncidentId, ListQuery, ListSort, MessageTemplate, Settings,
    TemplateValues, UserContact, UserId,
};
use crate::error::{Error, Result};
use crate::store::ListRequest;
use crate::web::markdown::{Html, render_message};
use crate::web::parts::{Choice, channel_url};
use crate::web::session::SignedIn;

/// The number of incidents to choose from.
const MAX_CHOICES: usize = 20;

/// A filled-in template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Preview {
    /// The incidents to choose from, the latest first.
    pub(super) incidents: Vec<Choice>,
    /// The number of the incident that it is filled in from; empty for an example.
    pub(super) incident: String,
    pub(super) subject: String,
    pub(super) body: Html,
}

impl Preview {
    /// Fills in a template from an incident, or else from the latest one, or else from an example.
    pub(super) async fn load(
        signed_in: &SignedIn,
        settings: &Settings,
        template: &MessageTemplate,
        selected: Option<IncidentId>,
    ) -> Result<Self> {
        let incidents = latest_incidents(signed_in).await?;
        let latest = incidents.first().map(|(id, _)| *id);
        let incident = match find(signed_in, selected).await? {
            Some(incident) => Some(incident),
            None => find(signed_in, latest).await?,
        };
        let number = incident.as_ref().map(|incident| incident.id.number());
        let incident = incident.unwrap_or_else(|| Incident::example(&signed_in.actor()));
        let page = format!("/incidents/{}", incident.id.number());
        let page_url = signed_in.app.config.page_url(&page).unwrap_or(page);
        let channel_url = incident.channel.as_ref().map(|it| channel_url(&it.id));
        let changes = example_changes(&incident);
        let contacts = contacts(signed_in).await?;
        let text = template.fill_in(&TemplateValues {
            incident: &incident,
            settings,
            contacts: &contacts,
            clock: &signed_in.clock,
            page_url: Some(&page_url),
            channel_url: channel_url.as_deref(),
            changes: &changes,
        });
        let choice = |(id, title): (IncidentId, String)| Choice {
            value: id.number().to_string(),
            label: format!("{id} {title}"),
        };
        Ok(Self {
            incidents: incidents.into_iter().map(choice).collect(),
            incident: number.map_or_else(String::new, |number| number.to_string()),
            subject: text.subject,
            body: render_message(&text.body),
        })
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
