//! A rule in one line, for lists of rules.

use crate::notification::NotificationRule;
use crate::text::join_items;

/// The number of values or recipients that are listed.
const LISTED: usize = 4;

impl NotificationRule {
    /// Returns when the rule fires, its conditions and its recipients: `Declared, severity SEV-1 → #exec`.
    pub fn summary(&self) -> String {
        let mut parts = vec![self.trigger.label().to_owned()];
        for condition in &self.conditions {
            let values = condition.values().into_iter();
            let values = values.map(|value| match value.as_str() {
                "" => "empty".to_owned(),
                _ => value,
            });
            let field = condition.field().label().to_lowercase();
            parts.push(format!("{field} {}", listed(values.collect()).join(" or ")));
        }
        let recipients = listed(self.recipient_names());
        let recipients: Vec<_> = recipients.iter().map(String::as_str).collect();
        format!("{} → {}", parts.join(", "), join_items(&recipients))
    }

    /// Returns the recipients as text, without the names of people.
    pub fn recipient_names(&self) -> Vec<String> {
        let names = self
            .recipients
            .iter()
            .map(|recipient| match recipient.user() {
                Some(_) => "a person".to_owned(),
                None => recipient.to_string(),
            });
        names.collect()
    }
}

fn listed(mut items: Vec<String>) -> Vec<String> {
    let more = items.len().saturating_sub(LISTED);
    items.truncate(LISTED);
    if more > 0 {
        items.push(format!("{more} more"));
    }
    items
}
