//! How a tool is set up to send its alerts: the address, the steps, and a configuration to paste.

use crate::alert::SourceKind;

/// The body template of Datadog's webhook. `read_datadog` reads it.
pub const DATADOG_TEMPLATE: &str = r#"{
  "transition": "$ALERT_TRANSITION",
  "monitor": "$ALERT_ID",
  "scope": "$ALERT_SCOPE",
  "cycle": "$ALERT_CYCLE_KEY",
  "aggregate": "$AGGREG_KEY",
  "title": "$EVENT_TITLE",
  "text": "$TEXT_ONLY_MSG",
  "priority": "$ALERT_PRIORITY",
  "link": "$LINK",
  "image": "$SNAPSHOT",
  "tags": "$TAGS",
  "date": "$DATE",
  "id": "$ID"
}"#;

/// The set-up of a tool. It contains the token of its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSetup {
    /// The address that receives its alerts.
    pub url: String,
    /// The steps in the tool, as sentences.
    pub steps: &'static [&'static str],
    /// The configuration to paste into the tool or into a shell; `None` if only the address is pasted.
    pub snippet: Option<String>,
}

impl SourceKind {
    /// Returns the set-up of a source. `base_url` is the address of Muster, without a trailing `/`.
    pub fn setup(self, base_url: &str, token: &str) -> SourceSetup {
        let url = match self {
            Self::PagerDuty => format!("{base_url}/alerts/pagerduty/v2/enqueue"),
            Self::Alertmanager
            | Self::Grafana
            | Self::Datadog
            | Self::Sns
            | Self::Sentry
            | Self::Json => format!("{base_url}/alerts/{self}/{token}"),
        };
        SourceSetup {
            steps: self.steps(),
            snippet: self.snippet(&url, token),
            url,
        }
    }

    fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Alertmanager => &[
                "Add the receiver to alertmanager.yml and route alerts to it. Alerts that group_by joins share a card.",
                "Reload Alertmanager.",
            ],
            Self::Grafana => &[
                "Open Alerting, Contact points, Create contact point, and choose the integration Webhook.",
                "Paste the URL. The method is POST. Leave Custom Payload empty.",
                "To hide the token from users who can read contact points, leave it out of the URL and enter it as the Credentials of the Authorization Header.",
                "If this source has a secret, enter it under HMAC Signature.",
                "Save the contact point and select it in a notification policy.",
            ],
            Self::Datadog => &[
                "Open Integrations, Webhooks, New, and name it muster.",
                "Paste the URL, and the template as the payload.",
                "Add @webhook-muster to the message of each monitor.",
            ],
            Self::PagerDuty => &[
                "In the sender, replace the URL of PagerDuty by this one, and the routing key by the token.",
                "Senders for which only a host can be entered use the path /v2/enqueue of it.",
            ],
            Self::Sns => &[
                "Subscribe the URL to the topic, and leave raw message delivery off.",
                "Muster confirms topics that this source lists. For any other topic, an admin confirms on this page.",
            ],
            Self::Sentry => &[
                "Open Settings, Custom Integrations, Create New Integration, Internal Integration.",
                "Paste the URL as the webhook URL, switch on Alert Rule Action, give Issue & Event the permission Read, and tick issue under Webhooks.",
                "Save it, and copy its client secret into the secret of this source, now or later on its page.",
                "Select the integration as the action of an alert rule.",
            ],
            Self::Json => &[
                "Send a request for each alert, and another one with the same key when it is resolved.",
            ],
        }
    }

    fn snippet(self, url: &str, token: &str) -> Option<String> {
        Some(match self {
            Self::Alertmanager => format!(
                "route:\n  receiver: muster\n  group_by: [alertname, service]\nreceivers:\n  - name: muster\n    webhook_configs:\n      \
                 - url: \"{url}\"\n        send_resolved: true\n"
            ),
            Self::Grafana | Self::Sentry => return None,
            Self::Datadog => DATADOG_TEMPLATE.to_owned(),
            Self::PagerDuty => format!(
                "curl -H 'Content-Type: application/json' -d '{{\"routing_key\":\"{token}\",\
                 \"event_action\":\"trigger\",\"dedup_key\":\"test\",\"payload\":{{\"summary\":\"Test\",\
                 \"source\":\"curl\",\"severity\":\"info\"}}}}' '{url}'"
            ),
            Self::Sns => format!(
                "aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:123456789012:alarms --protocol https \
                 --notification-endpoint '{url}'"
            ),
            Self::Json => format!(
                "curl -H 'Content-Type: application/json' -d '{{\"title\":\"Nightly backup failed\",\
                 \"key\":\"backup/nightly\",\"severity\":\"warning\",\"labels\":{{\"service\":\"backup\"}}}}' '{url}'"
            ),
        })
    }
}
