//! The buttons of an incident's link list: adding, removing and paging.

use muster_domain::{IncidentId, LinkKind};
use slack_morphism::prelude::*;

use crate::link::{add_label, callback_id, kind_with_callback_id};
use crate::payload::button_click::button;

/// Removes a link. The value identifies the link.
pub const REMOVE: &str = "remove_link";

/// Shows the previous page. The value contains the start of that page.
pub const EARLIER: &str = "links_earlier";
/// Shows the next page. The value contains the start of that page.
pub const LATER: &str = "links_later";

/// The link that a button refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkButton {
    /// The incident.
    pub incident: IncidentId,
    /// The kind of the link.
    pub kind: LinkKind,
    /// The document's number, or the start of a page; 0 if not applicable.
    pub number: i64,
}

impl LinkButton {
    /// Parses the value of a button; `None` if it is invalid.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let incident = IncidentId(parts.next()?.parse().ok()?);
        let kind = kind_with_callback_id(parts.next()?)?;
        let number = parts.next()?.parse().ok()?;
        Some(Self {
            incident,
            kind,
            number,
        })
    }

    fn value(self) -> String {
        let (incident, kind) = (self.incident.number(), callback_id(self.kind));
        format!("{incident} {kind} {}", self.number)
    }

    /// Returns the button that opens the modal for a link of this kind.
    pub fn add_button(self) -> SlackBlockButtonElement {
        button(callback_id(self.kind), add_label(self.kind)).with_value(self.value())
    }

    /// Returns the button that removes this link, after a confirmation.
    pub fn remove_button(self) -> SlackBlockButtonElement {
        button(REMOVE, "Remove").with_value(self.value())
    }

    /// Returns the button of the previous page, which starts with this document.
    pub fn earlier_button(self) -> SlackBlockButtonElement {
        button(EARLIER, "Earlier").with_value(self.value())
    }

    /// Returns the button of the next page, which starts with this document.
    pub fn later_button(self) -> SlackBlockButtonElement {
        button(LATER, "Later").with_value(self.value())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    proptest! {
        #[test]
        fn button_value_round_trips(
            kind in select(&LinkKind::ALL[..]),
            incident in 1..i64::MAX,
            number in any::<i64>(),
        ) {
            let original = LinkButton { incident: IncidentId(incident), kind, number };
            prop_assert_eq!(LinkButton::parse(&original.value()), Some(original));
        }

        #[test]
        fn any_button_value_is_parsed_without_panic(text in ".*") {
            let _ = LinkButton::parse(&text);
        }
    }
}
