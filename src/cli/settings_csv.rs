//! Values of a select field from a CSV file, as settings.

use serde_json::{Value, json};

use crate::domain::field::{SERVICES, TEAMS, read_csv};
use crate::domain::{FieldDefinition, Settings};

/// Returns the setting with the values of the file: `services`, `teams`, or `fields` with the values of one select
/// replaced.
pub fn parse_values(settings: &Settings, text: &str) -> Result<Vec<(String, Value)>, String> {
    let csv = read_csv(text)?;
    let is_meant = |field: &&FieldDefinition| {
        field.name == csv.field || field.label().to_lowercase() == csv.field
    };
    let name = match settings.fields.iter().find(is_meant) {
        Some(field) => field.name.clone(),
        None => csv.field,
    };
    if name == SERVICES || name == TEAMS {
        return Ok(vec![(name, json!(csv.options))]);
    }
    let mut fields = settings.fields.clone();
    let selects = fields.iter().filter(|field| field.kind.is_select());
    let selects: Vec<_> = selects.map(|field| field.name.clone()).collect();
    match fields.iter_mut().find(|field| field.name == name) {
        Some(field) if field.kind.is_select() => field.values = csv.options,
        Some(_) | None => {
            return Err(format!(
                "the first column is “{name}”, which isn't a select field. Select fields: {}.",
                selects.join(", ")
            ));
        }
    }
    Ok(vec![("fields".to_owned(), json!(fields))])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::{FieldKind, FieldOption};

    #[test]
    fn values_replace_those_of_their_field() {
        let mut settings = Settings::default();
        settings.fields.push(FieldDefinition {
            display_name: "Customer region".to_owned(),
            values: vec![FieldOption::named("eu")],
            ..FieldDefinition::new("region", FieldKind::SingleSelect)
        });
        let import = |text: &str| settings.with_values(parse_values(&settings, text).unwrap());
        let services = import("services,team,slack\ncheckout,payments,@oncall")
            .unwrap()
            .services;
        assert_eq!(services[0].slack, "@oncall");
        let region = import("customer region\nus\nUS\neu").unwrap();
        let names: Vec<_> = region.fields[2]
            .values
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["us", "eu"]);
        let error = parse_values(&settings, "cost\n1").unwrap_err();
        assert_eq!(
            error,
            "the first column is “cost”, which isn't a select field. Select fields: services, teams, region."
        );
    }
}
