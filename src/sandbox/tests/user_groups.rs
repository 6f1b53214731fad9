//! Web API: user groups.

use serde_json::json;

use crate::app::Fixture;

#[tokio::test]
async fn members_of_a_user_group_are_listed_by_id_and_with_all_groups() {
    let fixture = Fixture::new().await;
    let id = fixture.slack.add_user_group("checkout", &["alice", "bob"]);
    let members = json!([fixture.slack.user("alice"), fixture.slack.user("bob")]);
    let group = [("usergroup", id.as_str())];
    let group = fixture.get("usergroups.users.list", &group).await;
    assert_eq!(group["users"], members);
    let groups = fixture
        .get("usergroups.list", &[("include_users", "true")])
        .await;
    let groups = groups["usergroups"].as_array().unwrap().clone();
    let group = groups
        .iter()
        .find(|group| group["handle"] == "checkout")
        .unwrap();
    assert_eq!((&group["id"], &group["users"]), (&json!(id), &members));
    let without = fixture.get("usergroups.list", &[]).await;
    assert_eq!(without["usergroups"][0].get("users"), None);
    let unknown = [("usergroup", "S0NOBODY001")];
    let unknown = fixture.get("usergroups.users.list", &unknown).await;
    assert_eq!(unknown["error"], "no_such_subteam");
}
