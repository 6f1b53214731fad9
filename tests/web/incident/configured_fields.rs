//! Services, Teams and the other fields that the team defines, on the pages.

use serde_json::json;

use crate::browser::{Browser, Page};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};
use crate::harness::world::World;

const PATH: &str = "/incidents/1";
const SERVICES: &str = "/incidents/1/fields/services";

/// Defines Services, a region that resolved incidents must have, and a field of each other type.
fn define_fields(world: &World) {
    let kinds = ["text", "text_array", "number", "datetime"];
    let mut fields = vec![
        json!({ "name": "services", "type": "multi_select" }),
        json!({
            "name": "region", "display_name": "Customer region", "type": "single_select",
            "values": ["eu", "us"], "required": "resolved", "section": "what_happened",
        }),
    ];
    fields.extend(kinds.map(|kind| json!({ "name": format!("a_{kind}"), "type": kind })));
    world.change_settings(&[
        ("services", json!(["checkout", "payments", "<b>search</b>"])),
        ("fields", json!(fields)),
    ]);
}

/// Opens the form of a field, fills it in and saves it.
async fn saves(browser: &Browser<'_>, field: &str, value: &str) -> Page {
    let form = browser.opens(&format!("{PATH}?edit={field}")).await;
    let input = format!("field_{field}");
    let action = format!("{PATH}/fields/{field}");
    browser.submits(&form, &action, &[(&input, value)]).await
}

/// Edits of each type: the field, the value, the confirmation, and the field as the page shows it then.
const EDITS: [(&str, &str, &str, &str); 6] = [
    (
        "services",
        "payments",
        "Services saved.",
        "Services payments",
    ),
    (
        "region",
        "eu",
        "Customer region saved.",
        "Customer region eu",
    ),
    ("a_text", "It <b>burns</b>", "A text saved.", "It <b>burns"),
    (
        "a_text_array",
        "b\na\nb",
        "A text array saved.",
        "A text array b a",
    ),
    ("a_number", "3.50", "A number saved.", "A number 3.5"),
    (
        "a_datetime",
        "yesterday 23:10",
        "A datetime saved.",
        "Sun 22 Nov 23:10",
    ),
];

#[test]
fn fields_are_edited_in_place_and_recorded() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        define_fields(world);
        let browser = alice.signs_in().await;
        let page = browser.opens(PATH).await;
        page.shows(&["Attributes", "Services Empty", "Customer region Empty"]);
        let form = browser.opens(&format!("{PATH}?edit=services")).await;
        form.shows(&["checkout", "payments", "<b>search</b>"]);
        for (field, value, label, visible) in EDITS {
            let saved = saves(&browser, field, value).await;
            assert_eq!(saved.path, format!("{PATH}?saved={field}"));
            saved.shows(&[label, visible]);
        }
        let saved = saves(&browser, "a_text", "").await;
        saved.shows(&["A text Empty", "alice cleared A text. from the web"]);
        let posts = alice.reads(channel);
        let has = |text: &str| posts.iter().any(|post| post.contains(text));
        assert!(has("alice set Services: payments"), "{posts:?}");
        assert!(has("Services payments"), "the header: {posts:?}");
        world.skips_messages();
    });
}

#[test]
fn several_values_are_stored_and_none_empties_the_field() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        define_fields(world);
        let browser = alice.signs_in().await;
        let form = browser.opens(&format!("{PATH}?edit=services")).await;
        let key = form.html.split("name=\"key\" value=\"").nth(1).unwrap();
        let key = key.split('"').next().unwrap();
        let both = [
            ("key", key),
            ("expected_field_services", ""),
            ("field_services", "checkout"),
            ("field_services", "PAYMENTS"),
        ];
        let page = browser.posts(SERVICES, &both).await;
        page.shows(&["Services checkout, payments"]);
        // A browser sends nothing for checkboxes that are not ticked.
        let none = [
            ("key", "abc"),
            ("expected_field_services", "checkout\npayments"),
        ];
        let page = browser.posts(SERVICES, &none).await;
        page.shows(&["Services saved.", "Services Empty"]);
        world.skips_messages();
    });
}

#[test]
fn invalid_value_stays_in_the_form_with_the_nearest_listed_one() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        define_fields(world);
        let browser = alice.signs_in().await;
        let long = "x".repeat(10_000);
        for (field, value, problem) in [
            (
                "services",
                "chekout",
                "“chekout” isn't listed in Services. Did you mean checkout?",
            ),
            (
                "a_number",
                "abc",
                "“abc” isn't a number. Enter digits, such as 42 or 3.5.",
            ),
            (
                "a_datetime",
                "when I get to it",
                "I can't read “when I get to it” as a time.",
            ),
            (
                "a_text",
                long.as_str(),
                "That's 10000 characters; the limit is 5000.",
            ),
        ] {
            let page = saves(&browser, field, value).await;
            assert_eq!(page.status, 422, "{field}");
            page.shows(&[problem]);
        }
        let number = saves(&browser, "a_number", "abc").await;
        assert!(number.html.contains("value=\"abc\""), "{}", number.html);
        let unknown = browser
            .posts("/incidents/1/fields/cost", &[("key", "abc")])
            .await;
        assert_eq!(unknown.status, 404);
        world.skips_messages();
    });
}

#[test]
fn change_of_another_user_to_a_configured_field_is_not_overwritten() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        define_fields(world);
        bob.joins(channel).await;
        let browser = alice.signs_in().await;
        let form = browser.opens(&format!("{PATH}?edit=services")).await;
        bob.updates(channel, &[("Services", "payments")]).await;
        let mine = [("field_services", "checkout")];
        let conflict = browser.submits(&form, SERVICES, &mine).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&["bob changed this too", "Now payments", "Yours checkout"]);
        let page = browser.submits(&conflict, SERVICES, &[]).await;
        page.shows(&["Services checkout"]);
        world.skips_messages();
    });
}

#[test]
fn resolving_asks_for_a_required_field() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        define_fields(world);
        let browser = alice.signs_in().await;
        let rejected = browser.opens(&format!("{PATH}?edit=status")).await;
        let status = "/incidents/1/fields/status";
        let rejected = browser
            .submits(&rejected, status, &[("status", "resolved")])
            .await;
        assert_eq!(rejected.status, 422);
        let reason = "IR-1 can't be RESOLVED without Customer region. Fill in the field first.";
        rejected.shows(&[reason]);

        let path = "/incidents/1/actions/resolve";
        let form = browser.opens(&format!("{PATH}?open=resolve")).await;
        let fixed = [("text", "Rolled back"), ("field_region", "")];
        let rejected = browser.submits(&form, path, &fixed).await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&[reason, "Rolled back"]);
        let fixed = [("text", "Rolled back"), ("field_region", "us")];
        let page = browser.submits(&rejected, path, &fixed).await;
        page.shows(&["Incident resolved.", "Customer region us"]);
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn declare_form_has_the_fields_and_keeps_what_was_entered() {
    scenario_with_pages(async |world, [alice, ..]| {
        define_fields(world);
        let browser = alice.signs_in().await;
        let form = browser
            .opens("/incidents/new?title=Checkout&services=payments&a_number=7")
            .await;
        assert!(!form.html.contains("Customer region"), "known later only");
        let path = "/incidents/new";
        let invalid = [("field_a_number", "many")];
        let page = browser.submits(&form, path, &invalid).await;
        assert_eq!(page.status, 422);
        page.shows(&["Nothing is declared yet.", "“many” isn't a number."]);
        let page = browser
            .submits(&page, path, &[("field_a_number", "7")])
            .await;
        assert_eq!(page.path, PATH);
        page.shows(&["Services payments", "A number 7"]);
        world.skips_messages();
    });
}

#[test]
fn long_list_is_searched_and_stored_values_stay_selectable() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        define_fields(world);
        let browser = alice.signs_in().await;
        saves(&browser, "services", "payments").await;
        let many: Vec<_> = (1..=1_000)
            .map(|number| format!("service-{number}"))
            .collect();
        world.change_settings(&[("services", json!(many))]);
        let form = browser.opens(&format!("{PATH}?edit=services")).await;
        assert!(
            form.html
                .contains("<datalist id=\"field_services-values\">")
        );
        form.shows(&["payments"]);
        let page = saves(&browser, "services", "service-999").await;
        page.shows(&["Services service-999"]);
        let gone = saves(&browser, "services", "payments").await;
        assert_eq!(gone.status, 422);
        world.skips_messages();
    });
}

#[test]
fn fields_of_a_private_incident_do_not_exist_for_outsiders() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        define_fields(world);
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all_advancing().await;
        let browser = bob.signs_in().await;
        let fields = [("key", "abc"), ("field_services", "payments")];
        for path in [SERVICES, "/incidents/99/fields/services"] {
            let page = browser.posts(path, &fields).await;
            assert_eq!(page.status, 404, "{path}");
        }
        let page = browser.opens(&format!("{PATH}?edit=services")).await;
        assert_eq!(page.status, 404);
        page.hides(&["Services"]);
        world.skips_messages();
    });
}
