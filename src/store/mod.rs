//! The incident store. All SQL of the project is in this module.
//!
//! | Operations of `Store` | File |
//! | --- | --- |
//! | `declare`, `change`, `change_with_context`, `change_incident_of_channel`, `record_event` | `changes` |
//! | `incident`, `incident_of_channel`, `channel_belongs_to_incident`, `open_incidents`, `count_by_status` | `queries/incident_list` |
//! | `list_incidents` | `queries/filtered_list` |
//! | `incidents_of_message`, `similar_incidents` | `queries/duplicates` |
//! | `search_incidents` | `queries/search` |
//! | `incident_page`, `incident_list` | `queries/incident_search` |
//! | `saved_views`, `save_view`, `change_view` | `tables/workspace/saved_views` |
//! | `clipboard`, `add_to_clipboard`, `remove_from_clipboard` | `tables/workspace/clipboard` |
//! | `webhooks`, `webhook_access`, `add_webhook`, `change_webhook` | `tables/workspace/webhooks` |
//! | `webhook_log` | `queries/webhook_log` |
//! | `incident_document`, `incident_documents` | `queries/incident_documents` |
//! | `run_api_request` | `api` |
//! | `search_documents` | `queries/api_search` |
//! | `list_tasks` | `queries/task_list` |
//! | `timeline`, `timeline_page`, `status_changes` | `queries/timeline_page` |
//! | `timeline_cells` | `queries/timeline_cells` |
//! | `timeline_entry`, `change_timeline_entry` | `queries/timeline_entry` |
//! | `apply_message_edit`, `apply_message_deletion`, `save_pending_message`, `pending_message` | `message_edits` |
//! | `apply_pushpin` | `tables/workspace/pushpin_reactions` |
//! | `due_deliveries`, `start_attempt`, `finish_delivery`, `reschedule`, `fail_delivery`, `retry_delivery`, … | `deliveries` |
//! | `claim_scheduled` | `scheduled` |
//! | `enqueue_announcements` | `queries/announcements` |
//! | Home views | `tables/workspace/home_views` |
//! | `settings`, `change_settings` | `tables/workspace/settings` |
//! | `user`, `users`, `user_names`, `save_user`, `deactivate_user` | `tables/workspace/users` |
//! | `begin_sign_in`, `take_sign_in`, `create_web_session` | `tables/web/sign_in_attempts` |
//! | `web_session`, `web_sessions`, `end_web_session`, … | `tables/web/web_sessions` |
//! | `create_sign_in_link`, `sign_in_link`, `spend_sign_in_link` | `tables/web/sign_in_links` |
//! | `api_keys`, `authenticate_api_key`, `api_key_by_id`, `add_api_key`, `revoke_api_key` | `tables/web/api_keys` |
//! | `related_alerts`, `attach_related_alerts` | `alert_groups/related` |
//! | `record_alerts`, `record_alert_body`, `record_sns_confirmation` | `alerts/record` |
//! | `record_change_event`, `changes_of` | `alerts/changes` |
//! | `add_alert_source`, `change_alert_source` | `alerts/change_source` |
//! | `alert_sources`, `alert_source`, `authenticate_alert_source` | `tables/alerts/alert_sources` |
//! | `alert_bodies`, `sns_confirmations` | `tables/alerts` |
//! | `preview_alert_rule` | `alert_groups/rule_preview` |
//! | `announcements_channel`, `save_announcements_channel` | `tables/workspace/announcements_channels` |
//! | `postmortem_source`, `postmortem_page`, `save_section`, `restore_section`, `edit_postmortem`, … | `queries/postmortem` |
//! | `rule_matches` | `queries/rule_matches` |
//! | `notify_now` | `notify_now` |
//! | `unsubscribe_token`, `mail_subscription`, `subscription_of_token`, `unsubscribe` | `queries/notifications/mail_subscription` |
//! | `unsubscribed_addresses`, `subscribe_again` | `tables/workspace/unsubscribed_addresses` |
//! | `run_indexing` | `search_index` |
//! | `check_write`, `delete_expired` | `maintenance` |

mod alert_groups;
mod alerts;
pub(crate) mod api;
mod apply_change;
mod changes;
pub mod db;
mod decision_context;
mod deliveries;
pub(crate) mod effective_viewer;
mod idempotency_key;
mod maintenance;
mod message_edits;
mod notify_now;
mod offline;
mod outbox;
pub mod queries;
mod recent_titles;
mod scheduled;
mod search_index;
mod snapshot;
mod store_status;
pub mod tables;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{Notify, broadcast};

use crate::error::{Error, Result};
use crate::store::db::committed::CommitSignals;
use crate::store::db::{checkpoint, migrations, read_pool, write_thread};
use crate::store::recent_titles::RecentTitles;
use crate::store::tables::api::setting_resources;
use crate::store::tables::web::unsubscribe_token::UnsubscribeKey;
use crate::store::tables::workspace::settings;

pub use crate::store::alert_groups::{
    AlertGroupPage, AlertListFilter, AlertListState, AlertRulePreview, DueAlertMessages,
    GroupIncident, GroupMessage, IgnoreGroup, ListedAlertGroup, PREVIEWED_ALERTS, PREVIEWED_HOURS,
    PostedAlertMessage, RuleInList, StormMessage, TitleCount,
};
pub use crate::store::alerts::{OfflineAlertSources, ReceivedBatch, ReceivedBody, SourceAction};
pub use crate::store::api::{AnswerKey, ApiOutcome, ApiRequest, ApiResponse, ApiTransaction};
pub use crate::store::changes::{Applied, ChangeTarget};
pub use crate::store::db::committed::CommittedChange;
pub use crate::store::deliveries::{Attempt, CompletedDeliveries, DueDeliveries};
pub use crate::store::idempotency_key::IdempotencyKey;
pub use crate::store::notify_now::NotifyNow;
pub use crate::store::offline::imports::OfflineImports;
pub use crate::store::offline::keys::OfflineKeys;
pub use crate::store::offline::settings::OfflineSettings;
pub use crate::store::queries::announcements::AnnouncementScope;
pub use crate::store::queries::api_search::{DocumentSearch, DocumentSearchPage};
pub use crate::store::queries::home::{HomeTask, HomeView, Page, ResolvedIncident};
pub use crate::store::queries::incident_deliveries::{
    DeliveryState, IncidentDeliveries, IncidentDelivery,
};
pub use crate::store::queries::incident_documents::{
    DocumentOrder, DocumentRange, IncidentDocument, IncidentDocuments,
};
pub use crate::store::queries::incident_filter::facets::{CappedCount, FacetCounts, Facets};
pub use crate::store::queries::incident_filter::field_counts::FieldFacet;
pub use crate::store::queries::incident_list::IncidentSummary;
pub use crate::store::queries::incident_search::{
    IncidentList, IncidentPage, ListRequest, ListedIncident, MAX_PAGE,
};
pub use crate::store::queries::new_entries::NewEntries;
pub use crate::store::queries::notifications::incident_notifications::IncidentNotifications;
pub use crate::store::queries::notifications::mail_conversation::MailTarget;
pub use crate::store::queries::notifications::rule_matches::{
    EXAMINED_INCIDENTS, REPLAYED_DAYS, RuleMatches,
};
pub use crate::store::queries::notifications::webhook_log::LoggedTarget;
pub use crate::store::queries::notifications::webhook_target::WebhookTarget;
pub use crate::store::queries::postmortem::{
    ListedPostmortem, PostmortemListFilter, PostmortemListRequest, PostmortemPage, SavedSection,
};
pub use crate::store::queries::task_list::{ListedTask, TaskFilter};
pub use crate::store::queries::timeline_cells::{TimelineCells, TimelineRange};
pub use crate::store::queries::timeline_page::TimelinePage;
pub use crate::store::snapshot::{Counts, IncidentRecord, PostmortemRecord, Snapshot};
pub use crate::store::store_status::{StoreStatus, inspect};
pub use crate::store::tables::alert_groups::groups::StoredGroup;
pub use crate::store::tables::alert_groups::messages::{AlertMessage, AlertMessageSubject};
pub use crate::store::tables::alert_groups::storms::Storm;
pub use crate::store::tables::alerts::alert_bodies::{BodyOutcome, MAX_STORED_BODY, StoredBody};
pub use crate::store::tables::alerts::alert_sources::{AddAlertSource, AuthenticatedSource};
pub use crate::store::tables::alerts::change_events::ReportedChange;
pub use crate::store::tables::alerts::sns_confirmations::SnsConfirmation;
pub use crate::store::tables::api::incident_types::{IncidentType, Stamp};
pub use crate::store::tables::api::setting_resources::SettingResource;
pub use crate::store::tables::incident::timeline::history::{EarlierVersion, RecordedEntry};
pub use crate::store::tables::web::api_keys::{AddApiKey, AuthenticatedKey};
pub use crate::store::tables::web::sign_in_attempts::SignInAttempt;
pub use crate::store::tables::web::sign_in_links::SignInLink;
pub use crate::store::tables::web::token::{
    ApiCredentials, new_alert_token, new_api_credentials, split_bearer_token,
};
pub use crate::store::tables::web::web_sessions::WebSession;
pub use crate::store::tables::workspace::home_views::DueHomeViews;
pub use crate::store::tables::workspace::pending_messages::PendingMessage;
pub use crate::store::tables::workspace::pushpin_reactions::ReactionChange;
pub use crate::store::tables::workspace::webhooks::{AddWebhook, WebhookAccess, WebhookAction};
pub use outbox::{MessageState, OutboxStats, QueuedDelivery, ReadyDelivery};

/// The incident store. Cheap to clone; all clones share one database.
#[derive(Clone)]
pub struct Store {
    write_thread: write_thread::WriteThread,
    read_pool: read_pool::ReadPool,
    /// Sent after each commit; wakes the worker and the live pages.
    signals: CommitSignals,
    recent_titles: RecentTitles,
    store_id: Arc<str>,
    unsubscribe_key: UnsubscribeKey,
    /// The lock file, locked while the store is open: one bot per database.
    _lock: Arc<File>,
}

impl Store {
    /// Opens the database. Creates it if it does not exist, migrates it if it is older.
    ///
    /// Rejects a database that another Muster is using or a newer Muster wrote.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(Error::internal)?;
        }
        let lock = acquire_lock(path)?;
        // The write thread is the only user of this connection.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        migrations::configure_connection(&connection)?;
        migrations::migrate(&mut connection)?;
        let settings = settings::current_settings(&connection)?;
        setting_resources::complete(&connection, &settings)?;
        let (identity, unsubscribe_key): (String, String) = connection.query_row(
            "SELECT store_id, unsubscribe_key FROM instance",
            [],
            |row| Ok((row.get("store_id")?, row.get("unsubscribe_key")?)),
        )?;

        let checkpoints = checkpoint::Checkpointer::start(path, &mut connection)?;
        let recent_titles = RecentTitles::load(&connection)?;
        let signals = CommitSignals::new(recent_titles.clone());
        Ok(Self {
            read_pool: read_pool::ReadPool::open(path)?,
            write_thread: write_thread::WriteThread::start(
                connection,
                checkpoints,
                signals.clone(),
            )?,
            signals,
            recent_titles,
            store_id: identity.into(),
            unsubscribe_key: UnsubscribeKey::new(unsubscribe_key),
            _lock: Arc::new(lock),
        })
    }

    /// Returns the random ID of this store. It is part of the metadata of each message that the store
    /// enqueues.
    pub fn store_id(&self) -> &str {
        &self.store_id
    }

    /// Returns the notification that is sent after each commit.
    pub fn commit_notify(&self) -> &Arc<Notify> {
        &self.signals.stored
    }

    /// Returns a receiver of all changes that are committed from now on.
    pub fn committed_changes(&self) -> broadcast::Receiver<CommittedChange> {
        self.signals.subscribe()
    }

    /// Returns a future that completes when the store is closed, which happens when its last clone is
    /// dropped. The WAL has then been checkpointed into the database file.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> {
        let (writer, readers) = (self.write_thread.closed(), self.read_pool.closed());
        async move {
            writer.await;
            readers.await;
        }
    }
}

/// Locks the database file for this process. Two workers on one database would send each message twice.
fn acquire_lock(path: &Path) -> Result<File> {
    let file = File::create(store_status::lock_path(path)).map_err(Error::internal)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Rejected(format!(
            "Another Muster is using {}. Stop it first, or set DATABASE_PATH to another file. Two bots on \
             one database would send every message twice.",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(Error::internal(error)),
    }
}
