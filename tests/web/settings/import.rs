//! Settings files on the pages: export, preview and import.

use reqwest::Method;
use serde_json::json;

use crate::browser::{Browser, OK};
use crate::harness::scenario::scenario_with_pages;

const IMPORT: &str = "/settings/import";

#[test]
fn exported_file_is_imported_after_a_preview() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        world.change_settings(&[("archive_after_days", json!(9))]);
        let file = browser.opens("/settings/export").await;
        let disposition = file.headers["content-disposition"].to_str().unwrap();
        assert_eq!(disposition, "attachment; filename=\"muster-settings.toml\"");
        assert!(file.html.contains("archive_after_days = 9"));

        let form = browser.opens(IMPORT).await;
        let same = browser
            .submits(&form, IMPORT, &[("text", &file.html)])
            .await;
        same.shows(&["No changes: the settings already match the file."]);

        let text = "archive_after_days = 30\nwho_reads = \"everybody\"\n";
        let preview = browser.submits(&form, IMPORT, &[("text", text)]).await;
        assert_eq!(preview.status, OK);
        preview.shows(&[
            "Nothing is changed yet. This is what the file changes:",
            "archive_after_days 9 30",
            "who_reads \"members\" \"everybody\"",
            "Apply 2 changes",
        ]);
        let imported = browser.submits(&preview, IMPORT, &[("apply", "yes")]).await;
        assert_eq!(imported.path, "/settings?saved=import");
        imported.shows(&["Imported.", "Members and guests see all public incidents."]);
        // Sent again, it changes nothing again.
        world.change_settings(&[("archive_after_days", json!(3))]);
        browser.submits(&preview, IMPORT, &[("apply", "yes")]).await;
        let file = browser.opens("/settings/export").await;
        assert!(file.html.contains("archive_after_days = 3\n"));
    });
}

#[test]
fn invalid_file_is_rejected_and_stays_in_the_form() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let form = browser.opens(IMPORT).await;
        for (text, problems) in [
            ("archive_after_days =", vec!["This isn't valid TOML:"]),
            (
                "archive_after_days = 400\ncolour = 1",
                vec![
                    "archive_after_days must be at most 365 days, not 400.",
                    "colour isn't a setting. Settings: severity_levels,",
                ],
            ),
        ] {
            let page = browser.submits(&form, IMPORT, &[("text", text)]).await;
            assert_eq!(page.status, 422);
            page.shows(&["Nothing is changed."]);
            page.shows(&problems);
            assert!(page.html.contains(text), "the text is kept");
        }
    });
}

#[test]
fn change_after_the_preview_is_shown_first() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let form = browser.opens(IMPORT).await;
        let text = "archive_after_days = 30\nseverity_unknown = true";
        let preview = browser.submits(&form, IMPORT, &[("text", text)]).await;
        // The file would undo it, although the preview did not show it.
        world.change_settings(&[("severity_unknown", json!(false))]);
        let overtaken = browser.submits(&preview, IMPORT, &[("apply", "yes")]).await;
        assert_eq!(overtaken.status, 409);
        overtaken.shows(&[
            "Another admin changed settings since the preview.",
            "severity_unknown false true",
            "archive_after_days 0 30",
        ]);
        // A text that is edited after its preview is previewed again.
        let edited = [("apply", "yes"), ("text", "archive_after_days = 31")];
        let preview = browser.submits(&overtaken, IMPORT, &edited).await;
        preview.shows(&["Nothing is changed yet.", "archive_after_days 0 31"]);
        browser
            .submits(&preview, IMPORT, &[("apply", "yes")])
            .await
            .shows(&["Imported."]);
    });
}

/// Uploads a file, as a browser sends it.
async fn uploads(browser: &Browser<'_>, origin: &str, file: &str) -> String {
    let part = |name: &str, content: &str| {
        format!("--x7\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let named = "file\"; filename=\"team.toml\"\r\nContent-Type: application/toml; x=\"";
    let body = format!(
        "{}{}{}--x7--\r\n",
        part("key", "a1"),
        part("text", ""),
        part(named, file)
    );
    let request = browser
        .request(Method::POST, IMPORT)
        .header("origin", origin);
    let request = request.header("content-type", "multipart/form-data; boundary=x7");
    let response = request.body(body).send().await.unwrap();
    assert_eq!(response.status(), OK);
    response.text().await.unwrap()
}

#[test]
fn uploaded_file_is_previewed() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let origin = world.base_url.borrow().clone();
        let html = uploads(&browser, &origin, "archive_after_days = 30\r\n").await;
        assert!(html.contains("Apply 1 change<"), "{html}");
        assert!(
            html.contains("archive_after_days = 30</textarea>"),
            "{html}"
        );
    });
}
