//! The postmortem template that a team starts with.

use crate::postmortem::PostmortemTemplate;

/// Returns the postmortem templates of a team that has not changed them.
pub(crate) fn default_templates() -> Vec<PostmortemTemplate> {
    vec![PostmortemTemplate {
        name: "Postmortem".to_owned(),
        content: CONTENT.to_owned(),
        incident_type: None,
    }]
}

const CONTENT: &str = "\
## Summary

{{incident.summary}}

*What happened, for a reader who wasn't there? Two or three sentences.*

## Impact

{{incident.customer_impact}}

*Who was affected, and how? Numbers: customers, requests, money.*

## At a glance

{{incident.card}}

### Severity

{{incident.severity_changes}}

### Durations

{{incident.durations}}

### People

{{incident.people}}

### Communication

{{incident.notifications}}

## Timeline

{{incident.timeline}}

## How it was detected

*What told us? How could we have known earlier?*

## Contributing factors

{{incident.root_cause}}

*Which conditions had to come together? There's rarely a single cause.*

## What went well

*What should we keep?*

## What went badly

*What slowed us down?*

{{incident.gaps}}

## Where we were lucky

*What could have made it worse?*

## Action items

{{incident.follow-ups}}

*What makes this less likely, or its effect smaller? Each with an assignee and a due date.*

## Links

{{incident.documents}}

{{incident.signals}}

### Similar incidents

{{incident.similar}}
";
