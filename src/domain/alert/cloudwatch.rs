//! Messages of AWS SNS, and the alarms of CloudWatch in them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::alert::body::{Object, as_text, key_of, object, parse};
use crate::alert::generic::read_generic;
use crate::alert::{Alert, AlertBatch, AlertError, AlertStatus};

/// The part of an SNS notification that contains an alert. Its signature is checked before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnsMessage {
    /// The ARN of the topic.
    pub topic: String,
    /// The subject; may be empty.
    pub subject: String,
    /// The message: a CloudWatch alarm, other JSON or text.
    pub message: String,
}

/// Reads the message of a notification: an alarm of CloudWatch, an alert as generic JSON, or text, which fires and is
/// never resolved.
///
/// # Errors
/// Returns an [`AlertError`] if generic JSON is not an alert.
pub fn read_sns_message(message: &SnsMessage) -> Result<AlertBatch, AlertError> {
    let Ok(value) = parse(message.message.as_bytes()) else {
        return text_alert(message);
    };
    match value.as_object() {
        Some(alarm) if alarm.contains_key("AlarmName") => {
            AlertBatch::from(read_alarm(Object(alarm))).limited()
        }
        Some(_) => read_generic(message.message.as_bytes()),
        None => text_alert(message),
    }
}

fn read_alarm(alarm: Object<'_>) -> Alert {
    let text = |name: &str| alarm.text(name).unwrap_or_default();
    let parts = [text("AWSAccountId"), text("Region"), text("AlarmName")];
    let key = alarm
        .text("AlarmArn")
        .unwrap_or_else(|| key_of(parts.iter().map(String::as_str)));
    Alert {
        key,
        status: match text("NewStateValue").as_str() {
            "OK" => AlertStatus::Resolved,
            "ALARM" => AlertStatus::Firing,
            _ => AlertStatus::Noted,
        },
        title: text("AlarmName"),
        description: alarm
            .first_text(&["AlarmDescription", "NewStateReason"])
            .unwrap_or_default(),
        labels: alarm_labels(alarm),
        started_at: alarm.time("StateChangeTime"),
        ..Alert::default()
    }
}

/// Returns the account, the region, the metric and its dimensions.
fn alarm_labels(alarm: Object<'_>) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut add = |name: &str, value: Option<String>| {
        labels.extend(value.map(|value| (name.to_owned(), value)));
    };
    add("account", alarm.text("AWSAccountId"));
    add("region", alarm.text("Region"));
    let Some(trigger) = alarm.object("Trigger") else {
        return labels;
    };
    add("namespace", trigger.text("Namespace"));
    add("metric", trigger.text("MetricName"));
    for dimension in trigger
        .list("Dimensions")
        .iter()
        .filter_map(Value::as_object)
    {
        let name = dimension.get("name").and_then(as_text);
        add(
            &name.unwrap_or_default(),
            dimension.get("value").and_then(as_text),
        );
    }
    labels
}

fn text_alert(message: &SnsMessage) -> Result<AlertBatch, AlertError> {
    let first_row = message.message.lines().next().unwrap_or_default();
    let title = match message.subject.trim() {
        "" => first_row,
        subject => subject,
    };
    let alert = Alert {
        key: key_of([message.topic.as_str(), title]),
        title: title.to_owned(),
        description: message.message.clone(),
        ..Alert::default()
    };
    AlertBatch::from(alert).limited()
}

/// Returns the object of a body as an SNS message.
///
/// # Errors
/// Returns an [`AlertError`] if it has no topic or no message.
impl TryFrom<&[u8]> for SnsMessage {
    type Error = AlertError;

    fn try_from(body: &[u8]) -> Result<Self, Self::Error> {
        let value = parse(body)?;
        let message = object(&value, "The body")?;
        let required = |name: &str| {
            let missing = || AlertError(format!("{name} is missing."));
            message.text(name).ok_or_else(missing)
        };
        Ok(Self {
            topic: required("TopicArn")?,
            subject: message.text("Subject").unwrap_or_default(),
            message: required("Message")?,
        })
    }
}
