//! Sign in with Slack, against the provider of the sandbox.

pub(crate) mod rejected;
pub(crate) mod signed_in;

use reqwest::header::LOCATION;
use reqwest::redirect::Policy;

use crate::browser::Browser;
use crate::harness::world::World;

/// Begins a sign-in that leads to a page. Returns the address of Slack's page.
pub(crate) async fn leaves(browser: &Browser<'_>, target: &str) -> String {
    let page = browser.opens(&format!("/sign-in?to={target}")).await;
    page.shows(&[
        "Sign in with Slack",
        "Or type this in any channel in Slack:",
    ]);
    let (_, link) = page.html.split_once("href=\"/sign-in/slack?").unwrap();
    let path = format!("/sign-in/slack?{}", link.split('"').next().unwrap());
    browser.leaves_to(&path).await
}

/// Answers Slack's page. Returns the path at Muster to which it leads.
pub(crate) async fn decides(world: &World, slack_page: &str, user: &str, decision: &str) -> String {
    let client = reqwest::Client::builder().redirect(Policy::none());
    let client = client.build().unwrap();
    let page = client.get(slack_page).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("Sign in to Muster with Slack"), "{page}");
    let mut fields: Vec<(String, String)> = reqwest::Url::parse(slack_page)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect();
    fields.push(("user".to_owned(), world.slack.user(user).to_string()));
    fields.push(("decision".to_owned(), decision.to_owned()));
    let address = slack_page.split('?').next().unwrap();
    let response = client.post(address).form(&fields).send().await.unwrap();
    let url = response.headers()[LOCATION].to_str().unwrap();
    let base = world.base_url.borrow().clone();
    url.strip_prefix(&base).unwrap().to_owned()
}

/// Goes to Slack and signs in there. Returns the path at Muster to which Slack leads.
pub(crate) async fn goes_to_slack(browser: &Browser<'_>, world: &World, user: &str) -> String {
    let slack_page = leaves(browser, "/incidents").await;
    decides(world, &slack_page, user, "allow").await
}
