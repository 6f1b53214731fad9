//! The two bodies of a mail, text and HTML, from the same content.

mod html;
mod html_style;
mod markdown;
mod text;

pub(crate) use html::html_body;
pub(crate) use text::text_body;

/// The content of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailBody {
    /// The state of the incident. It is the first line, which inboxes show as preview.
    pub(crate) preview: String,
    /// The incident and its title.
    pub(crate) heading: String,
    /// The rank of the severity: 1 for the worst level to 5 for the least; 0 for `UNKNOWN`.
    pub(crate) severity_level: usize,
    /// The text of the notification.
    pub(crate) markdown: String,
    /// Links below the text, such as to the incident's page.
    pub(crate) links: Vec<MailLink>,
    /// Why the recipient gets this mail, and how to stop it.
    pub(crate) footer: Vec<FooterLine>,
}

/// A link with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailLink {
    pub(crate) label: String,
    pub(crate) url: String,
}

/// A line at the end of the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FooterLine {
    pub(crate) text: String,
    pub(crate) link: Option<MailLink>,
}

#[cfg(test)]
mod tests;
