//! The summary of an import: what was imported, and what was left out and why.

use crate::cli::import::wire::Resource;
use crate::domain::{ImportIncident, IncidentId, Visibility};

/// The data that every import leaves out.
const NEVER_IMPORTED: [&str; 2] = [
    "Timelines and postmortem texts: Datadog's API doesn't return them. The links lead to them.",
    "Values of services and teams in the settings. `muster settings import` reads them from CSV.",
];

/// The most reasons of one kind that are listed.
const MAX_LISTED: usize = 50;

/// The results of an import so far.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) settings: Vec<String>,
    pub(super) left_out: Vec<String>,
    /// The number of incidents that an earlier import has stored.
    pub(super) known: usize,
    pub(super) imported: usize,
    first: Option<IncidentId>,
    last: Option<IncidentId>,
    impacts: usize,
    tasks: usize,
    documents: usize,
    hidden: usize,
}

impl Summary {
    /// Counts an incident.
    pub(super) fn count(&mut self, id: IncidentId, request: &ImportIncident) {
        self.imported += 1;
        self.first = self.first.or(Some(id));
        self.last = Some(id);
        self.impacts += request.impacts.len();
        self.tasks += request.tasks.len();
        self.documents += request.documents.len();
        let has_known_user = request.commander.is_some()
            || request.declared_by.is_some()
            || !request.responders.is_empty();
        if request.visibility == Visibility::Private && !has_known_user {
            self.hidden += 1;
        }
    }

    /// Records that something was left out. The same reason is listed once.
    pub(super) fn leave_out(&mut self, reason: String) {
        if !self.left_out.contains(&reason) {
            self.left_out.push(reason);
        }
    }

    /// Returns the text for the operator. A dry run stored nothing.
    pub(super) fn text(&self, users: usize, mode: Mode) -> String {
        let mut paragraphs = vec![self.incidents_text(mode)];
        if self.imported > 0 {
            paragraphs.push(format!(
                "With them: {}, {}, {}, {}.",
                counted(self.impacts, "impact"),
                counted(self.tasks, "task"),
                counted(self.documents, "document"),
                counted(users, "new user"),
            ));
        }
        if !self.settings.is_empty() {
            let verb = mode.choose("Settings added", "Settings that would be added");
            paragraphs.push(format!("{verb}:\n  {}", self.settings.join("\n  ")));
        }
        paragraphs.push(self.left_out_text());
        if mode == Mode::DryRun {
            paragraphs.push("Nothing was stored. Start it without --dry-run to import.".to_owned());
        }
        paragraphs.join("\n\n")
    }

    fn incidents_text(&self, mode: Mode) -> String {
        let verb = mode.choose("Imported", "Would import");
        let numbers = match (mode, self.first, self.last) {
            (Mode::Store, Some(first), Some(last)) if first == last => format!(": {first}"),
            (Mode::Store, Some(first), Some(last)) => format!(": {first} to {last}"),
            (Mode::Store | Mode::DryRun, _, _) => String::new(),
        };
        let imported = counted(self.imported, "incident");
        let earlier = match self.known {
            0 => String::new(),
            known => format!(" {} imported earlier.", was_or_were(known)),
        };
        format!("{verb} {imported} from Datadog{numbers}.{earlier}")
    }

    fn left_out_text(&self) -> String {
        let mut reasons: Vec<String> = self.left_out.iter().take(MAX_LISTED).cloned().collect();
        if self.left_out.len() > MAX_LISTED {
            reasons.push(format!("and {} more", self.left_out.len() - MAX_LISTED));
        }
        if self.hidden > 0 {
            reasons.push(format!(
                "Users of {}: no user sees them. Datadog names no one with a mail address.",
                counted(self.hidden, "private incident")
            ));
        }
        reasons.extend(NEVER_IMPORTED.map(str::to_owned));
        format!("Left out:\n  {}", reasons.join("\n  "))
    }
}

/// Whether an import stores anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Store,
    DryRun,
}

impl Mode {
    fn choose(self, stored: &'static str, dry: &'static str) -> &'static str {
        match self {
            Self::Store => stored,
            Self::DryRun => dry,
        }
    }
}

fn was_or_were(count: usize) -> String {
    match count {
        1 => "1 was".to_owned(),
        count => format!("{count} were"),
    }
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// Returns the name of a resource of the settings.
pub(super) fn name(resource: &Resource) -> String {
    let name = resource.text("name");
    name.unwrap_or(&resource.id).to_owned()
}
