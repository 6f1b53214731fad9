//! CSV files with the values of a field on the pages: preview, invalid rows and import.

use reqwest::Method;
use serde_json::json;

use crate::browser::{Browser, OK, Page};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::world::World;

const IMPORT: &str = "/settings/import/values";

const PRESENT: &str = "services = [\n  { name = \"search\", team = \"core\" },\n  { name = \"login\" },\n  { name = \"cart\" },\n]\n";

fn add_services(world: &World) {
    let services = json!([{ "name": "search", "team": "core" }, "login", "cart"]);
    world.change_settings(&[("services", services)]);
}

async fn previews(browser: &Browser<'_>, text: &str) -> Page {
    let form = browser.opens(IMPORT).await;
    browser.submits(&form, IMPORT, &[("text", text)]).await
}

async fn applies(browser: &Browser<'_>, preview: &Page) -> Page {
    browser.submits(preview, IMPORT, &[("apply", "yes")]).await
}

#[test]
fn services_are_replaced_after_a_preview() {
    scenario_with_pages(async |world, [alice, ..]| {
        add_services(world);
        let browser = alice.signs_in().await;
        let settings = browser.opens("/settings").await;
        assert_eq!(
            settings.html.matches(&format!("href=\"{IMPORT}\"")).count(),
            2
        );
        let csv = "services,team,slack\ncheckout,payments,@checkout-oncall\nSearch,core,#search\nlogin,,\nLOGIN,,\n";
        let preview = previews(&browser, csv).await;
        assert_eq!(preview.status, OK);
        preview.shows(&[
            "Nothing is changed yet. This is what the file changes:",
            "Services: 1 added, 1 changed, 1 removed, 1 unchanged.",
            "Row 5: LOGIN is left out, because it's in row 4 already.",
            "Incidents that have a removed value keep it.",
            "Added checkout (team payments, @checkout-oncall joins)",
            "Changed search (team core) Search (team core, #search joins)",
            "Removed cart",
            "Apply 3 changes",
        ]);
        let file = browser.opens("/settings/export").await;
        assert!(file.html.contains(PRESENT), "{}", file.html);

        let imported = applies(&browser, &preview).await;
        assert_eq!(imported.path, "/settings?saved=fields#fields");
        imported.shows(&[
            "Saved.",
            "Values: checkout (@checkout-oncall joins), Search (#search joins) and login.",
        ]);
        // Sent again, it changes nothing again.
        world.change_settings(&[("services", json!(["other"]))]);
        applies(&browser, &preview).await;
        let file = browser.opens("/settings/export").await;
        assert!(
            file.html
                .contains("services = [\n  { name = \"other\" },\n]\n")
        );
    });
}

#[test]
fn invalid_rows_are_named_and_the_text_stays_in_the_form() {
    scenario_with_pages(async |world, [alice, ..]| {
        add_services(world);
        let browser = alice.signs_in().await;
        let many: String = (0..=1_000).map(|number| format!("\n{number}")).collect();
        for (text, problems) in [
            (
                "services,team,slack\ncheckout,payments,core team\nlogin,,\n,core,\na,b,c,d",
                vec![
                    "Row 2: slack must be a user group or a channel, such as @payments or #payments.",
                    "Row 4: name is missing.",
                    "Row 5: there are 4 cells, but the header has 3.",
                ],
            ),
            (
                "region\neu",
                vec![
                    "The first column is “region”, which isn't a select field. Select fields: services, teams.",
                ],
            ),
            (
                &format!("services{many}"),
                vec!["services must have at most 1000 values, not 1001."],
            ),
            ("", vec!["The file is empty."]),
        ] {
            let page = previews(&browser, text).await;
            assert_eq!(page.status, 422);
            page.shows(&["Nothing is changed."]);
            page.shows(&problems);
            page.hides(&["Apply "]);
            assert!(
                page.html.contains(&format!("\n{text}</textarea>")),
                "the text is kept"
            );
        }
        let file = browser.opens("/settings/export").await;
        assert!(file.html.contains(PRESENT), "{}", file.html);
    });
}

#[test]
fn change_after_the_preview_of_values_is_shown_first() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let preview = previews(&browser, "name\tslack\npayments\t@payments\n").await;
        preview.shows(&[
            "Teams: 1 added, 0 changed, 0 removed, 0 unchanged.",
            "Apply 1 change",
        ]);
        world.change_settings(&[("teams", json!(["core"]))]);
        let overtaken = applies(&browser, &preview).await;
        assert_eq!(overtaken.status, 409);
        overtaken.shows(&[
            "Another admin changed settings since the preview. Nothing of yours is changed yet.",
            "Teams: 1 added, 0 changed, 1 removed, 0 unchanged.",
            "Removed core",
        ]);
        // A text that is edited after its preview is previewed again.
        let edited = [("apply", "yes"), ("text", "teams\npayments\ncore")];
        let preview = browser.submits(&overtaken, IMPORT, &edited).await;
        preview.shows(&["Added payments", "Apply 1 change"]);
        applies(&browser, &preview)
            .await
            .shows(&["Saved.", "Values: payments and core."]);
        let same = previews(&browser, "teams\npayments\ncore").await;
        same.shows(&["No changes: the settings already match the file."]);
        let order = previews(&browser, "teams\ncore\npayments").await;
        order.shows(&["Order as in the file", "Apply 1 change"]);
    });
}

#[test]
fn uploaded_values_of_a_custom_field_are_previewed() {
    scenario_with_pages(async |world, [alice, ..]| {
        let region = json!({ "name": "region", "display_name": "Customer region", "type": "single_select",
                             "values": ["eu"] });
        world.change_settings(&[("fields", json!([region]))]);
        let browser = alice.signs_in().await;
        let origin = world.base_url.borrow().clone();
        let body = "--x7\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n\r\n\
             --x7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"regions.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n\u{feff}Customer region\r\neu\r\nus\r\n\r\n--x7--\r\n";
        let request = browser
            .request(Method::POST, IMPORT)
            .header("origin", origin);
        let request = request.header("content-type", "multipart/form-data; boundary=x7");
        let response = request.body(body).send().await.unwrap();
        assert_eq!(response.status(), OK);
        let html = response.text().await.unwrap();
        assert!(
            html.contains("Customer region: 1 added, 0 changed, 0 removed, 1 unchanged."),
            "{html}"
        );
        assert!(
            html.contains("Customer region\neu\nus</textarea>"),
            "{html}"
        );
    });
}
