//! Bursts: changes of fields by one user within two minutes, which a timeline shows as one row that unfolds.

use chrono::Duration;

use crate::domain::text::MUSTER;
use crate::domain::{Author, FieldChange, StoredEntry, TimelineEvent, UserClock, UserNames};
use crate::web::pages::incident_tabs::timeline_rows::{Between, Row};
use crate::web::parts::{Time, user_name};

/// The longest time between the first and the last change of a burst.
const LONGEST: Duration = Duration::minutes(2);

/// Several changes by one user.
pub(super) struct Burst {
    /// The ID of its first entry.
    pub(super) id: i64,
    pub(super) time: Time,
    /// The changed fields, in one sentence.
    pub(super) summary: String,
    /// Whether the rows are shown.
    pub(super) is_open: bool,
    /// The space after the last row.
    pub(super) between: Option<Between>,
}

impl Burst {
    /// Creates the burst of these entries, which have these rows.
    pub(super) fn new(
        entries: &[StoredEntry],
        rows: &mut [Row],
        names: &UserNames,
        time: Time,
    ) -> Self {
        let author = entries.first().and_then(|it| it.entry.author.as_ref());
        let author = match author {
            Some(Author::User(user)) => user_name(user, names),
            Some(Author::App(app)) => app.clone(),
            None => MUSTER.to_owned(),
        };
        Self {
            id: entries.iter().map(|it| it.id).min().unwrap_or_default(),
            time,
            summary: format!("{author} changed {}", fields(entries)),
            is_open: rows.iter().any(Row::is_open),
            between: rows.last_mut().and_then(|row| row.between.take()),
        }
    }
}

/// Returns how many of the first entries are one burst; 1 if the first one is in none.
pub(super) fn burst_length(entries: &[StoredEntry], clock: &UserClock) -> usize {
    let Some(first) = entries.first().filter(|stored| is_foldable(stored)) else {
        return 1;
    };
    let date = clock.date(first.entry.happened_at);
    let belongs = |stored: &&StoredEntry| {
        let at = stored.entry.happened_at;
        is_foldable(stored)
            && stored.entry.author == first.entry.author
            && at.duration_since(first.entry.happened_at).abs() <= LONGEST
            && clock.date(at) == date
    };
    entries.iter().take_while(belongs).count()
}

/// Returns whether an entry may be folded. Flagged entries are always in sight.
fn is_foldable(stored: &StoredEntry) -> bool {
    !stored.is_important && matches!(stored.entry.event, TimelineEvent::Updated { .. })
}

/// Returns the changed fields: `severity, status and title`.
fn fields(entries: &[StoredEntry]) -> String {
    let mut labels: Vec<&str> = Vec::new();
    for stored in entries {
        let TimelineEvent::Updated { changes } = &stored.entry.event else {
            continue;
        };
        for label in changes.iter().map(field_label) {
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
    }
    let count: usize = entries.len();
    let listed = match labels.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    };
    format!("{listed} ({count} changes)")
}

fn field_label(change: &FieldChange) -> &str {
    match change {
        FieldChange::Title { .. } => "the title",
        FieldChange::Severity { .. } => "severity",
        FieldChange::Status { .. } => "status",
        FieldChange::Commander { .. } => "the commander",
        FieldChange::DetectionMethod { .. } => "the detection method",
        FieldChange::DetectedAt { .. } => "the time of the detection",
        FieldChange::Summary { .. } => "what happened",
        FieldChange::RootCause { .. } => "why it happened",
        FieldChange::Configured { label, .. } => label,
    }
}
