//! The rows of a timeline: entries under headings of days, gaps between them, and bursts of changes as one row.

use std::collections::HashMap;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{Duration, NaiveDate};
use muster_commands::timeline::{EntryFilter, Page};

use crate::domain::text::format_duration;
use crate::domain::{Incident, StoredEntry, TimelineEvent, Timestamp, UserNames};
use crate::web::pages::actions::{Action, Buttons, EntryAction};
use crate::web::pages::incident_tabs::timeline_bursts::{Burst, burst_length};
use crate::web::pages::incident_tabs::timeline_versions::{EntryVersions, HISTORY, Version};
use crate::web::pages::incident_tabs::{Tab, TabState, timeline_view};
use crate::web::pages::overview::{permalink, rich_text};
use crate::web::parts::{ActionButton, ActionForm, RichHtml, Time};
use crate::web::session::SignedIn;

/// The shortest time without an entry that the page mentions.
const SHORTEST_GAP: Duration = Duration::minutes(20);

/// The entries of a day.
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) label: String,
    pub(super) items: Vec<Item>,
}

/// An entry, or the entries of a burst.
pub(super) struct Item {
    pub(super) rows: Vec<Row>,
    /// The row that unfolds; `None` for a single entry.
    pub(super) burst: Option<Burst>,
}

impl Item {
    /// Returns the ID of its element on the page.
    pub(super) fn element_id(&self) -> String {
        match (&self.burst, self.rows.first()) {
            (Some(burst), _) => format!("burst-{}", burst.id),
            (None, Some(row)) => format!("entry-{}", row.id),
            (None, None) => String::new(),
        }
    }
}

/// An entry.
#[derive(Template)]
#[template(path = "parts/timeline_row.html", config = "src/web/askama.toml")]
pub(super) struct Row {
    id: i64,
    time: Time,
    text: RichHtml,
    is_important: bool,
    source: &'static str,
    permalink: Option<String>,
    buttons: Vec<ActionButton>,
    /// The address of the form that edits it, if the user may.
    edit: Option<String>,
    form: Option<ActionForm>,
    edited: Option<EditedLink>,
    versions: Vec<Version>,
    pub(super) between: Option<Between>,
}

impl HtmlSafe for Row {}

impl Row {
    /// Returns whether the user opened a part of it.
    pub(super) fn is_open(&self) -> bool {
        self.form.is_some() || !self.versions.is_empty()
    }
}

/// The link to the earlier versions: “edited 2×”.
struct EditedLink {
    label: String,
    path: String,
}

/// The space between an entry and the next one on the page.
#[derive(Template)]
#[template(path = "parts/timeline_between.html", config = "src/web/askama.toml")]
pub(super) struct Between {
    /// The address of the form that adds a note there.
    insert: String,
    /// How long nothing happened.
    gap: Option<String>,
}

impl HtmlSafe for Between {}

/// The inputs of the rows of a page.
pub(super) struct Rows<'a> {
    pub(super) signed_in: &'a SignedIn,
    pub(super) incident: &'a Incident,
    pub(super) state: &'a TabState,
    pub(super) view: Page,
    pub(super) names: &'a UserNames,
    pub(super) edit_counts: HashMap<i64, i64>,
    pub(super) versions: Option<EntryVersions>,
}

impl Rows<'_> {
    /// Returns the entries of a page by day.
    pub(super) fn days(&self, entries: &[StoredEntry]) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        let mut rest = entries;
        while let Some(first) = rest.first() {
            let date = self.signed_in.clock.date(first.entry.happened_at);
            let length = burst_length(rest, &self.signed_in.clock);
            let item = self.item(rest, length);
            rest = &rest[length..];
            match days.last_mut().filter(|day| day.date == date) {
                Some(day) => day.items.push(item),
                None => days.push(Day {
                    date,
                    label: date.format("%A %-d %B %Y").to_string(),
                    items: vec![item],
                }),
            }
        }
        days
    }

    /// Returns the first entries as one row.
    fn item(&self, entries: &[StoredEntry], length: usize) -> Item {
        let row = |index: usize| self.row(&entries[index], entries.get(index + 1));
        let mut rows: Vec<Row> = (0..length).map(row).collect();
        let burst = (length > 1).then(|| {
            let time = Time::of_day(entries[0].entry.happened_at, &self.signed_in.clock);
            Burst::new(&entries[..length], &mut rows, self.names, time)
        });
        Item { rows, burst }
    }

    fn row(&self, stored: &StoredEntry, next: Option<&StoredEntry>) -> Row {
        let entry = &stored.entry;
        let clock = &self.signed_in.clock;
        let versions = self.versions.as_ref();
        let versions = versions.filter(|it| it.entry == stored.id);
        Row {
            id: stored.id,
            time: Time::of_day(entry.happened_at, clock),
            text: RichHtml::new(rich_text(entry), self.names, clock),
            is_important: stored.is_important,
            source: entry.source.label(),
            permalink: permalink(entry),
            buttons: self.buttons(stored),
            edit: self.edit_path(stored),
            form: self.state.form(Action::Entry(EntryAction::Edit), stored.id),
            edited: self.edited_link(stored.id),
            versions: versions.map_or_else(Vec::new, |it| it.versions.clone()),
            between: next.map(|next| self.between(entry.happened_at, next.entry.happened_at)),
        }
    }

    fn buttons(&self, stored: &StoredEntry) -> Vec<ActionButton> {
        let buttons = Buttons {
            incident: self.incident,
            back: timeline_view::path(self.view, &[]),
        };
        let (flag, label) = match stored.is_important {
            true => (EntryAction::Unflag, "Unflag"),
            false => (EntryAction::Flag, "Flag"),
        };
        let mut offered = vec![(flag, label)];
        if stored.may_be_rewritten_by(&self.signed_in.actor()) {
            offered.push((EntryAction::Remove, "Remove"));
        }
        let object = format!(
            "entry of {}",
            self.signed_in.clock.display(stored.entry.happened_at)
        );
        let button =
            |(action, label)| buttons.button(Action::Entry(action), stored.id, label, &object);
        offered.into_iter().map(button).collect()
    }

    fn edit_path(&self, stored: &StoredEntry) -> Option<String> {
        if let TimelineEvent::ImpactStarted {
            number: Some(number),
            ..
        } = stored.entry.event
        {
            let overview = Tab::Overview.path(self.incident.id);
            let exists = self.incident.impact(number).is_some();
            return exists.then(|| {
                format!("{overview}?open=edit-impact&number={number}#edit-impact-{number}")
            });
        }
        let number = stored.id.to_string();
        let fields = [("open", "edit-entry"), ("number", number.as_str())];
        let may_edit = stored.may_be_moved_by(&self.signed_in.actor());
        may_edit.then(|| {
            let path = timeline_view::path(self.view, &fields);
            format!("{path}#edit-entry-{number}")
        })
    }

    /// Returns the link that shows the earlier versions of an edited entry, or hides them.
    fn edited_link(&self, entry: i64) -> Option<EditedLink> {
        let count = self.edit_counts.get(&entry)?;
        let is_shown = self.versions.as_ref().is_some_and(|it| it.entry == entry);
        let number = entry.to_string();
        let path = match is_shown {
            true => timeline_view::path(self.view, &[]),
            false => timeline_view::path(self.view, &[(HISTORY, number.as_str())]),
        };
        Some(EditedLink {
            label: format!("edited {count}×"),
            path: format!("{path}#entry-{entry}"),
        })
    }

    fn between(&self, at: Timestamp, next: Timestamp) -> Between {
        Between {
            insert: self.insert_path(at, next),
            gap: self.gap(at, next),
        }
    }

    /// Returns the address of the form for a note in the middle between two entries.
    fn insert_path(&self, at: Timestamp, next: Timestamp) -> String {
        let middle = i64::midpoint(at.epoch_millis(), next.epoch_millis());
        let middle = Timestamp::from_epoch_millis(middle);
        let middle = self.signed_in.clock.format(middle);
        let path = timeline_view::path(self.view, &[("open", "add-note"), ("at", &middle)]);
        format!("{path}#add-note-0")
    }

    /// Returns how long nothing happened between two entries. A filter hides what happened.
    fn gap(&self, at: Timestamp, next: Timestamp) -> Option<String> {
        let length = at.duration_since(next).abs();
        let is_shown = self.view.filter == EntryFilter::Unfiltered && length >= SHORTEST_GAP;
        is_shown.then(|| format!("{} without an entry", format_duration(length)))
    }
}
