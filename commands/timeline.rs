//! `/datadog incident timeline`: shows the timeline page by page, with buttons to change the page,
//! and to flag, edit and remove entries.

use muster_domain::{EntryKind, IncidentId};
use serde::{Deserialize, Serialize};
use slack_morphism::prelude::*;

use crate::impact_buttons;
use crate::payload::button_click::{button, confirmed};
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};

pub(crate) const COMMAND: Command = Command {
    name: "timeline",
    words: &["timeline", "history"],
    usage: "incident timeline",
    summary: "Show the timeline, with buttons to flag, edit and remove entries. Only you see it.",
    group: HelpGroup::Run,
    short_usage: "timeline",
    typos: &["timeline"],
    parse: |text| text.when_alone(ParsedCommand::Timeline),
};

/// Shows the previous page.
pub const PREVIOUS: &str = "timeline_back";

/// Shows the next page.
pub const NEXT: &str = "timeline_on";

/// Reverses the order of the entries.
pub const ORDER: &str = "timeline_order";

/// Toggles between all entries and the important ones.
pub const FILTER: &str = "timeline_only";

/// Toggles the flag of an entry.
pub const FLAG: &str = "timeline_flag";

/// Opens the modal that edits an entry.
pub const EDIT: &str = "timeline_edit";

/// Removes a note or an impact.
pub const REMOVE: &str = "timeline_remove";

/// The order of the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    /// The newest entry first.
    NewestFirst,
    /// The oldest entry first.
    OldestFirst,
}

/// The filter of the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryFilter {
    /// All entries.
    Unfiltered,
    /// Entries that are flagged as important.
    Important,
    /// Entries of these kinds. Only pages in a browser offer it.
    #[serde(skip)]
    Kinds(&'static [EntryKind]),
}

/// The position at which a page starts, in display order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageCursor {
    /// The first entry.
    First,
    /// After an entry, given by its time in milliseconds since 1970 and its ID.
    After(i64, i64),
    /// Before an entry.
    Before(i64, i64),
    /// At an entry, or where it was: the same page again.
    StartingAt(i64, i64),
}

/// A page of a timeline. The value of each button contains the page with the button, or the page to
/// show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The incident.
    #[serde(rename = "i")]
    pub incident: IncidentId,
    /// The order.
    #[serde(rename = "o")]
    pub order: SortOrder,
    /// The filter.
    #[serde(rename = "x")]
    pub filter: EntryFilter,
    /// The start of the page.
    #[serde(rename = "r")]
    pub cursor: PageCursor,
}

/// An entry and the page on which its buttons are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineButton {
    /// The page.
    #[serde(flatten)]
    pub page: Page,
    /// The entry.
    #[serde(rename = "e")]
    pub entry: i64,
    /// The requested value of the flag, by the state at the time the button was rendered.
    #[serde(rename = "f", default)]
    pub flag: bool,
    /// The impact that **Remove** removes; `None` if it removes a note.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<i64>,
}

impl TimelineButton {
    fn new(page: Page, entry: i64) -> Self {
        Self {
            page,
            entry,
            flag: false,
            impact: None,
        }
    }
}

impl Page {
    /// Returns the first page with the newest entries.
    pub fn first(incident: IncidentId) -> Self {
        Self {
            incident,
            order: SortOrder::NewestFirst,
            filter: EntryFilter::Unfiltered,
            cursor: PageCursor::First,
        }
    }

    /// Returns another page of the same entries.
    #[must_use]
    pub fn with_cursor(self, reach: PageCursor) -> Self {
        Self {
            cursor: reach,
            ..self
        }
    }

    /// Returns the first page in the opposite order.
    #[must_use]
    pub fn with_reversed_order(self) -> Self {
        let order = match self.order {
            SortOrder::NewestFirst => SortOrder::OldestFirst,
            SortOrder::OldestFirst => SortOrder::NewestFirst,
        };
        Self { order, ..self }.with_cursor(PageCursor::First)
    }

    /// Returns the first page with the other filter.
    #[must_use]
    pub fn with_toggled_filter(self) -> Self {
        let only = match self.filter {
            EntryFilter::Unfiltered => EntryFilter::Important,
            EntryFilter::Important | EntryFilter::Kinds(_) => EntryFilter::Unfiltered,
        };
        Self {
            filter: only,
            ..self
        }
        .with_cursor(PageCursor::First)
    }
}

/// Parses the value of a button; `None` if it is invalid.
pub fn parse<'v, T: Deserialize<'v>>(value: &'v str) -> Option<T> {
    serde_json::from_str(value).ok()
}

/// Returns the buttons that change the page. Without a cursor, the button is omitted.
pub fn page_buttons(
    page: Page,
    back: Option<PageCursor>,
    on: Option<PageCursor>,
) -> Vec<SlackBlockButtonElement> {
    let (earlier, later) = match page.order {
        SortOrder::NewestFirst => ("Newer", "Older"),
        SortOrder::OldestFirst => ("Older", "Newer"),
    };
    let order = match page.order {
        SortOrder::NewestFirst => "Oldest first",
        SortOrder::OldestFirst => "Newest first",
    };
    let only = match page.filter {
        EntryFilter::Unfiltered => "Important only",
        EntryFilter::Important | EntryFilter::Kinds(_) => "All entries",
    };
    let leads = |name: &str, label: &str, page: Page| with_json_value(button(name, label), &page);
    let mut buttons = Vec::new();
    buttons.extend(back.map(|reach| leads(PREVIOUS, earlier, page.with_cursor(reach))));
    buttons.extend(on.map(|reach| leads(NEXT, later, page.with_cursor(reach))));
    buttons.push(leads(ORDER, order, page.with_reversed_order()));
    buttons.push(leads(FILTER, only, page.with_toggled_filter()));
    buttons
}

/// A change of the flag **Important** of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagChange {
    /// Sets the flag.
    Flag,
    /// Removes the flag.
    Unflag,
}

/// Returns the button that changes the flag of an entry.
pub fn flag_button(page: Page, entry: i64, change: FlagChange) -> SlackBlockButtonElement {
    let (label, flag) = match change {
        FlagChange::Flag => ("Flag", true),
        FlagChange::Unflag => ("Unflag", false),
    };
    let on_page = TimelineButton {
        flag,
        ..TimelineButton::new(page, entry)
    };
    with_json_value(button(FLAG, label), &on_page)
}

/// Returns the button that opens the modal of an entry.
pub fn edit_button(page: Page, entry: i64) -> SlackBlockButtonElement {
    with_json_value(button(EDIT, "Edit"), &TimelineButton::new(page, entry))
}

/// Returns the button that removes a note or an impact, after a confirmation.
pub fn remove_button(page: Page, entry: i64, subject: RemovedSubject) -> SlackBlockButtonElement {
    let impact = match subject {
        RemovedSubject::Note | RemovedSubject::StatusUpdate => None,
        RemovedSubject::Impact(number) => Some(number),
    };
    let on_page = TimelineButton {
        impact,
        ..TimelineButton::new(page, entry)
    };
    let button = with_json_value(button(REMOVE, "Remove"), &on_page);
    match subject {
        RemovedSubject::Note => confirmed(
            button,
            "Remove this note?",
            "It’s taken off the timeline and crossed out in the channel.",
        ),
        RemovedSubject::StatusUpdate => confirmed(
            button,
            "Remove this update?",
            "It’s taken off the timeline and crossed out in the channel. Other copies stay as they are.",
        ),
        RemovedSubject::Impact(_) => impact_buttons::confirm_removal(button),
    }
}

/// The subject that the button **Remove** of an entry removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovedSubject {
    /// The note.
    Note,
    /// The status update.
    StatusUpdate,
    /// The impact with this number, which the entry records.
    Impact(i64),
}

fn with_json_value(
    button: SlackBlockButtonElement,
    value: &impl Serialize,
) -> SlackBlockButtonElement {
    button.with_value(serde_json::to_string(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(button: &SlackBlockButtonElement) -> &str {
        button.value.as_deref().unwrap_or_default()
    }

    #[test]
    fn page_buttons_lead_to_their_pages() {
        let page = Page::first(IncidentId(7)).with_cursor(PageCursor::After(5, 6));
        let labels = |page, back, on| {
            let buttons = page_buttons(page, back, on);
            let labels = buttons.iter().map(|it| serde_json::to_value(&it.text));
            let labels = labels.map(|text| text.unwrap_or_default()["text"].clone());
            labels.collect::<Vec<_>>()
        };
        let both = Some(PageCursor::First);
        assert_eq!(
            labels(page, both, both),
            ["Newer", "Older", "Oldest first", "Important only"]
        );
        let other = page.with_reversed_order().with_toggled_filter();
        assert_eq!(
            labels(other, None, both),
            ["Newer", "Newest first", "All entries"]
        );
        assert_eq!(
            other.with_toggled_filter().with_reversed_order(),
            page.with_cursor(PageCursor::First)
        );
    }

    #[test]
    fn invalid_button_value_is_ignored() {
        for value in ["", "7", "{}", "{\"i\":7}"] {
            assert_eq!(parse::<Page>(value), None);
            assert_eq!(parse::<TimelineButton>(value), None);
        }
    }

    proptest! {
        #[test]
        fn button_values_round_trip_within_slacks_limit(
            incident in any::<i64>(), entry in any::<i64>(), at in any::<i64>(), id in any::<i64>(),
        ) {
            let page = Page::first(IncidentId(incident)).with_toggled_filter().with_cursor(PageCursor::Before(at, id));
            for button in page_buttons(page, Some(page.cursor), None) {
                prop_assert!(parse::<Page>(value(&button)).is_some());
                prop_assert!(value(&button).len() < 2_000);
            }
            let on_page = |button: &SlackBlockButtonElement| parse::<TimelineButton>(value(button));
            let flagged = TimelineButton { flag: true, ..TimelineButton::new(page, entry) };
            prop_assert_eq!(on_page(&flag_button(page, entry, FlagChange::Flag)), Some(flagged));
            for button in [edit_button(page, entry), remove_button(page, entry, RemovedSubject::Note), flag_button(page, entry, FlagChange::Unflag)] {
                prop_assert_eq!(on_page(&button), Some(TimelineButton { flag: false, ..flagged }));
            }
        }
    }
}
