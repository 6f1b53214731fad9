//! The conflict between an update and a change that another user made meanwhile.

use crate::field::is_same;
use crate::{Incident, Update};

impl Update {
    /// Returns whether the incident differs from the values that the form displayed, in a field that the
    /// update changes. A field that already has the requested value is no conflict. `expected` holds the
    /// displayed values; `None` accepts any value.
    pub fn conflicts_with(&self, expected: &Self, incident: &Incident) -> bool {
        is_overtaken(&self.title, &expected.title, &incident.title)
            || is_overtaken(&self.severity, &expected.severity, &incident.severity)
            || is_overtaken(&self.status, &expected.status, &incident.status)
            || is_overtaken(&self.commander, &expected.commander, &incident.commander)
            || is_overtaken(&self.summary, &expected.summary, &incident.summary)
            || is_overtaken(&self.root_cause, &expected.root_cause, &incident.root_cause)
            || is_overtaken(
                &self.detection_method,
                &expected.detection_method,
                &incident.detection_method,
            )
            || self.field_conflicts_with(expected, incident)
    }

    fn field_conflicts_with(&self, expected: &Self, incident: &Incident) -> bool {
        let is_overtaken = |name: &String| {
            let (Some(requested), Some(expected)) =
                (self.fields.get(name), expected.fields.get(name))
            else {
                return false;
            };
            let current = incident.fields.get(name);
            !is_same(expected.as_ref(), current) && !is_same(requested.as_ref(), current)
        };
        self.fields.keys().any(is_overtaken)
    }
}

fn is_overtaken<T: PartialEq>(requested: &Option<T>, expected: &Option<T>, current: &T) -> bool {
    match (requested, expected) {
        (Some(requested), Some(expected)) => expected != current && requested != current,
        (Some(_) | None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Severity;
    use crate::testing::incident;

    #[test]
    fn update_conflicts_with_another_change_of_the_same_field() {
        let titled = |title: &str| Update {
            title: Some(title.to_owned()),
            ..Update::default()
        };
        let current = incident("Checkout is down");
        let conflicts =
            |to: &str, displayed: &str| titled(to).conflicts_with(&titled(displayed), &current);
        assert!(conflicts("Checkout fails", "Checkout is slow"));
        assert!(!conflicts("Checkout fails", "Checkout is down"));
        assert!(!conflicts("Checkout is down", "Checkout is slow"));

        let other_field = Update {
            severity: Some(Severity::Unknown),
            ..Update::default()
        };
        assert!(!other_field.conflicts_with(&titled("Checkout is slow"), &current));
        assert!(!titled("Checkout fails").conflicts_with(&Update::default(), &current));
    }
}
