//! The handbook as pages.

use crate::harness::scenario::scenario_with_pages;

#[test]
fn handbook_is_listed_and_its_links_lead_to_its_pages() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        browser
            .opens("/help")
            .await
            .shows(&["Handbook", "Commands", "Guarantees"]);
        for topic in muster::handbook::TOPICS {
            let page = browser.opens(&format!("/help/{}", topic.name)).await;
            assert_eq!(page.status, 200, "{}", topic.name);
            page.shows(&[topic.title()]);
            let links = page.html.split("href=\"/").skip(1);
            for path in links.filter_map(|rest| rest.split(['"', '#']).next()) {
                let status = browser.opens(&format!("/{path}")).await.status;
                assert_eq!(status, 200, "/{path} on {}", topic.name);
            }
        }
        assert_eq!(browser.opens("/help/weather").await.status, 404);
    });
}
