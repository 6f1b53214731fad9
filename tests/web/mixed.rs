//! An incident that is run half in Slack, half on its page: each sees the change of the other without reloading.

use crate::browser::Browser;
use crate::harness::scenario::incident_scenario_with_pages;
use crate::harness::user::TestUser;
use crate::live::Stream;

/// A page that follows changes: it receives an event, then reads its content again, as the script does.
struct OpenPage<'b, 'w> {
    browser: &'b Browser<'w>,
    path: &'static str,
    events: Stream,
}

impl<'b, 'w> OpenPage<'b, 'w> {
    async fn open(browser: &'b Browser<'w>, path: &'static str) -> Self {
        Self {
            browser,
            path,
            events: Stream::open(browser, "/incidents/1/events").await,
        }
    }

    /// Waits for the next change, and checks the content after it.
    async fn sees(&mut self, texts: &[&str]) {
        self.events.read_until("event: changed\ndata: ").await;
        let request = self.browser.request(reqwest::Method::GET, self.path);
        let request = request.header("HX-Request", "true");
        let response = request.header("HX-Request-Type", "partial").send().await;
        let response = response.unwrap();
        assert!(response.headers()["vary"].to_str().unwrap().contains("HX-"));
        let fragment = crate::html::text_of(&response.text().await.unwrap());
        for text in texts {
            assert!(fragment.contains(text), "{text:?} is not in: {fragment}");
        }
    }
}

/// Checks that a user reads this in the channel in Slack.
fn reads_in_slack(user: TestUser<'_>, channel: &str, text: &str) {
    let posts = user.reads(channel);
    assert!(
        posts.iter().any(|post| post.contains(text)),
        "{text}: {posts:?}"
    );
}

#[test]
fn slack_and_the_page_see_each_other_without_reloading() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let of_bob = bob.signs_in().await;
        let mut overview = OpenPage::open(&of_bob, "/incidents/1").await;
        let act = |name: &str| format!("/incidents/1/actions/{name}");

        alice.types(channel, "/datadog sev2").await;
        overview
            .sees(&["SEV-2 High", "alice changed severity"])
            .await;
        let page = of_bob.opens("/incidents/1/timeline").await;
        let note = [("text", "The disk of db-1 is full")];
        of_bob.submits(&page, &act("add-note"), &note).await;
        reads_in_slack(alice, channel, "The disk of db-1 is full");

        let mut remediation = OpenPage::open(&of_bob, "/incidents/1/remediation").await;
        alice.types(channel, "/datadog task Free the disk").await;
        remediation.sees(&["Free the disk", "Remediation 1"]).await;
        let page = of_bob.opens("/incidents/1/remediation").await;
        of_bob.submits(&page, &act("finish-task"), &[]).await;
        reads_in_slack(alice, channel, "bob finished task 1");

        let mut timeline = OpenPage::open(&of_bob, "/incidents/1/timeline").await;
        alice
            .types(channel, "/datadog update Payments work again")
            .await;
        timeline.sees(&["Payments work again"]).await;

        let form = of_bob.opens("/incidents/1?open=resolve").await;
        let fields = [("text", "Freed the disk")];
        of_bob.submits(&form, &act("resolve"), &fields).await;
        reads_in_slack(alice, channel, "Freed the disk");
        alice.types(channel, "/datadog reopen").await;
        let mut overview = OpenPage::open(&of_bob, "/incidents/1").await;
        alice.types(channel, "/datadog stable").await;
        overview.sees(&["Status STABLE"]).await;
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}
