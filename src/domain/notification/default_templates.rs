//! The message templates that a team starts with.

use crate::notification::MessageTemplate;

/// Returns the message templates of a team that has not changed them.
pub(crate) fn default_templates() -> Vec<MessageTemplate> {
    let template = |[name, category, subject, body]: [&str; 4]| MessageTemplate {
        name: name.to_owned(),
        category: category.to_owned(),
        subject: subject.to_owned(),
        body: body.to_owned(),
        incident_type: None,
    };
    [DECLARED, UPDATE, STABLE, RESOLVED, EXECUTIVE_SUMMARY]
        .map(template)
        .into()
}

/// The name, category, subject and body of a template.
type Text = [&'static str; 4];

const DECLARED: Text = [
    "Declared",
    "Incident",
    "[{{incident.id}}] {{incident.severity}}: {{incident.title}}",
    "\
**{{incident.title}}** is a new incident, {{incident.severity}}.

{{incident.summary}}

* Affected services: {{incident.services}}
* Customer impact: {{incident.customer_impact}}
* Incident Commander: {{incident.commander}}
* Declared by: {{incident.created_by_name}}, {{incident.created}}
* Slack: {{incident.slack_channel_link}}

Follow it on {{incident.url}}",
];

const UPDATE: Text = [
    "Update",
    "Incident",
    "[{{incident.id}}] Update: {{incident.title}}",
    "\
**{{incident.title}}** is {{incident.status}}, {{incident.severity}}.

{{incident.update}}

{{incident.changes}}

* Customer impact: {{incident.customer_impact}}
* Incident Commander: {{incident.commander}}
* Next update: {{incident.next_update}}

Follow it on {{incident.url}}",
];

const STABLE: Text = [
    "Stable",
    "Recovery",
    "[{{incident.id}}] Stable: {{incident.title}}",
    "\
**{{incident.title}}** is stable. We're still looking into the cause.

{{incident.update}}

* Customer impact: {{incident.customer_impact}}
* Incident Commander: {{incident.commander}}
* Next update: {{incident.next_update}}

Follow it on {{incident.url}}",
];

const RESOLVED: Text = [
    "Resolved",
    "Recovery",
    "[{{incident.id}}] Resolved: {{incident.title}}",
    "\
**{{incident.title}}** is resolved, {{incident.time_to_resolve}} after it was declared.

{{incident.update}}

* Root cause: {{incident.root_cause}}
* Customer impact: {{incident.customer_impact}}
* Resolved: {{incident.resolved}}

{{incident.open_tasks}}

Details: {{incident.url}}",
];

const EXECUTIVE_SUMMARY: Text = [
    "Executive summary",
    "Summary",
    "{{incident.id}} in brief: {{incident.title}}",
    "\
**{{incident.id}} {{incident.title}}**

{{incident.summary}}

* **Status**: {{incident.status}}, {{incident.severity}}
* **Customers affected**: {{incident.scope_of_impact}}
* **Affected for**: {{incident.customer_impact_duration}}
* **Services**: {{incident.services}}
* **Teams**: {{incident.teams}}
* **Root cause**: {{incident.root_cause}}
* **Incident Commander**: {{incident.commander}}
* **Next update**: {{incident.next_update}}

{{incident.url}}",
];
