//! `/incidents/7/postmortem.md` and `/incidents/7/postmortem.html`.

use muster_domain::postmortem::PostmortemStatus;

use super::{attaches, generates, resolves, sets_status, writes};
use crate::browser::OK;
use crate::harness::scenario::scenario_with_pages;

const BODY: &str = "The *disk* was full, see https://graphs.example.com/d?a=1&b=2 and \
                    [IR-9](/incidents/9).\n\n# Why\n\n<script>alert(1)</script>\n\n\
                    * [x] rolled back\n\n```\nfree -m";

#[test]
fn postmortem_is_downloaded_as_one_markdown_document() {
    scenario_with_pages(async |world, [alice, ..]| {
        resolves(&alice, "Checkout *is* slow", "SEV-1").await;
        generates(world, "alice", 1).await;
        writes(world, ("alice", 1), "What # happened", BODY).await;
        sets_status(world, "alice", 1, PostmortemStatus::InReview).await;
        let browser = alice.signs_in().await;
        let file = browser.opens("/incidents/1/postmortem.md").await;
        assert_eq!(file.status, OK);
        assert_eq!(file.headers["content-type"], "text/markdown; charset=utf-8");
        assert_eq!(
            file.headers["content-disposition"],
            "attachment; filename=\"IR-1-postmortem.md\""
        );
        let base = world.base_url.borrow().clone();
        let expected = format!(
            "# IR-1 Checkout \\*is\\* slow\n\n\
             **Incident:** [IR-1](<{base}/incidents/1>) · **Owner:** alice · **Status:** In Review · \
             **Declared:** 2026-11-23 15:05 CET · **Resolved:** 2026-11-23 15:05 CET\n\n\
             ## What \\# happened\n\n\
             The *disk* was full, see https://graphs.example.com/d?a=1&b=2 and [IR-9](/incidents/9).\n\n\
             # Why\n\n\\<script>alert(1)</script>\n\n* [x] rolled back\n\n```\nfree -m\n```\n"
        );
        assert_eq!(file.html, expected);
    });
}

#[test]
fn postmortem_is_downloaded_as_one_page_without_scripts() {
    scenario_with_pages(async |world, [alice, ..]| {
        resolves(&alice, "Checkout <b>is</b> slow", "SEV-1").await;
        generates(world, "alice", 1).await;
        writes(world, ("alice", 1), "What <i> happened", BODY).await;
        sets_status(world, "alice", 1, PostmortemStatus::Completed).await;
        let browser = alice.signs_in().await;
        let file = browser.opens("/incidents/1/postmortem.html").await;
        assert_eq!(file.status, OK);
        assert_eq!(file.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(
            file.headers["content-disposition"],
            "attachment; filename=\"IR-1-postmortem.html\""
        );
        let policy = file.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        let (head, body) = file.html.split_once("</head>").unwrap();
        assert!(head.contains("<title>IR-1 Checkout &#60;b&#62;is&#60;/b&#62; slow</title>"));
        for part in [
            &format!("content=\"{}\"", policy.replace('\'', "&#39;")),
            "<meta name=\"robots\" content=\"noindex\">",
            "@media print",
        ] {
            assert!(head.contains(part), "{part}: {head}");
        }
        file.shows(&[
            "IR-1 Checkout <b>is</b> slow Incident IR-1 Owner alice Status Completed \
             Declared 2026-11-23 15:05 CET Resolved 2026-11-23 15:05 CET Completed 2026-11-23 15:05 CET ACTIVE",
            "What <i> happened The disk was full, see https://graphs.example.com/d?a=1&b=2 and IR-9. Why \
             <script>alert(1)</script> ☑ rolled back free -m Written by Muster at 2026-11-23 15:05 CET.",
        ]);
        let base = world.base_url.borrow().clone();
        for part in [
            &format!("<a href=\"{base}/incidents/9\">IR-9</a>"),
            "<svg class=\"strip\"",
            "<h3>Why</h3>",
        ] {
            assert!(body.contains(part), "{part}: {body}");
        }
        file.hides(&["<script", "<link", " src=", " style=", "<form", "<img"]);
    });
}

#[test]
fn attached_postmortem_is_a_link_and_a_missing_one_leads_to_its_page() {
    scenario_with_pages(async |world, [alice, ..]| {
        resolves(&alice, "Checkout is slow", "SEV-1").await;
        let browser = alice.signs_in().await;
        for path in ["/incidents/1/postmortem.md", "/incidents/1/postmortem.html"] {
            let missing = browser.opens(path).await;
            assert_eq!(missing.status, 404);
            missing.shows(&["IR-1 has no postmortem yet, so there's nothing to download."]);
            assert!(missing.html.contains("href=\"/incidents/1/postmortem\""));
        }
        attaches(world, "alice", 1, "https://docs.example.com/pm?a=1&b=2").await;
        let file = browser.opens("/incidents/IR-1/postmortem.md").await;
        assert!(
            file.html
                .ends_with("CET\n\n<https://docs.example.com/pm?a=1&b=2>\n"),
            "{}",
            file.html
        );
        let file = browser.opens("/incidents/1/postmortem.html").await;
        file.shows(&[
            "The postmortem is a document elsewhere: https://docs.example.com/pm?a=1&b=2",
        ]);
    });
}
