//! Tests of definitions, of lists of values and of CSV files.

use serde_json::{Value, json};

use super::settings;
use crate::Settings;
use crate::field::{CsvRowMessage, FieldForm, FieldOption, RequiredFrom, read_csv};

fn error_for(key: &str, value: Value) -> String {
    let wrong = Settings::default().with_values([(key.to_owned(), value)]);
    wrong.unwrap_err()[0].to_string()
}

fn field_error(field: Value) -> String {
    let error = error_for("fields", json!([field]));
    let problem = error.strip_prefix("fields must be corrected: ");
    problem.unwrap_or(&error).to_owned()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one case for each mistake")]
fn mistakes_in_definitions_are_named() {
    let select = |name: &str| json!({ "name": name, "type": "single_select", "values": ["eu"] });
    for name in ["", "Region", "9lives", "a-b", "a b", &"x".repeat(41)] {
        assert!(field_error(select(name)).contains("must have a name of at most 40"));
    }
    for name in ["severity", "title", "key"] {
        let expected = format!("{name} is built in. Choose another name.");
        assert_eq!(field_error(select(name)), expected);
    }
    let twice = error_for("fields", json!([select("region"), select("region")]));
    assert_eq!(twice, "fields must be corrected: region is listed twice.");
    for (field, expected) in [
        (
            json!({ "name": "region", "type": "single_select" }),
            "region needs values, such as values = [\"eu\", \"us\"].",
        ),
        (
            json!({ "name": "region", "type": "single_select", "values": ["eu", "EU "] }),
            "region must have unique values: EU is listed twice.",
        ),
        (
            json!({ "name": "region", "type": "single_select", "values": ["eu"], "default": "us" }),
            "region has an invalid default: “us” isn't listed in Region. Pick one of: eu.",
        ),
        (
            json!({ "name": "cost", "type": "number", "values": ["1"] }),
            "cost can't have values, because its type is number.",
        ),
        (
            json!({ "name": "cost", "type": "number", "default": "abc" }),
            "cost has an invalid default: “abc” isn't a number. Enter digits, such as 42 or 3.5.",
        ),
        (
            json!({ "name": "began", "type": "datetime", "default": "now" }),
            "began can't have a default, because it is a time.",
        ),
        (
            json!({ "name": "services", "type": "number" }),
            "services must be of type multi_select or single_select.",
        ),
        (
            json!({ "name": "services", "type": "multi_select", "values": ["a"] }),
            "services has its values in the setting services.",
        ),
        (
            json!({ "name": "teams", "type": "multi_select", "required": "stable" }),
            "teams can't be required without values: list them in the setting teams.",
        ),
    ] {
        assert_eq!(field_error(field), expected);
    }
    for wrong in [
        json!({ "name": "a" }),
        json!({ "name": "a", "type": "blob" }),
        json!({ "name": "a", "type": "text", "requird": "stable" }),
    ] {
        assert!(
            error_for("fields", json!([wrong]))
                .starts_with("fields must be a list of fields, such as")
        );
    }
}

#[test]
fn all_mistakes_of_a_list_are_returned() {
    let mut fields = settings().fields;
    fields[2].values.clear();
    fields[3].name = "Notes".to_owned();
    let errors = settings().definition_errors(&fields);
    let positions: Vec<_> = errors.iter().map(|it| (it.index, it.attribute)).collect();
    assert_eq!(positions, [(2, "values"), (3, "name")]);
    assert_eq!(settings().definition_errors(&settings().fields), []);
    let many: Vec<_> = (0..31)
        .map(|number| json!({ "name": format!("f{number}"), "type": "text" }))
        .collect();
    let expected = "fields must be corrected: f30 is one too many: there can be 30 fields.";
    assert_eq!(error_for("fields", json!(many)), expected);
}

#[test]
fn settings_round_trip_and_accept_short_forms() {
    let values = [
        (
            "services",
            json!(["checkout", { "name": "search", "team": "core", "slack": "#search" }]),
        ),
        (
            "fields",
            json!([{ "name": "root_cause_kind", "type": "text array", "default": ["a", "b"] }]),
        ),
    ];
    let values = values.map(|(key, value)| (key.to_owned(), value));
    let settings = Settings::default().with_values(values).unwrap();
    assert_eq!(settings.services[0], FieldOption::named("checkout"));
    assert_eq!(settings.fields[0].label(), "Root cause kind");
    assert_eq!(settings.fields[0].required, RequiredFrom::Never);
    let stored = settings.values();
    let again = stored
        .into_iter()
        .map(|(setting, value)| (setting.key.to_owned(), value));
    assert_eq!(Settings::default().with_values(again), Ok(settings));
}

#[test]
fn lists_of_values_are_checked() {
    let slack = error_for("teams", json!([{ "name": "core", "slack": "core team" }]));
    assert_eq!(
        slack,
        "teams has an invalid value: slack of core must be a user group or a channel, such as @payments or \
         #payments."
    );
    let many: Vec<_> = (0..1_001).map(|number| number.to_string()).collect();
    assert_eq!(
        error_for("services", json!(many)),
        "services must have at most 1000 values, not 1001."
    );
    assert_eq!(
        error_for("services", json!([" "])),
        "services must have a name for every value."
    );
    let long = "x".repeat(76);
    assert!(error_for("services", json!([long])).contains("must have at most 75 characters."));
}

#[test]
fn csv_names_its_field_and_drops_duplicates() {
    let csv = "\u{feff}name,team,slack\r\ncheckout,payments,@oncall\r\n\"search, new\",core,\r\nCheckout,,\r\n\r\n";
    let read = read_csv(csv).unwrap();
    assert_eq!(read.field, "services");
    let names: Vec<_> = read.options.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["checkout", "search, new"]);
    assert_eq!(read.options[0].slack, "@oncall");
    assert_eq!(read_csv("name,slack\ncore,#core").unwrap().field, "teams");
    let region = read_csv("Region\n\"e\"\"u\"\nus").unwrap();
    assert_eq!(
        (region.field.as_str(), region.options[0].name.as_str()),
        ("region", "e\"u")
    );
    assert_eq!(read_csv("services;team\na;b").unwrap().options[0].team, "b");
}

#[test]
fn rows_of_a_csv_file_are_named_as_in_a_spreadsheet() {
    let long = "x".repeat(76);
    let csv = format!(
        "services,team,slack,\n\n\"multi\nline\"\nsearch,core,\n,core,@core\nSEARCH\n{long}\n\
         pay,{long}\ncart,,core team\na,b,,,d\n"
    );
    let read = read_csv(&csv).unwrap();
    let texts = |messages: &[CsvRowMessage]| {
        let texts = messages.iter().map(ToString::to_string);
        texts.collect::<Vec<_>>()
    };
    assert_eq!(read.options.len(), 1);
    assert_eq!(
        texts(&read.duplicates),
        ["Row 6: SEARCH is left out, because it's in row 4 already."]
    );
    assert_eq!(
        texts(&read.errors),
        [
            "Row 3: name must have one line.",
            "Row 5: name is missing.",
            "Row 7: name must have at most 75 characters.",
            "Row 8: team must have at most 75 characters.",
            "Row 9: slack must be a user group or a channel, such as @payments or #payments.",
            "Row 10: there are 5 cells, but the header has 3. A name with a separator must be in quotes.",
        ]
    );
}

#[test]
fn cells_copied_from_a_spreadsheet_are_read() {
    let read = read_csv("teams\tslack\ncore, new\t#core\npayments\t\n").unwrap();
    let option = |name: &str, slack: &str| FieldOption {
        slack: slack.to_owned(),
        ..FieldOption::named(name)
    };
    assert_eq!(
        read.options,
        [option("core, new", "#core"), option("payments", "")]
    );
}

#[test]
fn unreadable_csv_is_rejected_in_words() {
    assert_eq!(
        read_csv("services\nK\u{fffd}ln").unwrap_err(),
        "The file isn't in UTF-8. Save it again as “CSV UTF-8”."
    );
    assert_eq!(read_csv(" \n").unwrap_err(), "The file is empty.");
    assert_eq!(
        read_csv("services\n\"a").unwrap_err(),
        "A quote is opened and never closed."
    );
    assert_eq!(
        read_csv("services,owner\na,b").unwrap_err(),
        "The column “owner” is unknown. The columns are the name of the field, team and slack."
    );
}

#[test]
fn forms_offer_the_fields_that_can_be_known_by_then() {
    let mut settings = settings();
    settings.fields[3].required = RequiredFrom::Declaration;
    settings.fields[4].section = crate::field::FieldSection::WhyItHappened;
    let names = |form: FieldForm| -> Vec<&str> {
        let fields = settings.form_fields(form).into_iter();
        fields.map(|field| field.name.as_str()).collect()
    };
    let declare = ["a_text", "services", "teams", "a_number", "a_datetime"];
    assert_eq!(names(FieldForm::Declare), declare);
    assert_eq!(
        names(FieldForm::Resolve),
        ["region", "a_text", "a_text_array"]
    );
    assert_eq!(names(FieldForm::Update).len(), 7);
    // A select without values cannot be filled in.
    assert_eq!(
        Settings::default().form_fields(FieldForm::Update),
        Vec::<&_>::new()
    );
}
