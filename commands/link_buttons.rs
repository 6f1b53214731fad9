//! The buttons on an incident's links: to add, to remove, to turn the page.

use slack_morphism::prelude::*;

use crate::IncidentId;
use crate::buttons::button;
use crate::link::LinkKind;

/// The button that takes a link away; it carries which, as [`Chosen`] reads it.
pub const REMOVE: &str = "remove_link";

/// The buttons that show the page before and the page after; they carry where it begins.
pub const EARLIER: &str = "links_earlier";
/// See [`EARLIER`].
pub const LATER: &str = "links_later";

/// Which of an incident's links a button is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The incident.
    pub incident: IncidentId,
    /// What the link is for.
    pub kind: LinkKind,
    /// The document's number, or where a list begins; 0 if it does not matter.
    pub number: i64,
}

impl Chosen {
    /// Reads what a button carries; `None` if it is no link.
    pub fn read(carried: &str) -> Option<Self> {
        let mut parts = carried.split(' ');
        let incident = IncidentId(parts.next()?.parse().ok()?);
        let kind = LinkKind::of_form(parts.next()?)?;
        let number = parts.next()?.parse().ok()?;
        Some(Self {
            incident,
            kind,
            number,
        })
    }

    fn carried(self) -> String {
        let (incident, kind) = (self.incident.number(), self.kind.form());
        format!("{incident} {kind} {}", self.number)
    }

    /// Gives the button that opens the form for a link of this kind.
    pub fn add_button(self) -> SlackBlockButtonElement {
        button(self.kind.form(), self.kind.adds()).with_value(self.carried())
    }

    /// Gives the button that takes this link away, once the person is sure.
    pub fn remove_button(self) -> SlackBlockButtonElement {
        button(REMOVE, "Remove").with_value(self.carried())
    }

    /// Gives the button that shows the page before, which begins with this document.
    pub fn earlier_button(self) -> SlackBlockButtonElement {
        button(EARLIER, "Earlier").with_value(self.carried())
    }

    /// Gives the button that shows the page after, which begins with this document.
    pub fn later_button(self) -> SlackBlockButtonElement {
        button(LATER, "Later").with_value(self.carried())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    proptest! {
        #[test]
        fn what_a_button_carries_reads_back(
            kind in select(&LinkKind::ALL[..]),
            incident in 1..i64::MAX,
            number in any::<i64>(),
        ) {
            let chosen = Chosen { incident: IncidentId(incident), kind, number };
            prop_assert_eq!(Chosen::read(&chosen.carried()), Some(chosen));
        }

        #[test]
        fn anything_else_is_no_link(carried in ".*") {
            let _ = Chosen::read(&carried);
        }
    }
}
