//! Texts and fields that occur in many scenarios: headers, announcements, replies, and values of modals.

/// The displayed values of an incident. The default is an incident that alice declared with a title only.
#[derive(Clone, Copy, Debug)]
pub struct MessageText<'a> {
    /// The incident's number and title.
    pub title: &'a str,
    /// The emoji and the severity.
    pub severity: &'a str,
    /// The status.
    pub status: &'a str,
    /// The commander: mentioned in the header, named in the announcement.
    pub commander: &'a str,
    /// The customer impact.
    pub impact: &'a str,
    /// Texts and signals, in the header only. Each line ends with a line break.
    pub details: &'a str,
    /// When the next update is due, in the header only. Empty if none is due.
    pub next_update: &'a str,
    /// Who declared the incident and when, and when it was resolved.
    pub times: &'a str,
    /// The buttons of the header of an open incident that add links: one line, starting with a line break.
    pub buttons: &'a str,
    /// The channel, as the announcement shows it.
    pub channel_text: &'a str,
}

impl Default for MessageText<'_> {
    fn default() -> Self {
        Self {
            title: "IR-1 Checkout is slow",
            severity: "⚪ UNKNOWN",
            status: "ACTIVE",
            commander: "alice",
            impact: "Unknown",
            details: "",
            next_update: "",
            times: "Declared by alice 2026-11-23 14:05 UTC",
            buttons: "\n[Add Chat] [Add Video Call]",
            channel_text: "[Join Channel]",
        }
    }
}

impl MessageText<'_> {
    /// Returns the text of the pinned header.
    pub fn header(&self) -> String {
        let top = self.common_text(&format!("@{}", self.commander));
        let is_open = ["ACTIVE", "STABLE"].contains(&self.status);
        let buttons = match is_open {
            true => format!("\n[Update] [Severity] [Resolve] [Note] […]{}", self.buttons),
            false => "\n[Update] [Severity] [Reopen] [Note] […]".to_owned(),
        };
        let due = match self.next_update {
            "" => String::new(),
            due => format!("*Next update due* {due}\n"),
        };
        format!("{top}\n{}{due}{}{buttons}", self.details, self.times)
    }

    /// Returns the text of the announcement.
    pub fn announcement(&self) -> String {
        let top = self.common_text(self.commander);
        let below = match self.channel_text {
            join @ "[Join Channel]" => format!("{join} [Subscribe]"),
            lost => format!("[Subscribe]\n{lost}"),
        };
        format!("{top}\n{}\n{below}", self.times)
    }

    fn common_text(&self, commander: &str) -> String {
        let Self {
            title,
            severity,
            status,
            impact,
            ..
        } = self;
        let emoji = match *status {
            "ACTIVE" => "🔥",
            "STABLE" => "🧯",
            "RESOLVED" => "✅",
            _ => "🏁",
        };
        format!(
            "{title}\n*Severity*\n{severity}\n*Status*\n{emoji} {status}\n\
             *Incident Commander*\n{commander}\n*Customer impact*\n{impact}"
        )
    }
}

/// The first post in a new channel, below the header.
pub const WELCOME_TEXT: &str = "alice declared this incident.\n\
     Use the buttons above to post updates, set the severity and resolve; `/datadog` has more. \
     React :pushpin: to a message to add it to the timeline.";

/// The name of the channel of IR-1, “Checkout is slow”.
pub const CHANNEL: &str = "incident-1-checkout-is-slow";

/// The reply to the user who declared it.
pub const DECLARED_REPLY: &str = "Declared IR-1. Head to #incident-1-checkout-is-slow.";

/// The reply to a command that needs an open incident, if there is none.
pub const NO_OPEN_INCIDENT: &str = "No open incidents. To declare one, type /datadog incident.";

/// Fields of the modals, with their values.
pub const SEV_1: (&str, &str) = ("Severity Level", "SEV-1 Critical");
pub const SEV_2: (&str, &str) = ("Severity Level", "SEV-2 High");
pub const SEV_3: (&str, &str) = ("Severity Level", "SEV-3 Moderate");
pub const SEV_4: (&str, &str) = ("Severity Level", "SEV-4 Low");
pub const STABLE: (&str, &str) = ("Status", "STABLE");
pub const RESOLVED: (&str, &str) = ("Status", "RESOLVED");
