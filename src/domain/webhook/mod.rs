//! Outgoing webhooks and PagerDuty services: where they are, and what they receive.

mod definition;
mod notification_event;
mod pagerduty_event;

pub use definition::{
    LONGEST_WEBHOOK_NAME, MAX_WEBHOOKS, SwitchedOff, Webhook, WebhookKind, checked_webhook_name,
    unknown_webhooks,
};
pub use notification_event::{EventContext, notification_event, test_event};
pub use pagerduty_event::{PagerDutyAction, pagerduty_event, pagerduty_test_event};
