//! Postmortems that programs write in Muster.

use serde_json::json;

use super::{INCIDENT, body, channel_text, id_of};
use crate::api::Program;
use crate::harness::scenario::incident_scenario_with_pages;

const KIND: &str = "incident_attachments";

#[test]
fn content_and_cells_become_the_document() {
    for document in [
        json!({ "content": "Carts were slow.\n\n## Impact\n\nMany *customers*." }),
        json!({ "cells": [
            { "id": "a", "type": "markdown", "attributes": { "definition": { "content": "Carts were slow." } } },
            { "id": "b", "type": "markdown", "attributes": { "definition": { "content": "## Impact\n\nMany *customers*." } } },
        ] }),
    ] {
        incident_scenario_with_pages(async |world, channel, [alice, ..]| {
            let program = Program::writer(world, "alice").await;
            let path = format!("{INCIDENT}/attachments/postmortems");
            let mut attributes = document.clone();
            attributes["title"] = json!("Slow carts");
            let created = program.posts(&path, body(KIND, attributes)).await;
            assert_eq!(created.status, 201, "{created:?}");
            assert_eq!(*created.attribute("attachment_type"), "postmortem");
            let attachment = created.attribute("attachment");
            assert_eq!(attachment["title"], "Slow carts");
            let url = attachment["documentUrl"].as_str().unwrap();
            assert!(url.ends_with("/incidents/1/postmortem"), "{url}");
            let text = channel_text(world, &alice, channel).await;
            assert!(text.contains("postmortem"), "{text}");
            let browser = alice.signs_in().await;
            let page = browser.opens("/incidents/1/postmortem").await;
            page.shows(&[
                "Slow carts",
                "Carts were slow.",
                "Impact",
                "Many customers.",
            ]);

            let one = format!("{INCIDENT}/attachments/{}", id_of(&created));
            let response = program.deletes(&one).await;
            assert_eq!(response.status, 400);
            assert!(response.error().contains("was written in Muster"));
            world.skips_messages();
        });
    }
}

#[test]
fn template_is_rendered_without_content() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let path = format!("{INCIDENT}/attachments/postmortems");
        let unknown = json!({ "postmortem_template_id": "Long" });
        let response = program.posts(&path, body(KIND, unknown)).await;
        assert_eq!(response.status, 400);
        let error = &response.body["errors"][0];
        let source = json!({ "pointer": "/data/attributes/postmortem_template_id" });
        assert_eq!(error["source"], source, "{response:?}");
        let created = program.posts(&path, body(KIND, json!({}))).await;
        assert_eq!(created.status, 201, "{created:?}");
        let title = "IR-1 Checkout is slow";
        assert_eq!(created.attribute("attachment")["title"], title);
        let page = alice
            .signs_in()
            .await
            .opens("/incidents/1/postmortem")
            .await;
        page.shows(&[title]);
        world.deliver_all().await;
        world.skips_messages();
    });
}
