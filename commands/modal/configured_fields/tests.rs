//! Tests of the fields that the team defines, in modals.
#![allow(clippy::unwrap_used)]

use muster_domain::{FieldOption, IncidentKind, RequiredFrom, SeverityScale, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::declare;
use crate::testing::{any_text, block_kit_errors, submit_unchanged, submit_with};

fn settings(services: usize) -> Settings {
    let kinds = FieldKind::ALL.into_iter();
    let mut fields: Vec<_> = kinds
        .map(|kind| FieldDefinition {
            values: match kind.is_select() {
                true => ["eu", "us"].map(FieldOption::named).to_vec(),
                false => Vec::new(),
            },
            ..FieldDefinition::new(&format!("a_{kind}"), kind)
        })
        .collect();
    fields.push(FieldDefinition::new("services", FieldKind::MultiSelect));
    fields[0].required = RequiredFrom::Declaration;
    let services = (0..services).map(|number| FieldOption::named(&format!("service {number}")));
    Settings {
        fields,
        services: services.collect(),
        ..Settings::default()
    }
}

fn clock() -> UserClock {
    UserClock::new(Timestamp::from_epoch_seconds(1_795_443_600), "Europe/Paris")
}

fn declare_modal(settings: &Settings, values: &FieldValues) -> SlackModalView {
    let draft = declare::Draft {
        title: "Checkout".to_owned(),
        commander: "U0ALICE0001".into(),
        kind: IncidentKind::Real,
        prefill: declare::Prefill::default(),
    };
    let view = declare::modal(&draft, &SeverityScale::default(), "/datadog");
    fields(FieldForm::Declare, settings, &clock(), values).add_to(view)
}

fn fields<'a>(
    form: FieldForm,
    settings: &'a Settings,
    clock: &'a UserClock,
    values: &'a FieldValues,
) -> ConfiguredFields<'a> {
    ConfiguredFields {
        form,
        settings,
        incident_type: muster_domain::DEFAULT_INCIDENT_TYPE,
        clock,
        values,
    }
}

fn selected(names: &[&str]) -> Value {
    let options = names.iter().map(|name| json!({ "value": name }));
    json!(options.collect::<Vec<_>>())
}

#[test]
fn entered_values_are_read_and_mistakes_are_reported_under_their_fields() {
    let (settings, clock, none) = (settings(30), clock(), FieldValues::new());
    let view = declare_modal(&settings, &none);
    let fields = fields(FieldForm::Declare, &settings, &clock, &none);
    let entered = submit_with(
        &view,
        &[
            ("field_a_single_select", json!("eu")),
            ("field_services", selected(&["service 1", "service 29"])),
            ("field_a_number", json!("3.50")),
            ("field_a_datetime", json!("yesterday 23:10")),
        ],
    );
    let edits = fields.read(&entered).unwrap();
    let value_of = |name: &str| edits[name].as_ref().map(FieldValue::to_line);
    assert_eq!(value_of("services").unwrap(), "service 1, service 29");
    assert_eq!(value_of("a_number").unwrap(), "3.5");
    assert_eq!(value_of("a_text"), None);
    let wrong = submit_with(
        &view,
        &[
            ("field_a_number", json!("abc")),
            ("field_a_datetime", json!("soonish")),
        ],
    );
    let errors = fields.read(&wrong).unwrap_err();
    let blocks: Vec<_> = errors.iter().map(|(block, _)| block).collect();
    assert_eq!(blocks, ["field_a_datetime", "field_a_number"]);
}

#[test]
fn only_changed_fields_of_an_update_are_read() {
    let (settings, clock) = (settings(3), clock());
    let value = FieldValue::from_items(
        FieldKind::Datetime,
        vec!["2026-11-23T14:05:09.120Z".to_owned()],
    );
    let values = FieldValues::from([
        ("a_datetime".to_owned(), value.unwrap()),
        (
            "services".to_owned(),
            FieldValue::MultiSelect(vec!["legacy".to_owned()]),
        ),
    ]);
    let fields = fields(FieldForm::Update, &settings, &clock, &values);
    let empty = crate::modal::build_modal("x", "Update", "Save", Vec::new());
    let view = fields.add_to(empty);
    assert_eq!(fields.read(&submit_unchanged(&view)), Ok(FieldEdits::new()));
    let edits = fields.read(&submit_with(&view, &[("field_services", Value::Null)]));
    assert_eq!(edits, Ok(FieldEdits::from([("services".to_owned(), None)])));
}

#[test]
fn long_list_is_searched_while_the_user_types() {
    let settings = settings(300);
    let options = |query: &str| suggested_options(&settings, "services", query)["options"].clone();
    assert_eq!(options("").as_array().unwrap().len(), 100);
    assert_eq!(options("ICE 299")[0]["value"], "service 299");
    assert_eq!(options("nothing"), json!([]));
    assert_eq!(
        suggested_options(&settings, "gone", "")["options"],
        json!([])
    );
    let payload = json!({ "action_id": "field_services" });
    assert_eq!(suggested_field(&payload), Some("services"));
    assert_eq!(suggested_field(&json!({ "action_id": "incident" })), None);
}

#[test]
fn fields_beyond_the_limit_are_named_as_being_on_the_page() {
    let mut settings = settings(3);
    let more = (0..20).map(|number| FieldDefinition::new(&format!("f{number}"), FieldKind::Text));
    settings.fields.extend(more);
    let view = declare_modal(&settings, &FieldValues::new());
    assert_eq!(block_kit_errors(&view), Vec::<String>::new());
    let json = serde_json::to_string(&view).unwrap();
    assert!(json.contains("More fields are on the page."));
    assert_eq!(json.matches("\"block_id\":\"field_").count(), MAX_FIELDS);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn modal_is_within_block_kit_limits(
        text in any_text(),
        services in 0_usize..60,
        help in "(.|\n){0,300}",
    ) {
        let mut settings = settings(services);
        settings.fields[2].help = help;
        let mut values = FieldValues::new();
        if !text.trim().is_empty() {
            values.insert("a_text".to_owned(), FieldValue::Text(text));
        }
        let view = declare_modal(&settings, &values);
        prop_assert_eq!(block_kit_errors(&view), Vec::<String>::new());
    }
}
