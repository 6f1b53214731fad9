//! Users: who the key acts as, one user, and lists.

use muster_sandbox::AccountKind;
use reqwest::Method;
use serde_json::{Value, json};

use super::Program;
use crate::harness::scenario::scenario_with_pages;
use crate::harness::world::World;

const USERS: &str = "/api/v2/users";

/// Lets Muster know all three users.
async fn users_declare(world: &World) {
    for name in ["alice", "bob", "chioma"] {
        world.user(name).declares(&format!("{name} tries it")).await;
    }
}

fn names(body: &Value) -> Vec<&str> {
    let data = body["data"].as_array().unwrap().iter();
    data.map(|it| it["attributes"]["name"].as_str().unwrap())
        .collect()
}

#[test]
fn key_acts_as_its_user_or_as_muster() {
    scenario_with_pages(async |world, _| {
        users_declare(world).await;
        let program = Program::of_user(world, "bob").await;
        let user = program.gets("/api/v2/current_user").await.body;
        assert_eq!(user["data"]["type"], "users");
        let attributes = &user["data"]["attributes"];
        assert_eq!(attributes["name"], "bob");
        assert_eq!(attributes["status"], "Active");
        assert_eq!(attributes["uuid"], user["data"]["id"]);
        let program = Program::of_muster(world).await;
        let muster = program.gets("/api/v2/current_user").await.body;
        assert_eq!(muster["data"]["attributes"]["name"], "Muster");
        assert_eq!(muster["data"]["attributes"]["service_account"], true);
        for expected in [user, muster] {
            let path = format!("{USERS}/{}", expected["data"]["id"].as_str().unwrap());
            assert_eq!(program.gets(&path).await.body, expected);
        }
        let zero = "00000000-0000-0000-0000-000000000000";
        for id in ["bob", "7", zero, "%FF"] {
            let response = program.sends(Method::GET, &format!("{USERS}/{id}")).await;
            assert_eq!((response.status, response.error()), (404, "user not found"));
        }
    });
}

#[test]
fn users_are_listed_filtered_sorted_and_paged() {
    scenario_with_pages(async |world, _| {
        users_declare(world).await;
        world.slack.deactivate_account("chioma");
        world.deliver_all().await;
        let program = Program::of_muster(world).await;
        let list = async |query: &str| program.gets(&format!("{USERS}?{query}")).await.body;
        for (query, expected) in [
            ("", vec!["alice", "bob", "chioma"]),
            ("sort=-name", vec!["chioma", "bob", "alice"]),
            ("sort=name&sort_dir=desc", vec!["chioma", "bob", "alice"]),
            ("filter=ALI", vec!["alice"]),
            ("filter=bob%40", vec!["bob"]),
            ("filter[status]=Active", vec!["alice", "bob"]),
            ("filter[status]=Disabled", vec!["chioma"]),
            ("filter[status]=Pending", vec![]),
            ("page[size]=2", vec!["alice", "bob"]),
            ("page[size]=2&page[number]=1", vec!["chioma"]),
            ("page[size]=2&page[number]=1000000000", vec![]),
        ] {
            assert_eq!(names(&list(query).await), expected, "{query}");
        }
        let counts = json!({ "page": { "total_count": 3, "total_filtered_count": 1 } });
        assert_eq!(list("filter=alice").await["meta"], counts);
        for query in [
            "page[size]=101",
            "page[number]=-1",
            "sort=age",
            "filter[status]=Gone",
            "sort_dir=up",
        ] {
            let response = program
                .sends(Method::GET, &format!("{USERS}?{query}"))
                .await;
            assert_eq!(response.status, 400, "{query}");
        }
        world.skips_messages();
    });
}

#[test]
fn guest_key_sees_the_incidents_of_its_guest() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        world
            .slack
            .add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        let store = world.store().await;
        let guest = super::user_id(world, "gus");
        let user = muster_domain::User {
            id: guest.clone(),
            name: "Gus Guest".to_owned(),
            handle: "gus".to_owned(),
            time_zone: String::new(),
            email: None,
            account_kind: muster_domain::AccountKind::Guest,
        };
        let now = muster_domain::Timestamp::from_epoch_millis(world.now());
        store.save_user(user, now).await.unwrap();
        let program = Program::of_user(world, "gus").await;
        assert!(program.gets(super::INCIDENTS).await.numbers().is_empty());
        let hidden = program.sends(Method::GET, "/api/v2/incidents/1").await;
        assert_eq!(hidden.status, 404);
        world.change_settings(&[("who_reads", json!("everybody"))]);
        assert_eq!(program.gets(super::INCIDENTS).await.numbers(), [1]);
    });
}
