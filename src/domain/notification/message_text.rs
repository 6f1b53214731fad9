//! The text of a notification as it is sent, and the one without a template.

use crate::Visibility;
use crate::notification::{MessageTemplate, TemplateValues};

/// The text of a notification as it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageText {
    /// The subject, in one line of plain text.
    pub subject: String,
    /// The body, in Markdown.
    pub body: String,
}

const DEFAULT_SUBJECT: &str = "[{{incident.id}}] {{incident.title}}";

/// The subject for a private incident: a subject is shown where a message is not opened yet.
const PRIVATE_SUBJECT: &str = "A private incident ({{incident.id}})";

const DEFAULT_BODY: &str = "\
**{{incident.id}} {{incident.title}}**

{{incident.changes}}

{{incident.update}}

* Severity: {{incident.severity}}
* Status: {{incident.status}}
* Incident Commander: {{incident.commander}}
* Customer impact: {{incident.customer_impact}}
* Declared: {{incident.created}}
* Next update: {{incident.next_update}}

{{incident.url}}
";

impl MessageText {
    /// Returns the text of a notification without a template: the title, and the current state.
    pub fn without_template(values: &TemplateValues<'_>) -> Self {
        let subject = match values.incident.visibility {
            Visibility::Public => DEFAULT_SUBJECT,
            Visibility::Private => PRIVATE_SUBJECT,
        };
        let template = MessageTemplate {
            subject: subject.to_owned(),
            body: DEFAULT_BODY.to_owned(),
            ..MessageTemplate::default()
        };
        template.fill_in(values)
    }
}
