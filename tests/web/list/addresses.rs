//! Addresses of the list that it doesn't know.

use super::link;
use crate::browser::OK;
use crate::harness::scenario::incident_scenario_with_pages;

#[test]
fn unknown_filters_are_named_and_ignored() {
    incident_scenario_with_pages(async |_, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser
            .opens("/incidents?color=red&severity=SEV-99&status=active&q=%00")
            .await;
        assert_eq!(page.status, OK);
        page.shows(&[
            "Ignored, because the list has no such filter: color, severity=SEV-99.",
            "IR-1 Checkout is slow",
        ]);
        let script = "/incidents?q=%3Cscript%3Ealert(1)%3C/script%3E&%3Cb%3E=1";
        let page = browser.opens(script).await;
        page.hides(&["<script>", "<b>"]);
        page.shows(&["“<script>alert(1)</script>”", "no such filter: <b>."]);
    });
}

#[test]
fn hand_made_cursor_leads_to_the_first_page() {
    incident_scenario_with_pages(async |_, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        for cursor in ["x", "0.0", "99.1.1", "-1.1.1", "0.99999999999999999999.1"] {
            let path = format!("/incidents?q=checkout&after={cursor}");
            let page = browser.opens(&path).await;
            assert_eq!(page.status, 400, "{cursor}");
            page.shows(&["Start from the first page."]);
            assert_eq!(link(&page, "First page"), "/incidents?q=checkout");
        }
        let csv = browser.opens("/incidents.csv?after=x").await;
        assert_eq!(csv.status, 400);
        let past_the_end = browser.opens("/incidents?after=0.0.1").await;
        assert_eq!(past_the_end.status, OK);
    });
}
