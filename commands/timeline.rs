//! `/datadog incident timeline`: what happened, a page at a time, and the buttons that turn the pages, flag,
//! edit and remove.

use serde::{Deserialize, Serialize};
use slack_morphism::prelude::*;

use crate::IncidentId;
use crate::buttons::button;

/// The words after `incident` that ask for this.
pub const WORDS: &[&str] = &["timeline", "history"];

/// The button that shows the entries that come before those shown.
pub const BACK: &str = "timeline_back";

/// The button that shows the entries that come after those shown.
pub const ON: &str = "timeline_on";

/// The button that turns the order round.
pub const ORDER: &str = "timeline_order";

/// The button that shows all entries, or the important ones only.
pub const ONLY: &str = "timeline_only";

/// The button that flags an entry as important, or takes that back.
pub const FLAG: &str = "timeline_flag";

/// The button that opens the form of an entry.
pub const EDIT: &str = "timeline_edit";

/// The button that removes a note.
pub const REMOVE: &str = "timeline_remove";

/// In which order entries are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// What happened last comes first.
    NewestFirst,
    /// What happened first comes first.
    OldestFirst,
}

/// Which entries are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    /// Every one.
    All,
    /// Those that are flagged as important.
    Important,
}

/// From where on a page reaches, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// From the beginning on.
    First,
    /// What comes after an entry: when it happened, in milliseconds since 1970, and its number.
    After(i64, i64),
    /// What comes before an entry.
    Before(i64, i64),
    /// What comes after a place where an entry stood, and the entry itself: the same page again.
    From(i64, i64),
}

/// A page of a timeline. Every button carries the one that it stands on or leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Whose timeline it is.
    #[serde(rename = "i")]
    pub incident: IncidentId,
    /// In which order.
    #[serde(rename = "o")]
    pub order: Order,
    /// Which entries.
    #[serde(rename = "x")]
    pub only: Only,
    /// From where on.
    #[serde(rename = "r")]
    pub reach: Reach,
}

/// An entry on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnPage {
    /// The page.
    #[serde(flatten)]
    pub page: Page,
    /// The entry.
    #[serde(rename = "e")]
    pub entry: i64,
    /// Whether the entry is to be flagged; as the button was when it was shown.
    #[serde(rename = "f", default)]
    pub flag: bool,
}

impl Page {
    /// Gives the first page: the newest entries.
    pub fn first(incident: IncidentId) -> Self {
        Self {
            incident,
            order: Order::NewestFirst,
            only: Only::All,
            reach: Reach::First,
        }
    }

    /// Gives the same entries from elsewhere on.
    #[must_use]
    pub fn at(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    /// Gives the first page in the other order.
    #[must_use]
    pub fn turned_round(self) -> Self {
        let order = match self.order {
            Order::NewestFirst => Order::OldestFirst,
            Order::OldestFirst => Order::NewestFirst,
        };
        Self { order, ..self }.at(Reach::First)
    }

    /// Gives the first page of all entries instead of the important ones, or the other way round.
    #[must_use]
    pub fn narrowed(self) -> Self {
        let only = match self.only {
            Only::All => Only::Important,
            Only::Important => Only::All,
        };
        Self { only, ..self }.at(Reach::First)
    }
}

/// Gives what a button carries; `None` if it is not one of ours.
pub fn read<'v, T: Deserialize<'v>>(value: &'v str) -> Option<T> {
    serde_json::from_str(value).ok()
}

/// Gives the buttons that turn the pages; those that lead nowhere are left out.
pub fn turning(page: Page, back: Option<Reach>, on: Option<Reach>) -> Vec<SlackBlockButtonElement> {
    let (earlier, later) = match page.order {
        Order::NewestFirst => ("Newer", "Older"),
        Order::OldestFirst => ("Older", "Newer"),
    };
    let order = match page.order {
        Order::NewestFirst => "Oldest first",
        Order::OldestFirst => "Newest first",
    };
    let only = match page.only {
        Only::All => "Important only",
        Only::Important => "All entries",
    };
    let leads = |name: &str, label: &str, page: Page| carrying(button(name, label), &page);
    let mut buttons = Vec::new();
    buttons.extend(back.map(|reach| leads(BACK, earlier, page.at(reach))));
    buttons.extend(on.map(|reach| leads(ON, later, page.at(reach))));
    buttons.push(leads(ORDER, order, page.turned_round()));
    buttons.push(leads(ONLY, only, page.narrowed()));
    buttons
}

/// Gives the button that flags an entry, or takes the flag away.
pub fn flag(page: Page, entry: i64, is_important: bool) -> SlackBlockButtonElement {
    let label = if is_important { "Unflag" } else { "Flag" };
    let on_page = OnPage {
        page,
        entry,
        flag: !is_important,
    };
    carrying(button(FLAG, label), &on_page)
}

/// Gives the button that opens the form of an entry.
pub fn edit(page: Page, entry: i64) -> SlackBlockButtonElement {
    let flag = false;
    carrying(button(EDIT, "Edit"), &OnPage { page, entry, flag })
}

/// Gives the button that removes a note, once the person says that they mean it.
pub fn remove(page: Page, entry: i64) -> SlackBlockButtonElement {
    let text: SlackBlockText = SlackBlockPlainText::new(
        "The note is taken off the timeline. What it said is kept in the store.".to_owned(),
    )
    .into();
    let flag = false;
    let confirm = SlackBlockConfirmItem::new(
        "Remove this note?".into(),
        text,
        "Remove".into(),
        "Cancel".into(),
    );
    carrying(button(REMOVE, "Remove"), &OnPage { page, entry, flag }).with_confirm(confirm)
}

fn carrying(button: SlackBlockButtonElement, carried: &impl Serialize) -> SlackBlockButtonElement {
    button.with_value(serde_json::to_string(carried).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(button: &SlackBlockButtonElement) -> &str {
        button.value.as_deref().unwrap_or_default()
    }

    #[test]
    fn the_buttons_lead_where_they_say() {
        let page = Page::first(IncidentId(7)).at(Reach::After(5, 6));
        let labels = |page, back, on| {
            let buttons = turning(page, back, on);
            let labels = buttons.iter().map(|it| serde_json::to_value(&it.text));
            let labels = labels.map(|text| text.unwrap_or_default()["text"].clone());
            labels.collect::<Vec<_>>()
        };
        let both = Some(Reach::First);
        assert_eq!(
            labels(page, both, both),
            ["Newer", "Older", "Oldest first", "Important only"]
        );
        let other = page.turned_round().narrowed();
        assert_eq!(
            labels(other, None, both),
            ["Newer", "Newest first", "All entries"]
        );
        assert_eq!(other.narrowed().turned_round(), page.at(Reach::First));
    }

    #[test]
    fn what_is_not_ours_is_no_page() {
        for value in ["", "7", "{}", "{\"i\":7}"] {
            assert_eq!(read::<Page>(value), None);
            assert_eq!(read::<OnPage>(value), None);
        }
    }

    proptest! {
        #[test]
        fn what_a_button_carries_reads_back_and_fits(
            incident in any::<i64>(), entry in any::<i64>(), at in any::<i64>(), id in any::<i64>(),
        ) {
            let page = Page::first(IncidentId(incident)).narrowed().at(Reach::Before(at, id));
            for button in turning(page, Some(page.reach), None) {
                prop_assert!(read::<Page>(value(&button)).is_some());
                prop_assert!(value(&button).len() < 2_000);
            }
            let on_page = |button: &SlackBlockButtonElement| read::<OnPage>(value(button));
            let flagged = OnPage { page, entry, flag: true };
            prop_assert_eq!(on_page(&flag(page, entry, false)), Some(flagged));
            for button in [edit(page, entry), remove(page, entry), flag(page, entry, true)] {
                prop_assert_eq!(on_page(&button), Some(OnPage { flag: false, ..flagged }));
            }
        }
    }
}
