//! An import from Datadog: the settings, then the incidents, page by page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::command_error::CommandError;
use crate::cli::import::DatadogArguments;
use crate::cli::import::client::{ApiFailure, DatadogApi};
use crate::cli::import::incident::{Conversion, SourceIncident};
use crate::cli::import::progress::Progress;
use crate::cli::import::settings::SettingsReader;
use crate::cli::import::source_users::{Directory, SourceUser, SourceUsers};
use crate::cli::import::summary::{Mode, Summary};
use crate::cli::import::wire::{Document, List, Resource};
use crate::clock::Clock;
use crate::domain::{Actor, ImportIncident, ImportSource, IncidentId, Settings, Source, Timestamp};
use crate::error::Error;
use crate::store::{ApiTransaction, OfflineImports, OfflineSettings};

/// The size of a page: Datadog's maximum.
const PAGE: usize = 100;

const INCIDENTS: &str = "/api/v2/incidents";

/// An import in progress.
pub(super) struct Importer {
    api: DatadogApi,
    store: OfflineImports,
    database: PathBuf,
    clock: Clock,
    mode: Mode,
    with_settings: bool,
    settings: Settings,
    source_users: SourceUsers,
    added_users: BTreeSet<String>,
    progress: Progress,
    summary: Summary,
}

impl Importer {
    /// Opens the database.
    pub(super) fn open(
        api: DatadogApi,
        database: &Path,
        clock: Clock,
        arguments: &DatadogArguments,
    ) -> Result<Self, CommandError> {
        let failed = |error: Error| store_error(database, &error);
        let store = OfflineImports::open(database).map_err(failed)?;
        let settings = store.settings().map_err(failed)?;
        Ok(Self {
            api,
            settings: settings.as_ref().clone(),
            store,
            database: database.to_owned(),
            clock,
            mode: match arguments.dry_run {
                true => Mode::DryRun,
                false => Mode::Store,
            },
            with_settings: !arguments.without_settings,
            source_users: SourceUsers::new(),
            added_users: BTreeSet::new(),
            progress: Progress::new(),
            summary: Summary::default(),
        })
    }

    /// Imports everything. Returns the summary.
    pub(super) async fn run(mut self) -> Result<String, CommandError> {
        let result = self.import().await;
        self.progress.finish();
        match result {
            Ok(()) => Ok(self.summary.text(self.added_users.len(), self.mode)),
            Err(Interruption::Api(failure)) => Err(self.api_error(&failure)),
            Err(Interruption::Store(error)) => Err(store_error(&self.database, &error)),
        }
    }

    async fn import(&mut self) -> Result<(), Interruption> {
        if self.with_settings {
            self.import_settings().await?;
        }
        self.count_incidents().await;
        let mut offset = 0;
        loop {
            let page = self.page(offset).await?;
            let size = page.data.len();
            for incident in page.data {
                self.import_incident(incident).await?;
                self.progress.advance();
            }
            if size < PAGE {
                return Ok(());
            }
            offset += size;
        }
    }

    async fn import_settings(&mut self) -> Result<(), Interruption> {
        let reader = SettingsReader {
            api: &self.api,
            progress: &mut self.progress,
            summary: &mut self.summary,
            settings: self.settings.clone(),
        };
        let imported = reader.read().await?;
        let changes = self.settings.diff(&imported).into_iter();
        let values: Vec<_> = changes.map(|it| (it.key.to_owned(), it.to)).collect();
        if self.mode == Mode::Store && !values.is_empty() {
            let mut store = OfflineSettings::open(&self.database)?;
            let now = self.clock.now();
            let change = |settings: &Settings| settings.with_values(values);
            if let Err(errors) = store.change(change, now)? {
                let errors = errors.iter().map(ToString::to_string);
                self.summary.left_out.extend(errors);
                self.summary.settings.clear();
                return Ok(());
            }
        }
        self.settings = imported;
        Ok(())
    }

    /// Asks for the number of incidents, for the progress only.
    async fn count_incidents(&mut self) {
        let query = [("query", "*"), ("page[size]", "1")];
        let path = format!("{INCIDENTS}/search");
        let counted: Result<Document, _> = self.api.get(&path, &query, &mut self.progress).await;
        let total = counted.ok();
        let total = total.and_then(|it| it.data.attribute("total").as_u64());
        self.progress
            .set_total(total.and_then(|total| usize::try_from(total).ok()));
    }

    async fn page(&mut self, offset: usize) -> Result<List, Interruption> {
        let (size, offset) = (PAGE.to_string(), offset.to_string());
        let query = [
            ("include", "users"),
            ("page[size]", size.as_str()),
            ("page[offset]", offset.as_str()),
        ];
        let page: List = self.api.get(INCIDENTS, &query, &mut self.progress).await?;
        let users = page.included.iter().filter(|it| it.kind == "users");
        let users = users.map(|it| (it.id.clone(), SourceUser::from_resource(it)));
        self.source_users.extend(users);
        Ok(page)
    }

    async fn import_incident(&mut self, incident: Resource) -> Result<(), Interruption> {
        let now = self.clock.now();
        let id = incident.id.clone();
        let imported = self
            .store
            .run(now, |tx| tx.imported(ImportSource::Datadog, &id))?;
        if imported.is_some() {
            self.summary.known += 1;
            return Ok(());
        }
        let source = self.read_parts(incident).await?;
        self.read_source_users(&source).await?;
        match self.store_incident(&source, now) {
            Ok(()) => Ok(()),
            Err(Error::Rejected(reason)) => {
                let name = source.name();
                self.summary.leave_out(format!("{name}: {reason}"));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn store_incident(&mut self, source: &SourceIncident, now: Timestamp) -> Result<(), Error> {
        let conversion = Conversion {
            source,
            settings: &self.settings,
            source_users: &self.source_users,
            now,
        };
        let added = &mut self.added_users;
        let work = |tx: &ApiTransaction<'_>| -> Result<(IncidentId, ImportIncident), Error> {
            let mut directory = Directory::load(tx, added)?;
            let request = conversion.request(&mut directory)?;
            let actor = Actor::muster(now, Source::Cli);
            let incident = tx.import(request.clone(), &actor)?;
            tx.record_import(ImportSource::Datadog, &source.incident.id, incident.id)?;
            Ok((incident.id, request))
        };
        let (id, request) = match self.mode {
            Mode::Store => self.store.run(now, work)?,
            Mode::DryRun => self.store.try_run(now, work)?,
        };
        self.summary.count(id, &request);
        Ok(())
    }

    async fn read_parts(&mut self, incident: Resource) -> Result<SourceIncident, Interruption> {
        let number = incident.attribute("public_id").as_i64();
        let page = match number {
            Some(number) => format!("/incidents/{number}"),
            None => format!("/incidents/{}", incident.id),
        };
        Ok(SourceIncident {
            impacts: self.parts(&incident, "impacts", "impacts").await?,
            todos: self
                .parts(&incident, "todos", "relationships/todos")
                .await?,
            attachments: self.parts(&incident, "attachments", "attachments").await?,
            integrations: self
                .parts(&incident, "integrations", "relationships/integrations")
                .await?,
            responders: self.parts(&incident, "responders", "responders").await?,
            url: self.api.page_url(&page),
            incident,
        })
    }

    /// Reads the parts of an incident, unless it has none. `relationship` is their name in the incident.
    async fn parts(
        &mut self,
        incident: &Resource,
        relationship: &str,
        path: &str,
    ) -> Result<Vec<Resource>, Interruption> {
        if incident.has_no(relationship) {
            return Ok(Vec::new());
        }
        let path = format!("{INCIDENTS}/{}/{path}", incident.id);
        let parts: Result<Option<List>, _> = self.api.find(&path, &[], &mut self.progress).await;
        match parts {
            Ok(list) => Ok(list.map(|list| list.data).unwrap_or_default()),
            Err(failure) if failure.is_forbidden() => {
                let reason = format!("The {relationship} of incidents: {}", failure.reason);
                self.summary.leave_out(reason);
                Ok(Vec::new())
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Reads the users of an incident that no page included.
    async fn read_source_users(&mut self, source: &SourceIncident) -> Result<(), Interruption> {
        let names = ["commander_user", "declared_by_user", "created_by_user"];
        let named = names
            .iter()
            .filter_map(|name| source.incident.related(name));
        let responders = source.responders.iter();
        let named = named.chain(responders.filter_map(|it| it.related("user")));
        for id in named {
            if self.source_users.contains_key(id) {
                continue;
            }
            let path = format!("/api/v2/users/{id}");
            let document: Result<Option<Document>, _> =
                self.api.find(&path, &[], &mut self.progress).await;
            let source_user = match document {
                Ok(document) => document.map(|it| SourceUser::from_resource(&it.data)),
                Err(failure) if failure.is_forbidden() => None,
                Err(failure) => return Err(failure.into()),
            };
            self.source_users
                .insert(id.to_owned(), source_user.unwrap_or_default());
        }
        Ok(())
    }

    fn api_error(&self, failure: &ApiFailure) -> CommandError {
        let help = match failure.is_forbidden() {
            true => {
                " Check DD_API_KEY, DD_APP_KEY and DD_SITE; the user of the application key must be allowed to read \
                 incidents."
            }
            false => "",
        };
        let imported = match (self.mode, self.summary.imported) {
            (Mode::DryRun, _) | (Mode::Store, 0) => "No incident was imported.".to_owned(),
            (Mode::Store, count) => {
                format!("{count} incidents were imported. Start it again to continue.")
            }
        };
        CommandError::failed(format!("{}{help} {imported}", failure.reason))
    }
}

/// Why an import ended before it was complete.
enum Interruption {
    Api(ApiFailure),
    Store(Error),
}

impl From<ApiFailure> for Interruption {
    fn from(failure: ApiFailure) -> Self {
        Self::Api(failure)
    }
}

impl From<Error> for Interruption {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

fn store_error(database: &Path, error: &Error) -> CommandError {
    let message = format!(
        "Can't use the database {}: {}. Check that DATABASE_PATH is a Muster database or a new file, and that it's \
         writable. Start it again to continue.",
        database.display(),
        error.cause()
    );
    CommandError::store(error, message)
}
