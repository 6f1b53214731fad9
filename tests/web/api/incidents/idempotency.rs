//! A repeated POST with an idempotency key declares once, and receives the first answer.

use serde_json::json;

use super::declaration;
use crate::api::{INCIDENTS, Program};
use crate::harness::scenario::scenario_with_pages;

#[test]
fn repeated_request_receives_the_first_answer() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let body = declaration("Checkout is slow");
        let first = program.posts_once(INCIDENTS, "deploy-77", &body).await;
        assert_eq!(first.status, 201, "{first:?}");
        assert_eq!(*first.attribute("creation_idempotency_key"), "deploy-77");
        let got = program.gets("/api/v2/incidents/1").await;
        assert_eq!(*got.attribute("creation_idempotency_key"), "deploy-77");
        let title =
            json!({ "data": { "type": "incidents", "attributes": { "title": "Renamed" } } });
        program.patches("/api/v2/incidents/1", title).await;
        world.advance(3600).await;
        let second = program.posts_once(INCIDENTS, "deploy-77", &body).await;
        assert_eq!((second.status, &second.body), (201, &first.body));
        assert_eq!(second.headers["etag"], first.headers["etag"]);

        let other = program
            .posts_once(INCIDENTS, "deploy-77", &declaration("Other"))
            .await;
        let error = "Idempotency-Key: another request had this key, so nothing was changed";
        assert_eq!((other.status, other.error()), (422, error));
        // Another key of the API has keys of its own.
        let bob = Program::writer(world, "bob").await;
        let third = bob.posts_once(INCIDENTS, "deploy-77", &body).await;
        assert_eq!(
            (third.status, third.attribute("public_id")),
            (201, &json!(2))
        );
        let list = program.gets(INCIDENTS).await;
        assert_eq!(list.numbers(), [1, 2]);
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn rejected_request_can_be_corrected_under_its_key() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let rejected = program.posts_once(INCIDENTS, "k", &declaration("")).await;
        assert_eq!(rejected.status, 400);
        let created = program
            .posts_once(INCIDENTS, "k", &declaration("Checkout"))
            .await;
        assert_eq!(created.status, 201, "{created:?}");
        let without = program.posts(INCIDENTS, declaration("Search")).await;
        assert_eq!(*without.attribute("creation_idempotency_key"), json!(null));
        for key in ["", &"x".repeat(256)] {
            let response = program
                .posts_once(INCIDENTS, key, &declaration("Search"))
                .await;
            assert_eq!(response.status, 400, "{response:?}");
            assert!(response.error().starts_with("Idempotency-Key: must have"));
        }
        world.deliver_all().await;
        world.skips_messages();
    });
}
