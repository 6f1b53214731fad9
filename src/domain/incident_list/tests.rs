//! Tests of list queries: URLs, sentences and saved views.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use std::sync::LazyLock;

use chrono::NaiveDate;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use crate::{
    DeclaredRange, DetectionMethod, FieldSelection, FilterField, FilterNames, ImpactState,
    IncidentFilter, IncidentId, ListCursor, ListGrouping, ListPeriod, ListQuery, ListSort,
    MAX_SAVED_VIEWS, ParsedListQuery, SaveView, SavedView, Settings, Severity, Status, Timestamp,
    UserClock, UserId, UserNames, ViewAudience, ViewEditor, Visibility, checked_view_name,
};

fn subset<T: Ord + Copy + std::fmt::Debug + 'static>(
    values: &[T],
) -> impl Strategy<Value = BTreeSet<T>> + use<T> {
    btree_set(select(values.to_vec()), 0..=values.len())
}

fn days() -> impl Strategy<Value = Option<NaiveDate>> {
    option::of(
        (1990..2100, 1u32..=366).prop_filter_map("a leap day", |(year, day)| {
            NaiveDate::from_yo_opt(year, day)
        }),
    )
}

fn ranges() -> impl Strategy<Value = Option<DeclaredRange>> {
    let periods = select(ListPeriod::ALL.to_vec()).prop_map(DeclaredRange::Last);
    let days = (days(), days())
        .prop_filter("no day", |(from, to)| from.is_some() || to.is_some())
        .prop_map(|(from, to)| DeclaredRange::Days { from, to });
    option::of(prop_oneof![periods, days])
}

fn selections() -> impl Strategy<Value = BTreeMap<String, FieldSelection>> {
    let names = select(vec!["services", "teams", "region"]).prop_map(str::to_owned);
    let values = btree_set("[^\\s\\pC]{1,8}", 0..3);
    let selection = (values, any::<bool>()).prop_map(|(values, has_none)| FieldSelection {
        has_none: has_none || values.is_empty(),
        values,
    });
    btree_map(names, selection, 0..3)
}

prop_compose! {
    fn filters()(
        words in vec("[^\\s\\pC]{1,8}", 0..4),
        statuses in subset(&Status::ALL),
        severities in subset(&Severity::ALL),
        commanders in btree_set("U[A-Z0-9]{8}".prop_map(UserId), 0..3),
        impacts in subset(&ImpactState::ALL),
        detection_methods in subset(&DetectionMethod::ALL),
        declared in ranges(),
        visibilities in subset(&Visibility::ALL),
        [is_mine, _] in any::<[bool; 2]>(),
        [is_test, is_archived] in any::<[Option<bool>; 2]>(),
        fields in selections(),
    ) -> IncidentFilter {
        IncidentFilter {
            words: words.join(" "), statuses, severities, commanders, is_mine, impacts,
            detection_methods, declared, visibilities, is_test, is_archived, fields,
        }
    }
}

prop_compose! {
    fn queries()(
        filter in filters(),
        sort in select(ListSort::ALL.to_vec()),
        grouping in select(ListGrouping::ALL.to_vec()),
        cursor in option::of((0usize..100, 0i64..253_402_300_800_000, 1i64..i64::MAX)),
    ) -> ListQuery {
        let cursor = cursor.map(|(section, millis, id)| ListCursor { section, millis, id: IncidentId(id) });
        ListQuery { filter, sort, grouping, cursor }
    }
}

proptest! {
    #[test]
    fn query_written_to_a_url_is_read_back(query in queries()) {
        let parsed = ListQuery::parse(query.parameters()).unwrap();
        prop_assert_eq!(parsed, ParsedListQuery { query, ignored: Vec::new() });
    }

    #[test]
    fn any_parameters_are_read_without_panic(
        pairs in vec((select(vec!["q", "status", "from", "after", "sort", "color", "field.a", "without"]), ".*"), 0..6),
    ) {
        if let Ok(parsed) = ListQuery::parse(pairs) {
            let again = ListQuery::parse(parsed.query.parameters()).unwrap();
            prop_assert_eq!(again.query, parsed.query);
        }
    }

    #[test]
    fn every_restricted_field_is_a_part_and_can_be_lifted(filter in filters()) {
        let mut lifted = filter.clone();
        for part in filter.parts(no_names()) {
            prop_assert!(!part.text.is_empty());
            lifted = lifted.without(&part.field);
        }
        prop_assert_eq!(lifted, IncidentFilter::any());
    }
}

/// Returns names without a user, and the default settings.
fn no_names() -> FilterNames<'static> {
    static SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);
    static USERS: LazyLock<UserNames> = LazyLock::new(UserNames::default);
    FilterNames {
        users: &USERS,
        settings: &SETTINGS,
    }
}

fn parse(parameters: &[(&str, &str)]) -> ParsedListQuery {
    ListQuery::parse(parameters.iter().copied()).unwrap()
}

#[test]
fn url_without_parameters_shows_open_incidents() {
    let parsed = parse(&[("q", ""), ("severity", "")]);
    assert_eq!(parsed, ParsedListQuery::default());
    assert!(parsed.query.parameters().is_empty());
    assert_eq!(parsed.query.filter.sentence(no_names()), "Open");
    let filter = parse(&[("status", "any")]).query.filter;
    assert_eq!(filter, IncidentFilter::any());
    assert_eq!(filter.sentence(no_names()), "All incidents");
}

#[test]
fn unknown_parameters_are_ignored_and_named() {
    let parsed = parse(&[
        ("color", "red"),
        ("severity", "SEV-99"),
        ("severity", "sev-1"),
        ("color", "blue"),
        ("from", "2026-02-30"),
        ("mine", "maybe"),
    ]);
    assert_eq!(
        parsed.ignored,
        ["color", "severity=SEV-99", "from=2026-02-30", "mine=maybe"]
    );
    let severities: Vec<_> = parsed.query.filter.severities.into_iter().collect();
    assert_eq!(severities, [Severity::Sev1]);
}

#[test]
fn unknown_fields_and_values_are_ignored_and_named() {
    let fields = json!([
        { "name": "services", "type": "multi_select" },
        { "name": "notes", "type": "text" },
    ]);
    let services = ("services".to_owned(), json!(["Checkout", "search"]));
    let settings = Settings::default();
    let settings = settings.with_values([services, ("fields".to_owned(), fields)]);
    let settings = settings.unwrap();
    let long = "x".repeat(76);
    let parsed = parse(&[
        ("field.services", "checkout"),
        ("field.services", "removed"),
        ("field.services", "never"),
        ("field.services", &long),
        ("field.notes", "a text"),
        ("without", "region"),
        ("without", "<b>"),
        ("field.<b>", "x"),
    ]);
    let mut parsed = parsed.with_known_fields(&settings);
    let unlisted = parsed.unlisted_values(&settings);
    let of_services = |value: &str| ("services".to_owned(), value.to_owned());
    assert_eq!(unlisted, [of_services("never"), of_services("removed")]);
    parsed.ignore_value("services", "never");
    let values = &parsed.query.filter.fields["services"].values;
    assert_eq!(values.iter().collect::<Vec<_>>(), ["Checkout", "removed"]);
    assert_eq!(parsed.query.filter.fields.len(), 1);
    assert_eq!(
        parsed.ignored[1..],
        [
            "without=<b>",
            "field.<b>",
            "field.notes",
            "without=region",
            "field.services=never"
        ]
    );
    assert!(parsed.ignored[0].starts_with("field.services=xxx"));
}

#[test]
fn invalid_cursor_is_rejected_with_the_way_out() {
    for cursor in [
        "x",
        "1.2",
        "1.2.3.4",
        "1.2.0",
        "-1.2.3",
        "1.2.-3",
        "1.253402300800000.3",
        "1..3",
        "99999999999999999999.1.1",
        "1.+2.3",
    ] {
        let error = ListQuery::parse([("after", cursor)]).unwrap_err();
        assert_eq!(
            error.0, "This link doesn’t lead to a page of the list. Start from the first page.",
            "{cursor}"
        );
    }
}

#[test]
fn sentence_names_every_restriction() {
    let parsed = parse(&[
        ("q", "  slow \t checkout\n"),
        ("severity", "SEV-2"),
        ("severity", "SEV-1"),
        ("commander", "U0ALICE0001"),
        ("commander", "U0BOB000001"),
        ("mine", "yes"),
        ("impact", "ongoing"),
        ("detection", "monitor"),
        ("declared", "7d"),
        ("visibility", "private"),
        ("test", "no"),
        ("archived", "yes"),
        ("field.services", "checkout"),
        ("field.services", "search"),
        ("without", "services"),
        ("without", "teams"),
    ]);
    let alice = (UserId::from("U0ALICE0001"), "Alice".to_owned());
    let users = [alice].into_iter().collect();
    let names = FilterNames {
        users: &users,
        ..no_names()
    };
    assert_eq!(
        parsed.query.filter.sentence(names),
        "“slow checkout”, open, SEV-1 or SEV-2, commanded by Alice or U0BOB000001, mine, customer impact \
         ongoing, detection method monitor, last 7 days, private, no tests, channel archived, Services: checkout, search or none, \
         Teams: none"
    );
    let filter = parse(&[
        ("from", "2026-11-01"),
        ("to", "2026-11-07"),
        ("status", "resolved"),
    ]);
    assert_eq!(
        filter.query.filter.sentence(no_names()),
        "Resolved, declared 2026-11-01 to 2026-11-07"
    );
    assert!(filter.query.filter.restricts(&FilterField::Declared));
}

#[test]
fn declared_days_are_those_of_the_viewer() {
    let now = "2026-11-28T12:00:00Z".parse::<Timestamp>().unwrap();
    let clock = UserClock::new(now, "America/New_York");
    let filter = parse(&[("from", "2026-11-01"), ("to", "2026-11-01")])
        .query
        .filter;
    let bounds = filter.declared_bounds(&clock);
    // The day has 25 hours: daylight-saving time ends.
    assert_eq!(bounds.from.unwrap().to_string(), "2026-11-01T04:00:00.000Z");
    assert_eq!(
        bounds.before.unwrap().to_string(),
        "2026-11-02T05:00:00.000Z"
    );
    assert!(bounds.contains(bounds.from.unwrap()));
    assert!(!bounds.contains(bounds.before.unwrap()));
    let week = parse(&[("declared", "7d")])
        .query
        .filter
        .declared_bounds(&clock);
    assert_eq!(week.from.unwrap().to_string(), "2026-11-21T12:00:00.000Z");
    assert_eq!(week.before, None);
}

fn view(id: i64, owner: &str, audience: ViewAudience) -> SavedView {
    SavedView {
        id,
        owner: UserId::from(owner),
        audience,
        name: format!("View {id}"),
        query: "status=resolved".to_owned(),
        created_at: Timestamp::from_epoch_seconds(0),
    }
}

#[test]
fn shared_view_is_edited_by_its_owner_or_an_admin() {
    let [alice, bob] = ["U0ALICE0001", "U0BOB000001"];
    let editor = |user: &str, is_admin| ViewEditor {
        user: UserId::from(user),
        is_admin,
    };
    let shared = view(1, alice, ViewAudience::Everyone);
    assert!(shared.is_visible_to(&UserId::from(bob)));
    assert!(shared.may_be_edited_by(&editor(alice, false)));
    assert!(shared.may_be_edited_by(&editor(bob, true)));
    assert!(!shared.may_be_edited_by(&editor(bob, false)));
    let own = view(2, alice, ViewAudience::Owner);
    assert!(!own.is_visible_to(&UserId::from(bob)));
    assert!(!own.may_be_edited_by(&editor(bob, true)));
}

#[test]
fn invalid_view_is_rejected_with_the_reason() {
    let owned: Vec<_> = (0..50)
        .map(|id| view(id, "U0ALICE0001", ViewAudience::Owner))
        .collect();
    let request = SaveView {
        name: " My   view ".to_owned(),
        query: String::new(),
        audience: ViewAudience::Owner,
    };
    assert_eq!(
        request.clone().checked(&owned[1..]).unwrap().name,
        "My view"
    );
    let error = request.clone().checked(&owned).unwrap_err().0;
    assert_eq!(
        error,
        format!("You have {MAX_SAVED_VIEWS} saved views. Delete one first.")
    );
    let error = checked_view_name("VIEW 7", &owned, None).unwrap_err().0;
    assert_eq!(
        error,
        "There’s already a view “View 7”. Choose another name."
    );
    assert_eq!(
        checked_view_name("VIEW 7", &owned, Some(7)).unwrap(),
        "VIEW 7"
    );
    let error = checked_view_name(" \n", &[], None).unwrap_err().0;
    assert_eq!(error, "Enter a name for the view.");
    let error = checked_view_name(&"x".repeat(61), &[], None).unwrap_err().0;
    assert_eq!(error, "The name is too long. Use at most 60 characters.");
    let query = "x".repeat(2_001);
    let error = SaveView { query, ..request }.checked(&[]).unwrap_err().0;
    assert_eq!(
        error,
        "This filter is too long to save. Remove some of its values."
    );
}
