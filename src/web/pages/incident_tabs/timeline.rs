//! `/incidents/7/timeline`: what happened, entry by entry.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use chrono::NaiveDate;
use muster_commands::timeline::{EntryFilter, Page, PageCursor, SortOrder};

use crate::domain::text::format_duration;
use crate::domain::{Incident, StoredEntry, TimelineEvent, Timestamp, UserNames};
use crate::error::Result;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::actions::{Action, Buttons, EntryAction};
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::incident_tabs::timeline_view::{self, FILTERS};
use crate::web::pages::incident_tabs::{IncidentHead, Tab, TabState};
use crate::web::pages::overview::{permalink, rich_text};
use crate::web::parts::{ActionButton, ActionForm, RichHtml, Time};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// How many entries a page shows.
const PAGE_SIZE: usize = 50;

/// The shortest time without an entry that the page mentions.
const SHORTEST_GAP: chrono::Duration = chrono::Duration::minutes(30);

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, "/incidents/{id}/timeline", show)
}

#[derive(Template)]
#[template(path = "incident_timeline.html", config = "src/web/askama.toml")]
struct TimelineTemplate {
    layout: Layout,
    head: IncidentHead,
    composer: ActionForm,
    filters: Vec<Chip>,
    order: Chip,
    days: Vec<Day>,
    newer: Option<String>,
    older: Option<String>,
}

/// A link that changes what the timeline shows.
struct Chip {
    label: &'static str,
    path: String,
    is_current: bool,
}

/// The entries of a day.
struct Day {
    date: NaiveDate,
    label: String,
    rows: Vec<Row>,
}

/// An entry.
struct Row {
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
    /// The address of the form that adds a note between this entry and the next one on the page.
    insert: Option<String>,
    /// How long nothing happened between this entry and the next one on the page.
    gap: Option<String>,
}

async fn show(
    signed_in: SignedIn,
    path: IncidentPath,
    Query(query): Query<HashMap<String, String>>,
) -> PageResult {
    let viewer = signed_in.viewer.clone();
    let incident = signed_in.store().incident(viewer, path.id).await?;
    let back = timeline_view::path(timeline_view::read(path.id, &query), &[]);
    let state = TabState::read(&signed_in, &incident, back, query).await?;
    render(&signed_in, &incident, state).await
}

/// Renders the timeline of an incident that the user may see.
pub(super) async fn render(
    signed_in: &SignedIn,
    incident: &Incident,
    state: TabState,
) -> PageResult {
    let view = timeline_view::read(incident.id, &state.query);
    let store = signed_in.store();
    let page = store.timeline_page(signed_in.viewer.clone(), view, PAGE_SIZE);
    let page = page.await?;
    let rows = Rows {
        signed_in,
        incident,
        state: &state,
        view,
        names: &page.names,
    };
    let (before, after) = neighbours(view, &page.entries);
    let before = before.filter(|_| page.has_before);
    let after = after.filter(|_| page.has_after);
    let (newer, older) = match view.order {
        SortOrder::NewestFirst => (before, after),
        SortOrder::OldestFirst => (after, before),
    };
    page_with_status(
        state.status,
        &TimelineTemplate {
            layout: signed_in.layout(Section::Incidents),
            head: IncidentHead::read(signed_in, incident, Tab::Timeline, &state).await?,
            composer: composer(signed_in, incident, &state).await?,
            filters: filters(view),
            order: order(view),
            days: rows.days(&page.entries),
            newer,
            older,
        },
    )
}

/// Returns the addresses of the pages before and after this one.
fn neighbours(view: Page, entries: &[StoredEntry]) -> (Option<String>, Option<String>) {
    let before = timeline_view::next_to(view, entries.first(), PageCursor::Before);
    let after = timeline_view::next_to(view, entries.last(), PageCursor::After);
    let path = |page: Option<Page>| page.map(|page| timeline_view::path(page, &[]));
    (path(before), path(after))
}

/// Returns the form that adds a note: the one that is open, or an empty one.
async fn composer(
    signed_in: &SignedIn,
    incident: &Incident,
    state: &TabState,
) -> Result<ActionForm> {
    let action = Action::Entry(EntryAction::AddNote);
    let mut form = state.form_or_empty(signed_in, incident, action).await?;
    let view = timeline_view::read(incident.id, &state.query);
    form.back = timeline_view::path(view, &[]);
    Ok(form)
}

fn filters(view: Page) -> Vec<Chip> {
    let first = view.with_cursor(PageCursor::First);
    let chips = FILTERS.iter().map(|(_, label, filter)| Chip {
        label,
        path: timeline_view::path(
            Page {
                filter: *filter,
                ..first
            },
            &[],
        ),
        is_current: view.filter == *filter,
    });
    chips.collect()
}

fn order(view: Page) -> Chip {
    Chip {
        label: match view.order {
            SortOrder::NewestFirst => "Oldest first",
            SortOrder::OldestFirst => "Newest first",
        },
        path: timeline_view::path(view.with_reversed_order(), &[]),
        is_current: false,
    }
}

/// The inputs of the rows of a page.
struct Rows<'a> {
    signed_in: &'a SignedIn,
    incident: &'a Incident,
    state: &'a TabState,
    view: Page,
    names: &'a UserNames,
}

impl Rows<'_> {
    fn days(&self, entries: &[StoredEntry]) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        for (index, stored) in entries.iter().enumerate() {
            let date = self.signed_in.clock.date(stored.entry.happened_at);
            let row = self.row(stored, entries.get(index + 1));
            match days.last_mut().filter(|day| day.date == date) {
                Some(day) => day.rows.push(row),
                None => days.push(Day {
                    date,
                    label: date.format("%A %-d %B %Y").to_string(),
                    rows: vec![row],
                }),
            }
        }
        days
    }

    fn row(&self, stored: &StoredEntry, next: Option<&StoredEntry>) -> Row {
        let entry = &stored.entry;
        let clock = &self.signed_in.clock;
        let next_at = next.map(|next| next.entry.happened_at);
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
            insert: next_at.map(|at| self.insert_path(entry.happened_at, at)),
            gap: next_at.and_then(|at| self.gap(entry.happened_at, at)),
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
