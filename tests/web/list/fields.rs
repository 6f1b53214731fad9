//! Fields that the team defines, in the list: facets, filters and columns.

use serde_json::json;

use super::hides_incident;
use crate::browser::{Browser, OK, Page};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};
use crate::harness::user::TestUser;
use crate::harness::world::World;

/// Defines Services, Teams, a region, and a field of each other type.
fn defines_fields(world: &World, services: &[&str]) {
    let mut fields = vec![
        json!({ "name": "services", "type": "multi_select" }),
        json!({ "name": "teams", "type": "multi_select" }),
        json!({
            "name": "region", "display_name": "Customer region", "type": "single_select",
            "values": ["eu", "us"],
        }),
    ];
    let kinds = ["text", "text_array", "number", "datetime"];
    fields.extend(kinds.map(|kind| json!({ "name": format!("a_{kind}"), "type": kind })));
    world.change_settings(&[("services", json!(services)), ("fields", json!(fields))]);
}

/// Edits a field of an incident on its page. Several values are on one line each.
async fn saves(browser: &Browser<'_>, number: i64, field: &str, value: &str) -> Page {
    let page = format!("/incidents/{number}");
    let form = browser.opens(&format!("{page}?edit={field}")).await;
    let (input, was) = (format!("field_{field}"), format!("expected_field_{field}"));
    let key = form.html.split("name=\"key\" value=\"").nth(1).unwrap();
    let mut fields = vec![("key", key.split('"').next().unwrap()), (&was, "")];
    fields.extend(value.split('\n').map(|value| (input.as_str(), value)));
    let saved = browser
        .posts(&format!("{page}/fields/{field}"), &fields)
        .await;
    assert_eq!(saved.status, OK, "{}", saved.text());
    saved
}

/// Declares three incidents: one of checkout in the EU, one of two services, and one without fields.
async fn declares_three(world: &World, user: &TestUser<'_>, browser: &Browser<'_>) {
    defines_fields(world, &["checkout", "payments", "search"]);
    for title in ["Checkout is slow", "Checkout is down", "Mail is late"] {
        user.declares_with(title, &[("Severity Level", "SEV-2 High")])
            .await;
    }
    saves(browser, 1, "services", "checkout").await;
    saves(browser, 1, "region", "eu").await;
    saves(browser, 2, "services", "checkout\npayments").await;
    world.deliver_all().await;
    world.skips_messages();
}

#[test]
fn fields_are_facets_and_filters_of_the_list() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        declares_three(world, &alice, &alice.signs_in().await).await;
        let browser = bob.signs_in().await;
        let services = "Services checkout 2 payments 1 None 1";
        let list = browser.opens("/incidents").await;
        list.shows(&[services, "Customer region eu 1 None 2"]);
        list.hides(&["A text", "A number", "Another value"]);

        // Values of one field are alternatives, and are counted without its own restriction.
        let either = "/incidents?field.services=PAYMENTS&field.services=checkout";
        let list = browser.opens(either).await;
        list.shows(&[
            "2 Open × Services: checkout or payments ×",
            services,
            "Customer region eu 1 None 1",
            "IR-1 Checkout is slow",
            "IR-2 Checkout is down",
        ]);
        list.hides(&["Mail is late"]);
        let remove = "href=\"/incidents\" aria-label=\"Remove Services: checkout or payments\"";
        assert!(list.html.contains(remove), "{}", list.html);
        // Different fields are combined.
        let both = browser
            .opens("/incidents?field.services=checkout&field.region=eu&group=severity")
            .await;
        both.shows(&[
            "1 Open × Customer region: eu × Services: checkout ×",
            "SEV-2 High 1",
            "IR-1 Checkout is slow",
        ]);
        both.hides(&["IR-2"]);
    });
}

#[test]
fn incidents_without_a_value_are_a_choice() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        declares_three(world, &alice, &alice.signs_in().await).await;
        let browser = bob.signs_in().await;
        for (query, chips, visible, hidden) in [
            (
                "without=services",
                "1 Open × Services: none ×",
                "IR-3 ",
                "IR-1 ",
            ),
            (
                "without=services&field.services=payments",
                "2 Open × Services: payments or none ×",
                "IR-2 ",
                "IR-1 ",
            ),
            (
                "without=region&q=checkout",
                "1 “checkout” × open × Customer region: none ×",
                "IR-2 ",
                "IR-3 ",
            ),
            (
                "q=checkout&status=any&field.region=eu&sort=oldest",
                "1 “checkout” × Customer region: eu ×",
                "IR-1 ",
                "IR-2 ",
            ),
        ] {
            let list = browser.opens(&format!("/incidents?{query}")).await;
            list.shows(&[chips, visible]);
            list.hides(&[hidden]);
            let csv = browser.opens(&format!("/incidents.csv?{query}")).await;
            assert!(csv.html.contains(visible.trim()), "{}", csv.html);
            assert!(!csv.html.contains(hidden.trim()), "{}", csv.html);
        }
    });
}

#[test]
fn unknown_fields_and_values_are_named_and_ignored() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        declares_three(world, &alice, &browser).await;
        let list = browser
            .opens("/incidents?field.services=mail&field.color=red&field.a_text=x&without=color&field.region=%3Cb%3E")
            .await;
        list.shows(&[
            "no such filter: field.a_text, field.color, without=color, field.region=<b>, field.services=mail.",
            "3 Open ×",
        ]);
        // A value that was removed from the list stays with the incidents that have it.
        world.change_settings(&[("services", json!(["payments"]))]);
        let list = browser.opens("/incidents?field.services=checkout").await;
        list.shows(&["2 Open × Services: checkout ×", "Services checkout 2"]);
        list.hides(&["no such filter"]);
        browser
            .opens("/incidents?field.services=search")
            .await
            .shows(&["no such filter: field.services=search."]);
        world.change_settings(&[(
            "fields",
            json!([{ "name": "teams", "type": "multi_select" }]),
        )]);
        let list = browser.opens("/incidents?field.services=checkout").await;
        list.shows(&["no such filter: field.services.", "3 Open ×"]);
    });
}

#[test]
fn long_facet_shows_the_most_frequent_values_and_finds_the_others() {
    scenario_with_pages(async |world, [alice, ..]| {
        let services: Vec<String> = (1..=200).map(|it| format!("service-{it:03}")).collect();
        let names: Vec<_> = services.iter().map(String::as_str).collect();
        defines_fields(world, &names);
        alice.declares_many(12).await;
        let browser = alice.signs_in().await;
        for number in 1..=12 {
            let own = &services[usize::try_from(number).unwrap()];
            let value = format!("{own}\nservice-200");
            saves(&browser, number, "services", &value).await;
        }
        world.deliver_all().await;
        world.skips_messages();
        let list = browser.opens("/incidents").await;
        list.shows(&[
            "Services service-200 12 service-002 1",
            "service-010 1 Declared",
        ]);
        list.hides(&["service-011 1"]);
        assert!(
            list.html
                .contains("aria-label=\"Another value of Services\"")
        );
        assert!(list.html.contains("<option value=\"service-011\">"));
        // An untouched field of the form is submitted empty.
        let entered = "/incidents?status=any&field.services=&field.services=Service-011";
        let list = browser.opens(entered).await;
        list.shows(&[
            "1 Services: service-011 ×",
            "service-010 1 service-011 1",
            "IR-10 ",
        ]);
        assert!(!list.html.contains("<option value=\"service-011\">"));
    });
}

#[test]
fn csv_has_a_column_for_each_field() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        defines_fields(world, &["checkout", "=cmd", "a \"b\", c"]);
        let browser = alice.signs_in().await;
        for (field, value) in [
            ("services", "=cmd\ncheckout"),
            ("region", "eu"),
            ("a_text", "+1 on, say, \"x\""),
            ("a_text_array", "first\nsecond"),
            ("a_number", "-3.50"),
            ("a_datetime", "2026-11-22 23:10"),
        ] {
            saves(&browser, 1, field, value).await;
        }
        world.deliver_all().await;
        world.skips_messages();
        let csv = browser.opens("/incidents.csv").await;
        let lines: Vec<_> = csv.html.split("\r\n").collect();
        assert!(
            lines[0].ends_with(
                ",visibility,test,field.services,field.teams,field.region,field.a_text,\
                 field.a_text_array,field.a_number,field.a_datetime"
            ),
            "{}",
            lines[0]
        );
        assert!(
            lines[1].ends_with(
                ",public,no,'=cmd; checkout,,eu,\"'+1 on, say, \"\"x\"\"\",first; second,-3.5,\
                 2026-11-22T22:10:00.000Z"
            ),
            "{}",
            lines[1]
        );
        assert_eq!(lines.len(), 3);
    });
}

#[test]
fn view_and_feed_keep_the_filter_by_a_field() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        declares_three(world, &alice, &browser).await;
        let path = "/incidents?field.services=PAYMENTS";
        let list = browser.opens(path).await;
        let saved = browser
            .submits(&list, "/incidents/views", &[("name", "Money")])
            .await;
        assert_eq!(saved.path, "/incidents?field.services=payments");
        saved.shows(&["Any status Money 1", "IR-2 Checkout is down"]);
        let view = browser.opens("/incidents/views/1").await;
        view.shows(&["Money", "Open, Services: payments"]);
        // The incident leads back to the list.
        let incident = browser.opens("/incidents/2").await;
        assert!(
            incident.html.contains("/incidents?field.services=payments"),
            "{}",
            incident.html
        );
        let profile = browser.posts("/me/feed", &[]).await;
        let address = profile.html.split("/incidents.atom").nth(1).unwrap();
        let token = address.split('"').next().unwrap();
        let feed = format!("/incidents.atom{token}&field.services=payments");
        let feed = browser.opens(&feed).await;
        feed.shows(&[
            "Open, public, Services: payments",
            "IR-2 SEV-2: Checkout is down",
        ]);
        feed.hides(&["IR-1", "IR-3"]);
    });
}

#[test]
fn values_of_a_private_incident_are_on_no_page_of_an_outsider() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        defines_fields(world, &["checkout", "vault"]);
        let of_alice = alice.signs_in().await;
        saves(&of_alice, 1, "services", "checkout").await;
        alice
            .declares_with("Secrets leaked", &[("Severity Level", "SEV-1 Critical")])
            .await;
        hides_incident(world, &alice, "IR-2").await;
        let of_bob = bob.signs_in().await;
        let paths = [
            "/incidents?status=any",
            "/incidents?field.services=checkout",
            "/incidents?field.services=vault",
            "/incidents?without=services",
            "/incidents?q=secrets&field.services=vault",
            "/incidents.csv?status=any",
        ];
        let mut before = Vec::new();
        for path in paths {
            before.push(super::search::content(&of_bob, path).await);
        }
        saves(&of_alice, 2, "services", "vault").await;
        saves(&of_alice, 2, "a_text", "The vault is open").await;
        world.deliver_all().await;
        world.skips_messages();
        for (path, before) in paths.into_iter().zip(before) {
            assert_eq!(
                super::search::content(&of_bob, path).await,
                before,
                "{path}"
            );
        }
        let list = of_alice.opens("/incidents?field.services=vault").await;
        list.shows(&["Services checkout 1 vault 1", "IR-2 Secrets leaked"]);
        // The value is listed no more, and only the private incident has it.
        world.change_settings(&[("services", json!(["checkout"]))]);
        let ignored = of_bob.opens("/incidents?field.services=vault").await;
        ignored.shows(&["no such filter: field.services=vault."]);
        let list = of_alice.opens("/incidents?field.services=vault").await;
        list.shows(&["Services: vault ×", "IR-2 Secrets leaked"]);
    });
}

#[test]
fn parameters_and_columns_in_the_handbook_exist() {
    const HANDBOOK: &str = include_str!("../../../src/handbook/search.md");
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        defines_fields(world, &["checkout"]);
        let browser = alice.signs_in().await;
        let rows = HANDBOOK.lines().filter(|row| row.starts_with("| `"));
        let cells = rows.filter_map(|row| row.split('|').nth(1));
        let codes: Vec<_> = cells
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
            .collect();
        let (parameters, columns): (Vec<&str>, Vec<&str>) =
            codes.into_iter().partition(|code| code.contains('='));
        assert!(parameters.len() > 15, "{parameters:?}");
        for parameter in parameters {
            let list = browser.opens(&format!("/incidents?{parameter}")).await;
            assert_eq!(list.status, OK, "{parameter}");
            list.hides(&["no such filter"]);
        }
        let csv = browser.opens("/incidents.csv").await;
        let header = csv.html.lines().next().unwrap().split(',');
        let present: Vec<_> = header.take(columns.len()).collect();
        assert_eq!(columns, present);
    });
}
