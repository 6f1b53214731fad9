//! The parts of an incident's overview: impacts, roles, times, links and the latest entries.

use muster_commands::timeline::{EntryFilter, Page, PageCursor, SortOrder};

use crate::domain::text::{RichText, activity_text, format_duration};
use crate::domain::{
    Author, Incident, IncidentId, Integration, LinkKind, StoredEntry, TimelineEntry, Timestamp,
    UserId, UserNames,
};
use crate::error::Result;
use crate::web::pages::actions::{Action, Buttons, ImpactAction, LinkAction};
use crate::web::pages::incident::incident_path;
use crate::web::pages::incident_tabs::TabState;
use crate::web::parts::{
    ActionButton, ActionForm, RichHtml, Time, actor_name, is_web_address, user_name,
};
use crate::web::session::SignedIn;

/// How many of the latest entries the overview shows.
const LATEST_ENTRIES: usize = 8;

/// An impact.
pub(crate) struct ImpactRow {
    pub(crate) description: String,
    pub(crate) started: Time,
    pub(crate) ended: Option<Time>,
    pub(crate) duration: String,
    pub(crate) number: i64,
    pub(crate) remove: ActionButton,
    pub(crate) form: Option<ActionForm>,
}

/// A role and the users in it.
pub(crate) struct RoleRow {
    pub(crate) role: String,
    pub(crate) names: String,
}

/// A time or a duration, with what it means.
pub(crate) struct Clock {
    pub(crate) label: &'static str,
    /// The definition of a duration; empty for a time.
    pub(crate) meaning: &'static str,
    pub(crate) time: Option<Time>,
    pub(crate) duration: String,
}

/// A link.
pub(crate) struct Link {
    pub(crate) label: String,
    pub(crate) url: String,
}

/// The chat or the video call.
pub(crate) struct RoomRow {
    pub(crate) label: &'static str,
    pub(crate) url: Option<String>,
    /// The name of the action that sets it.
    pub(crate) edit: &'static str,
    pub(crate) remove: Option<ActionButton>,
    pub(crate) form: Option<ActionForm>,
}

/// An entry of the timeline.
pub(crate) struct Entry {
    pub(crate) time: Time,
    pub(crate) text: RichHtml,
    pub(crate) is_important: bool,
    /// The transport by which it was added, unless that is Slack.
    pub(crate) source: &'static str,
    pub(crate) permalink: Option<String>,
}

/// Returns all users that the overview names.
pub(crate) fn users_of(incident: &Incident) -> Vec<UserId> {
    let mut users: Vec<_> = incident.commander.iter().cloned().collect();
    users.extend(incident.declared_by.clone());
    users.extend(incident.responder_ids().cloned());
    users.extend(incident.roles.iter().map(|role| role.user.clone()));
    users
}

/// Returns how long customers have been affected, while they are.
pub(crate) fn running_impact(incident: &Incident, now: Timestamp) -> Option<String> {
    incident.open_impact()?;
    incident.customer_impact_duration(now).map(format_duration)
}

/// Returns the impacts.
pub(crate) fn impacts(
    signed_in: &SignedIn,
    incident: &Incident,
    state: &TabState,
) -> Vec<ImpactRow> {
    let buttons = Buttons {
        incident,
        back: incident_path(incident.id),
    };
    let remove = Action::Impact(ImpactAction::Remove);
    let rows = incident.impacts.iter().map(|impact| {
        let until = impact.ended_at.unwrap_or(signed_in.now);
        ImpactRow {
            description: impact.description.clone(),
            started: signed_in.time(impact.started_at),
            ended: impact.ended_at.map(|at| signed_in.time(at)),
            duration: format_duration(until.duration_since(impact.started_at)),
            number: impact.number,
            remove: buttons.button(remove, impact.number, "Remove", &impact.description),
            form: state.form(Action::Impact(ImpactAction::Edit), impact.number),
        }
    });
    rows.collect()
}

/// Returns the roles and the other responders.
pub(crate) fn roles(incident: &Incident, names: &UserNames) -> Vec<RoleRow> {
    let mut rows: Vec<RoleRow> = Vec::new();
    for assignment in &incident.roles {
        let name = user_name(&assignment.user, names);
        match rows.iter_mut().find(|row| row.role == assignment.role) {
            Some(row) => row.names.push_str(&format!(", {name}")),
            None => rows.push(RoleRow {
                role: assignment.role.clone(),
                names: name,
            }),
        }
    }
    let others = incident.responder_ids();
    let others = others.filter(|user| !incident.has_role(user));
    let others: Vec<_> = others.map(|user| user_name(user, names)).collect();
    if !others.is_empty() {
        rows.push(RoleRow {
            role: "Responders".to_owned(),
            names: others.join(", "),
        });
    }
    rows.push(RoleRow {
        role: "Declared by".to_owned(),
        names: actor_name(incident.declared_by.as_ref(), names),
    });
    rows
}

/// Returns the times of the incident and the durations derived from them.
pub(crate) fn clock(signed_in: &SignedIn, incident: &Incident) -> Vec<Clock> {
    let time = |label, at: Option<Timestamp>| {
        at.map(|at| Clock {
            label,
            meaning: "",
            time: Some(signed_in.time(at)),
            duration: String::new(),
        })
    };
    let duration = |label, meaning, length: Option<chrono::Duration>| {
        length.map(|length| Clock {
            label,
            meaning,
            time: None,
            duration: format_duration(length),
        })
    };
    let impact = incident.customer_impact_duration(signed_in.now);
    let rows = [
        time("Detected", Some(incident.detected_at)),
        time("Declared", Some(incident.declared_at)),
        time("Resolved", incident.resolved_at),
        duration(
            "Time to detect",
            "first impact to detected",
            incident.time_to_detect(),
        ),
        duration(
            "Time to resolve",
            "declared to resolved",
            incident.time_to_resolve(),
        ),
        duration("Customer impact", "first start to last end", impact),
    ];
    rows.into_iter().flatten().collect()
}

/// Returns the documents, the links to other tools and the signals.
pub(crate) fn links(incident: &Incident) -> Vec<Link> {
    let link = |label: &str, url: &str| Link {
        label: label.to_owned(),
        url: url.to_owned(),
    };
    let documents = incident.documents();
    let documents = documents.map(|document| link(&document.title, &document.url));
    let signals = incident.signals.iter().map(|it| link(it.label(), &it.url));
    let integrations = incident.integrations().flat_map(Integration::links);
    let integrations = integrations.map(|it| link(&it.title, &it.url));
    let links = documents.chain(integrations).chain(signals);
    links.filter(|link| is_web_address(&link.url)).collect()
}

/// Returns the chat and the video call.
pub(crate) fn rooms(incident: &Incident, state: &TabState) -> Vec<RoomRow> {
    let buttons = Buttons {
        incident,
        back: incident_path(incident.id),
    };
    let rooms = [
        (
            "Chat",
            LinkKind::Chat,
            &incident.chat_url,
            LinkAction::RemoveChat,
        ),
        (
            "Video call",
            LinkKind::Call,
            &incident.call_url,
            LinkAction::RemoveCall,
        ),
    ];
    let row = |(label, kind, url, remove): (_, _, &Option<String>, _)| {
        let set = Action::Link(LinkAction::Add(kind));
        let remove = buttons.button(Action::Link(remove), 0, "Remove", label);
        RoomRow {
            label,
            url: url.clone().filter(|url| is_web_address(url)),
            edit: set.name(),
            remove: url.is_some().then_some(remove),
            form: state.form(set, 0),
        }
    };
    rooms.into_iter().map(row).collect()
}

/// Returns the latest entries of the timeline, the newest first.
pub(crate) async fn latest_entries(signed_in: &SignedIn, id: IncidentId) -> Result<Vec<Entry>> {
    let range = Page {
        incident: id,
        order: SortOrder::NewestFirst,
        filter: EntryFilter::Unfiltered,
        cursor: PageCursor::First,
    };
    let viewer = signed_in.viewer.clone();
    let store = signed_in.store();
    let page = store.timeline_page(viewer, range, LATEST_ENTRIES).await?;
    let entries = page.entries.iter();
    Ok(entries
        .map(|stored| entry(signed_in, stored, &page.names))
        .collect())
}

fn entry(signed_in: &SignedIn, stored: &StoredEntry, names: &UserNames) -> Entry {
    let entry = &stored.entry;
    Entry {
        time: signed_in.time(entry.happened_at),
        text: RichHtml::new(rich_text(entry), names, &signed_in.clock),
        is_important: stored.is_important,
        source: entry.source.label(),
        permalink: permalink(entry),
    }
}

/// Returns the sentence of an entry. An app that wrote a message is its subject.
pub(crate) fn rich_text(entry: &TimelineEntry) -> Vec<RichText> {
    let mut text = activity_text(&entry.activity());
    if let (Some(Author::App(app)), Some(paragraph)) = (&entry.author, text.first_mut())
        && let Some(subject) = paragraph.first_mut()
    {
        *subject = app.as_str().into();
    }
    text
}

/// Returns the address of the message that an entry was made from.
pub(crate) fn permalink(entry: &TimelineEntry) -> Option<String> {
    let message = entry.message.as_ref();
    let permalink = message.map(|message| message.permalink.clone());
    permalink.filter(|url| is_web_address(url))
}
