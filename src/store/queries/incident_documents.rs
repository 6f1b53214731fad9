//! Incidents with everything that their documents contain, for the API and for webhooks.

use std::sync::Arc;

use rusqlite::Connection;

use crate::domain::api::{DatedChange, KnownUsers, LastActivity};
use crate::domain::{
    DeclaredRange, Incident, IncidentFilter, IncidentId, Settings, TimeBounds, UserId, Viewer,
};
use crate::error::Result;
use crate::store::Store;
use crate::store::effective_viewer::effective_viewer;
use crate::store::queries::field_history;
use crate::store::queries::incident_filter::filter_driver::Purpose;
use crate::store::queries::incident_filter::filter_sql::Selection;
use crate::store::queries::incident_filter::list_sections::SectionOrder;
use crate::store::tables::incident::{incidents, last_activity};
use crate::store::tables::workspace::{settings, users};

/// A range of the incidents that match a filter.
#[derive(Clone, Debug)]
pub struct DocumentRange {
    /// On whose behalf they are read.
    pub viewer: Viewer,
    /// The filter. Its words are ignored.
    pub filter: IncidentFilter,
    /// The bounds of the time of the declaration.
    pub declared: TimeBounds,
    /// The order.
    pub order: DocumentOrder,
    /// How many incidents are skipped.
    pub offset: usize,
    /// The maximum number of incidents.
    pub size: usize,
}

/// The order of a range. Incidents with the same time are ordered by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocumentOrder {
    /// The first declared first.
    #[default]
    Created,
    /// The last declared first.
    CreatedDescending,
    /// The last timeline entry last.
    Modified,
    /// The last timeline entry first.
    ModifiedDescending,
}

/// Incidents and what their documents contain besides.
#[derive(Clone, Debug)]
pub struct IncidentDocuments {
    /// The incidents, in their order.
    pub incidents: Vec<IncidentDocument>,
    /// The users that they name.
    pub users: KnownUsers,
    /// The team settings.
    pub settings: Arc<Settings>,
}

/// An incident, the last entry on its timeline, and its history.
#[derive(Clone, Debug)]
pub struct IncidentDocument {
    /// The incident.
    pub incident: Incident,
    /// The last entry.
    pub last_activity: LastActivity,
    /// The changes of the status and of the severity, in order.
    pub history: Vec<DatedChange>,
}

impl Store {
    /// Returns an incident for its document. `Error::NotFound` also means that the viewer may not see it.
    pub async fn incident_document(
        &self,
        viewer: Viewer,
        id: IncidentId,
    ) -> Result<IncidentDocuments> {
        self.read_pool
            .run(move |tx| {
                let incident = incidents::find_visible_incident(tx, &viewer, id)?;
                load(tx, vec![incident])
            })
            .await
    }

    /// Returns a range of the incidents that match and that the viewer may see.
    pub async fn incident_documents(&self, range: DocumentRange) -> Result<IncidentDocuments> {
        self.read_pool
            .run(move |tx| {
                let ids = select_ids(tx, &range)?;
                let incidents = ids.into_iter().map(|id| incidents::find_incident(tx, id));
                load(tx, incidents.collect::<Result<_>>()?)
            })
            .await
    }
}

/// Loads what the documents of incidents contain besides them.
pub(crate) fn load(tx: &Connection, incidents: Vec<Incident>) -> Result<IncidentDocuments> {
    let numbers: Vec<IncidentId> = incidents.iter().map(|it| it.id).collect();
    let mut histories = field_history::histories_of(tx, &numbers)?;
    let documents = incidents.into_iter().map(|incident| {
        Ok(IncidentDocument {
            history: histories.remove(&incident.id).unwrap_or_default(),
            last_activity: last_activity::last_activity(tx, incident.id)?,
            incident,
        })
    });
    let incidents = documents.collect::<Result<Vec<_>>>()?;
    let named = incidents.iter().flat_map(IncidentDocument::named_users);
    Ok(IncidentDocuments {
        users: users::known_users(tx, named)?,
        incidents,
        settings: settings::current_settings(tx)?,
    })
}

impl IncidentDocument {
    /// Returns the users that the document names.
    pub fn named_users(&self) -> impl Iterator<Item = &UserId> {
        let postmortem = self.incident.postmortem.as_ref();
        [&self.incident.declared_by, &self.incident.commander]
            .into_iter()
            .flatten()
            .chain(&self.last_activity.user)
            .chain(postmortem.map(|it| &it.created_by))
    }
}

impl DocumentOrder {
    fn section_order(self) -> SectionOrder {
        match self {
            Self::Created => SectionOrder::Oldest,
            Self::CreatedDescending => SectionOrder::Newest,
            Self::Modified => SectionOrder::LongestInactive,
            Self::ModifiedDescending => SectionOrder::LastActive,
        }
    }
}

fn select_ids(tx: &Connection, range: &DocumentRange) -> Result<Vec<IncidentId>> {
    let order = range.order.section_order();
    // The bounds apply only if the filter has a range.
    let days = DeclaredRange::Days {
        from: None,
        to: None,
    };
    let filter = IncidentFilter {
        declared: Some(days),
        ..range.filter.clone()
    };
    let viewer = effective_viewer(tx, &range.viewer)?;
    let selection = Selection {
        viewer: &viewer,
        filter: &filter,
        declared: range.declared,
        purpose: Purpose::Page(order),
        after: None,
    };
    let (mut ids, mut skipped) = (Vec::new(), 0);
    let columns = format!("id, {}", order.column());
    let limit = range.offset.saturating_add(range.size);
    selection.for_each(tx, &columns, limit, |row| {
        match skipped < range.offset {
            true => skipped += 1,
            false => ids.push(IncidentId(row.get(0)?)),
        }
        Ok(())
    })?;
    Ok(ids)
}
