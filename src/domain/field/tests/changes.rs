//! Tests of changes: their entries, what is required, and whose groups are invited.

use super::settings;
use crate::delivery::{DeliverySpec, InviteGroup};
use crate::field::{FieldEdits, FieldValue};
use crate::testing::{context, incident, incident_with_channel};
use crate::text::activity_text;
use crate::{
    Actor, Change, Decision, DecisionContext, Delivery, FieldChange, Incident, IncidentKind,
    Rejection, Settings, Source, Status, TimelineEvent, Update, UserId, Visibility,
};

fn bob(source: Source) -> Actor {
    let at = incident("").declared_at;
    Actor::with_source(UserId::from("U0BOB000001"), at, source)
}

fn update_with(settings: &Settings, incident: &Incident, update: Update) -> Decision {
    let actor = bob(Source::Slack);
    let ctx = DecisionContext {
        settings,
        ..context(actor.at)
    };
    incident.update(update, &actor, &ctx)
}

fn services(names: &[&str]) -> FieldValue {
    FieldValue::MultiSelect(names.iter().map(|name| (*name).to_owned()).collect())
}

fn edit(field: &str, value: Option<FieldValue>) -> Update {
    Update {
        fields: FieldEdits::from([(field.to_owned(), value)]),
        ..Update::default()
    }
}

fn groups(change: &Change) -> Vec<String> {
    let groups = change.deliveries.iter();
    let groups = groups.filter_map(|delivery| {
        if let Delivery::InviteGroup(InviteGroup { group }) = delivery {
            Some(group.to_string())
        } else {
            None
        }
    });
    groups.collect()
}

fn sentences(change: &Change) -> Vec<String> {
    let texts = change
        .entries
        .iter()
        .flat_map(|it| activity_text(&it.activity()));
    texts.map(|text| format!("{text:?}")).collect()
}

fn with_services(names: &[&str]) -> Incident {
    let mut incident = incident_with_channel("Checkout");
    incident
        .fields
        .insert("services".to_owned(), services(names));
    incident
}

#[test]
fn each_changed_field_has_its_own_entry_with_old_and_new_value() {
    let mut request = edit("services", Some(services(&["checkout", "payments"])));
    request.title = Some("Checkout is down".to_owned());
    let region = FieldValue::SingleSelect("eu".to_owned());
    request
        .fields
        .insert("region".to_owned(), Some(region.clone()));
    let change = update_with(&settings(), &with_services(&["checkout"]), request).unwrap();
    let configured = |name: &str, label: &str, from, to| TimelineEvent::Updated {
        changes: vec![FieldChange::Configured {
            name: name.to_owned(),
            label: label.to_owned(),
            from,
            to,
        }],
    };
    let events: Vec<_> = change.entries.iter().map(|it| it.event.clone()).collect();
    assert_eq!(events.len(), 3);
    let (from, to) = (services(&["checkout"]), services(&["checkout", "payments"]));
    assert_eq!(
        events[1],
        configured("services", "Services", Some(from), Some(to))
    );
    assert_eq!(
        events[2],
        configured("region", "Customer region", None, Some(region))
    );
    assert_eq!(change.posted_entries().len(), 3);
    let sentences = sentences(&change);
    assert!(sentences[1].contains("Text(\" changed \"), Bold(\"Services\"), Text(\": \"), Text(\"checkout\"), Text(\" → \"), Text(\"checkout, payments\")"), "{sentences:?}");
    assert!(sentences[2].contains("Text(\" set \"), Bold(\"Customer region\")"));
}

#[test]
fn field_that_does_not_differ_changes_nothing() {
    let incident = with_services(&["checkout"]);
    let request = edit("services", Some(services(&["checkout"])));
    let change = update_with(&settings(), &incident, request).unwrap();
    assert_eq!(change, Change::new(incident, bob(Source::Slack).at));
}

#[test]
fn edits_that_the_settings_do_not_allow_are_rejected() {
    let incident = with_services(&["legacy"]);
    let reject = |field: &str, value: FieldValue| {
        update_with(&settings(), &incident, edit(field, Some(value)))
            .unwrap_err()
            .0
    };
    let text = FieldValue::Text("x".to_owned());
    assert!(
        reject("cost_center", text.clone())
            .starts_with("The field “cost_center” doesn't exist any more.")
    );
    assert!(reject("services", text).starts_with("Services has another type now."));
    assert!(reject("services", services(&["chekout"])).ends_with("Did you mean checkout?"));
    let both = edit("services", Some(services(&["legacy", "search"])));
    assert!(update_with(&settings(), &incident, both).is_ok());
}

#[test]
fn value_of_a_removed_field_is_preserved() {
    let incident = with_services(&["checkout"]);
    let without = Settings {
        fields: Vec::new(),
        ..settings()
    };
    let title = Update {
        title: Some("Checkout is down".to_owned()),
        ..Update::default()
    };
    let change = update_with(&without, &incident, title).unwrap();
    assert_eq!(change.incident.fields, incident.fields);
}

#[test]
fn required_field_is_demanded_of_users_only() {
    let resolve = Update {
        status: Some(Status::Resolved),
        ..Update::default()
    };
    let incident = incident_with_channel("Checkout");
    let Rejection(reason) = update_with(&settings(), &incident, resolve.clone()).unwrap_err();
    let expected = "IR-7 can't be RESOLVED without Customer region. Fill in the field first.";
    assert_eq!(reason, expected);
    let stable = Update {
        status: Some(Status::Stable),
        ..Update::default()
    };
    assert!(update_with(&settings(), &incident, stable).is_ok());
    let actor = bob(Source::Api);
    let settings = settings();
    let ctx = DecisionContext {
        settings: &settings,
        ..context(actor.at)
    };
    assert!(incident.update(resolve.clone(), &actor, &ctx).is_ok());

    let mut both = edit("region", Some(FieldValue::SingleSelect("us".to_owned())));
    both.status = resolve.status;
    let resolved = update_with(&settings, &incident, both).unwrap().incident;
    let emptied = update_with(&settings, &resolved, edit("region", None)).unwrap_err();
    assert_eq!(
        emptied.0,
        "Customer region can't be empty from RESOLVED on."
    );
    let reopen = Update {
        status: Some(Status::Active),
        ..edit("region", None)
    };
    assert!(update_with(&settings, &resolved, reopen).is_ok());
}

#[test]
fn groups_of_new_values_and_of_their_owners_are_invited_once() {
    let request = edit(
        "services",
        Some(services(&["checkout", "payments", "search"])),
    );
    let change = update_with(&settings(), &with_services(&["search"]), request.clone()).unwrap();
    assert_eq!(groups(&change), ["@checkout-oncall", "S0PAYMENTS1"]);
    let again = edit("services", Some(services(&["checkout", "payments"])));
    let change = update_with(&settings(), &change.incident, again).unwrap();
    assert_eq!(groups(&change), [""; 0]);
    for (kind, visibility) in [
        (IncidentKind::Test, Visibility::Public),
        (IncidentKind::AnnouncedTest, Visibility::Public),
        (IncidentKind::Real, Visibility::Private),
    ] {
        let incident = Incident {
            kind,
            visibility,
            ..incident_with_channel("Checkout")
        };
        let change = update_with(&settings(), &incident, request.clone()).unwrap();
        assert_eq!(groups(&change), [""; 0], "{kind} {visibility}");
    }
}

#[test]
fn members_are_not_invited_to_an_incident_that_became_private() {
    let invite = InviteGroup {
        group: "@payments".parse().unwrap(),
    };
    let members = vec![UserId::from("U0CHIOMA001")];
    let mut incident = incident_with_channel("Checkout");
    let ctx = context(incident.declared_at);
    let change = invite.on_done(&incident, members.clone(), &ctx);
    assert_eq!(change.deliveries.len(), 1);
    incident.visibility = Visibility::Private;
    assert_eq!(invite.on_done(&incident, members, &ctx).deliveries, []);
}
