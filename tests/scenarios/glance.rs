//! How an incident reads at a glance: in the pinned header of its channel, and on its card.

/// What is shown of an incident. The preset is one that alice declared with a title and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    /// Its number and title.
    pub title: &'a str,
    /// Its light and its severity.
    pub severity: &'a str,
    /// Its status.
    pub status: &'a str,
    /// Who leads: called in the header, named on the card.
    pub commander: &'a str,
    /// What customers notice.
    pub impact: &'a str,
    /// What only the header says: texts and signals, each line ending with a line break.
    pub more: &'a str,
    /// When the next update is due, as the header says; empty if none is.
    pub next_update: &'a str,
    /// By whom and when it was declared, and when it was resolved.
    pub times: &'a str,
    /// What the header of an open incident offers: a line of buttons, beginning with a line break.
    pub buttons: &'a str,
    /// What the card says of its channel.
    pub channel: &'a str,
}

impl Default for Glance<'_> {
    fn default() -> Self {
        Self {
            title: "IR-1 Checkout is slow",
            severity: ":white_circle: UNKNOWN",
            status: "ACTIVE",
            commander: "alice",
            impact: "Unknown",
            more: "",
            next_update: "",
            times: "Declared by alice 2026-11-23 14:05 UTC",
            buttons: "\n[Add Chat] [Add Video Call]",
            channel: "[Join Channel]",
        }
    }
}

impl Glance<'_> {
    /// Gives the pinned header.
    pub fn header(&self) -> String {
        let top = self.top(&format!("@{}", self.commander));
        let is_open = ["ACTIVE", "STABLE"].contains(&self.status);
        let buttons = if is_open { self.buttons } else { "" };
        let due = match self.next_update {
            "" => String::new(),
            due => format!("*Next update due* {due}\n"),
        };
        format!("{top}\n{}{due}{}{buttons}", self.more, self.times)
    }

    /// Gives the card in the global channel.
    pub fn card(&self) -> String {
        let top = self.top(self.commander);
        let below = match self.channel {
            join @ "[Join Channel]" => format!("{join} [Subscribe]"),
            lost => format!("[Subscribe]\n{lost}"),
        };
        format!("{top}\n{}\n{below}", self.times)
    }

    fn top(&self, commander: &str) -> String {
        let Self {
            title,
            severity,
            status,
            impact,
            ..
        } = self;
        format!(
            "{title}\n*Severity*\n{severity}\n*Status*\n{status}\n\
             *Incident Commander*\n{commander}\n*Customer impact*\n{impact}"
        )
    }
}

/// What stands in a new channel below the header.
pub const WELCOME: &str = "alice declared this incident.\n\
     `/datadog incident update` changes how things stand. *Add to Incident*, in the menu \
     of a message, puts it on the timeline.";
