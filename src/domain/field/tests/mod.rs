//! Tests of fields.
#![allow(clippy::unwrap_used)]

mod changes;
mod definitions;
mod values;

use crate::field::{FieldDefinition, FieldKind, FieldOption, RequiredFrom};
use crate::{Settings, Timestamp, UserClock};

/// Returns settings with three services, two teams, a required region and a field of each other type.
pub(super) fn settings() -> Settings {
    let service = |name: &str, team: &str, slack: &str| FieldOption {
        name: name.to_owned(),
        team: team.to_owned(),
        slack: slack.to_owned(),
    };
    let mut fields = crate::field::default_fields();
    fields.push(FieldDefinition {
        display_name: "Customer region".to_owned(),
        required: RequiredFrom::Resolved,
        values: ["eu", "us"].map(FieldOption::named).to_vec(),
        ..FieldDefinition::new("region", FieldKind::SingleSelect)
    });
    for kind in [
        FieldKind::Text,
        FieldKind::TextArray,
        FieldKind::Number,
        FieldKind::Datetime,
    ] {
        fields.push(FieldDefinition::new(&format!("a_{kind}"), kind));
    }
    Settings {
        fields,
        services: vec![
            service("checkout", "Payments", "@checkout-oncall"),
            service("payments", "payments", ""),
            service("search", "", "#search"),
        ],
        teams: vec![
            service("payments", "", "S0PAYMENTS1"),
            service("core", "", ""),
        ],
        ..Settings::default()
    }
}

/// Returns the clock of a user in Paris, on Monday 23 November 2026 at 15:20.
pub(super) fn clock() -> UserClock {
    UserClock::new(Timestamp::from_epoch_seconds(1_795_443_600), "Europe/Paris")
}
