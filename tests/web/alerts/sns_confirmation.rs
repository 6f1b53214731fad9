//! Subscriptions of SNS topics: confirmed if the topic is listed, otherwise by an admin.

use muster_domain::alert::SourceKind;

use super::sns::{RECENT, restarts_with_sns};
use super::{Sender, request};
use super::{intake_scenario, intake_scenario_with_pages};
use crate::browser::Browser;
use crate::harness::world::World;
use crate::support::sns::{TOPIC, confirmation, sign};

const SUBSCRIBE_URL: &str =
    "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37";
const REQUESTED: &str = "/?Action=ConfirmSubscription&Token=2336412f37";
const PAGE: &str = "/settings/alert-sources/1";

async fn source_of_topics<'w>(world: &'w World, topics: &[&str]) -> Sender<'w> {
    let mut request = request(SourceKind::Sns);
    request.topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
    Sender::with_request(world, request).await
}

#[test]
fn subscription_of_a_listed_topic_is_confirmed() {
    intake_scenario(async |world, _| {
        let server = restarts_with_sns(world).await;
        let tool = source_of_topics(world, &[TOPIC]).await;
        let message = sign(confirmation(TOPIC, SUBSCRIBE_URL, RECENT));
        let response = tool.sends(message.to_string()).await;
        assert_eq!(response.status, 200);
        assert_eq!(
            response.message(),
            format!("Confirmed the subscription of {TOPIC}.")
        );
        assert_eq!(server.take_requests(), ["/certificate.pem", REQUESTED]);
    });
}

#[test]
fn subscription_is_requested_only_from_sns() {
    intake_scenario(async |world, _| {
        let server = restarts_with_sns(world).await;
        let tool = source_of_topics(world, &[TOPIC]).await;
        let url = "https://evil.example/?Action=ConfirmSubscription";
        let message = sign(confirmation(TOPIC, url, RECENT));
        assert_eq!(tool.sends(message.to_string()).await.status, 400);
        let unsigned = confirmation(TOPIC, SUBSCRIBE_URL, RECENT);
        assert_eq!(tool.sends(unsigned.to_string()).await.status, 400);
        assert_eq!(server.take_requests(), ["/certificate.pem"]);
    });
}

async fn opens_pending<'w>(world: &'w World, browser: &Browser<'_>) -> Sender<'w> {
    let tool = source_of_topics(world, &[]).await;
    let message = sign(confirmation(TOPIC, SUBSCRIBE_URL, RECENT));
    assert_eq!(tool.sends(message.to_string()).await.status, 200);
    let page = browser.opens(PAGE).await;
    page.shows(&[
        &format!("Confirm the subscription of {TOPIC} ?"),
        "waits for an admin",
    ]);
    tool
}

#[test]
fn subscription_of_another_topic_is_confirmed_by_an_admin() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let server = restarts_with_sns(world).await;
        let browser = alice.signs_in().await;
        let tool = opens_pending(world, &browser).await;
        assert_eq!(server.take_requests(), ["/certificate.pem"]);
        let page = browser.opens(PAGE).await;
        let action = format!("{PAGE}/topics");
        server.goes_down();
        let failed = browser
            .submits(&page, &action, &[("action", "confirm")])
            .await;
        assert_eq!(failed.status, 422);
        failed.shows(&[
            "sns.eu-west-1.amazonaws.com answered 500",
            "Confirm the subscription",
        ]);
        server.recovers();
        server.take_requests();
        let done = browser
            .submits(&page, &action, &[("action", "confirm")])
            .await;
        done.shows(&["Confirmed the subscription.", TOPIC]);
        done.hides(&["Confirm the subscription of"]);
        assert_eq!(server.take_requests(), [REQUESTED]);
        let message = sign(confirmation(TOPIC, SUBSCRIBE_URL, RECENT));
        let again = tool.sends(message.to_string()).await;
        assert!(again.message().starts_with("Confirmed the subscription"));
    });
}

#[test]
fn admin_removes_a_request_without_confirming_it() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let server = restarts_with_sns(world).await;
        let browser = alice.signs_in().await;
        opens_pending(world, &browser).await;
        let page = browser.opens(PAGE).await;
        let action = format!("{PAGE}/topics");
        let done = browser
            .submits(&page, &action, &[("action", "remove")])
            .await;
        done.shows(&["Removed the request."]);
        let other = [("action", "confirm"), ("topic", "arn:aws:sns:x")];
        let rejected = browser.submits(&page, &action, &other).await;
        assert_eq!(rejected.status, 422);
        assert_eq!(server.take_requests(), ["/certificate.pem"]);
    });
}
