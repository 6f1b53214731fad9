//! Values of a select field from a CSV file, as settings. The command line and the settings page use it.

use serde_json::{Value, json};

use crate::domain::field::{CsvRowMessage, SERVICES, TEAMS, read_csv};
use crate::domain::{FieldDefinition, FieldOption, Settings};

/// The values of a field in a CSV file. They replace the present ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CsvImport {
    /// The setting with the values: `services`, `teams`, or `fields` with the values of one select replaced.
    pub(crate) values: Vec<(String, Value)>,
    /// The name of the field for the user.
    pub(crate) label: String,
    /// The present values of the field.
    pub(crate) before: Vec<FieldOption>,
    /// The values in the file.
    pub(crate) after: Vec<FieldOption>,
    /// The rows that are left out.
    pub(crate) duplicates: Vec<CsvRowMessage>,
}

/// Reads a CSV file with the values of a field of these settings. Returns all its mistakes, as sentences.
pub(crate) fn parse_values(settings: &Settings, text: &str) -> Result<CsvImport, Vec<String>> {
    let csv = read_csv(text).map_err(|problem| vec![problem])?;
    let is_meant = |field: &&FieldDefinition| {
        field.name == csv.field || field.label().to_lowercase() == csv.field
    };
    let field = settings.fields.iter().find(is_meant);
    let name = field.map_or(csv.field.as_str(), |field| field.name.as_str());
    let setting = match name {
        SERVICES | TEAMS => (name.to_owned(), json!(csv.options)),
        name => replace_values(settings, name, &csv.options)?,
    };
    if !csv.errors.is_empty() {
        return Err(csv.errors.iter().map(ToString::to_string).collect());
    }
    let before = match name {
        SERVICES => settings.services.clone(),
        TEAMS => settings.teams.clone(),
        _ => field.map_or_else(Vec::new, |field| field.values.clone()),
    };
    Ok(CsvImport {
        values: vec![setting],
        label: field.map_or_else(|| name.to_owned(), |field| field.label().to_owned()),
        before,
        after: csv.options,
        duplicates: csv.duplicates,
    })
}

/// Returns the setting `fields` with the values of one select replaced.
fn replace_values(
    settings: &Settings,
    name: &str,
    options: &[FieldOption],
) -> Result<(String, Value), Vec<String>> {
    let mut fields = settings.fields.clone();
    let selects = fields.iter().filter(|field| field.kind.is_select());
    let selects: Vec<_> = selects.map(|field| field.name.clone()).collect();
    match fields.iter_mut().find(|field| field.name == name) {
        Some(field) if field.kind.is_select() => field.values = options.to_vec(),
        Some(_) | None => {
            return Err(vec![format!(
                "The first column is “{name}”, which isn't a select field. Select fields: {}.",
                selects.join(", ")
            )]);
        }
    }
    Ok(("fields".to_owned(), json!(fields)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::FieldKind;

    #[test]
    fn values_replace_those_of_their_field() {
        let mut settings = Settings::default();
        settings.fields.push(FieldDefinition {
            display_name: "Customer region".to_owned(),
            values: vec![FieldOption::named("eu")],
            ..FieldDefinition::new("region", FieldKind::SingleSelect)
        });
        let import =
            |text: &str| settings.with_values(parse_values(&settings, text).unwrap().values);
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
            [
                "The first column is “cost”, which isn't a select field. Select fields: services, teams, region."
            ]
        );
    }
}
