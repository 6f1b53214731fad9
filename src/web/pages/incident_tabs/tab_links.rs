//! The links to the tabs of an incident, with the number next to each.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::Incident;
use crate::error::Result;
use crate::web::pages::incident_tabs::Tab;
use crate::web::session::SignedIn;

/// The largest number next to a tab. The template writes `1,000+` for larger ones.
pub(crate) const MAX_COUNT: i64 = 1_000;

/// The links to the tabs.
#[derive(Template)]
#[template(path = "parts/incident_tabs.html", config = "src/web/askama.toml")]
pub(crate) struct TabLinks {
    id: String,
    tabs: Vec<TabLink>,
}

impl HtmlSafe for TabLinks {}

struct TabLink {
    path: String,
    label: &'static str,
    count: i64,
    is_current: bool,
}

impl TabLinks {
    /// Reads the links. `current` is the tab with the links; `None` on another page of the incident.
    pub(crate) async fn read(
        signed_in: &SignedIn,
        incident: &Incident,
        current: Option<Tab>,
    ) -> Result<Self> {
        let mut tabs = Vec::new();
        for tab in Tab::ALL {
            tabs.push(TabLink {
                path: tab.path(incident.id),
                label: tab.label(),
                count: tab.count(signed_in, incident).await?,
                is_current: Some(tab) == current,
            });
        }
        Ok(Self {
            id: incident.id.to_string(),
            tabs,
        })
    }
}

impl Tab {
    /// Returns the number next to the label: all entries, open tasks, failed deliveries. 0 is not shown.
    async fn count(self, signed_in: &SignedIn, incident: &Incident) -> Result<i64> {
        match self {
            Self::Overview => Ok(0),
            Self::Timeline => {
                let viewer = signed_in.viewer.clone();
                let store = signed_in.store();
                store
                    .timeline_length(viewer, incident.id, MAX_COUNT + 1)
                    .await
            }
            Self::Remediation => {
                let open = incident.tasks.iter().filter(|task| task.done_at.is_none());
                Ok(i64::try_from(open.count()).unwrap_or(i64::MAX))
            }
            Self::Notifications => {
                let viewer = signed_in.viewer.clone();
                let store = signed_in.store();
                store.count_failed_deliveries(viewer, incident.id).await
            }
        }
    }
}
