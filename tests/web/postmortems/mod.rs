//! Postmortems as a list and as files.

mod download;
mod list;
mod privacy;

use muster::error::Result;
use muster::store::{ChangeTarget, IdempotencyKey};
use muster_domain::postmortem::{
    AttachPostmortem, EditPostmortem, EditSection, GeneratePostmortem, PostmortemDocument,
    PostmortemStatus,
};
use muster_domain::{
    Actor, Change, DecisionContext, Incident, IncidentId, Source, Timestamp, UserId, Viewer,
};

use crate::harness::user::TestUser;
use crate::harness::world::World;

/// Declares an incident with this title and severity, and resolves it.
async fn resolves(user: &TestUser<'_>, title: &str, severity: &str) {
    let declared = user.declares(title).await;
    for command in [
        format!("/datadog severity {severity}"),
        "/datadog incident resolve Fixed".to_owned(),
    ] {
        user.types(&declared.channel, &command).await;
    }
    user.world.deliver_all().await;
    user.world.skips_messages();
}

/// Changes the postmortem of an incident on behalf of a user.
async fn changes(
    world: &World,
    (user, id): (&str, i64),
    decide: impl FnOnce(&Incident, &PostmortemDocument, &Actor, &DecisionContext<'_>) -> Result<Change>
    + Send
    + 'static,
) {
    let user = UserId(world.slack.user(user).0);
    let now = Timestamp::from_epoch_millis(world.now());
    let target = ChangeTarget {
        viewer: Viewer::user(&user),
        id: IncidentId(id),
        key: IdempotencyKey::web(&user, &format!("p{}", rand::random::<u32>())),
        now,
    };
    let store = world.store().await;
    let actor = Actor::with_source(user, now, Source::Web);
    let changed = store.change_sections(target, move |incident, document, ctx| {
        decide(incident, document, &actor, ctx)
    });
    changed.await.unwrap();
    world.deliver_all().await;
    world.skips_messages();
}

async fn generates(world: &World, user: &str, id: i64) {
    changes(world, (user, id), |incident, _, actor, ctx| {
        Ok(incident.generate_postmortem(GeneratePostmortem::default(), actor, ctx)?)
    })
    .await;
}

async fn attaches(world: &World, user: &str, id: i64, url: &'static str) {
    changes(world, (user, id), |incident, _, actor, ctx| {
        let request = AttachPostmortem {
            title: String::new(),
            url: url.to_owned(),
        };
        Ok(incident.attach_postmortem(request, actor, ctx)?)
    })
    .await;
}

async fn sets_status(world: &World, user: &str, id: i64, status: PostmortemStatus) {
    changes(world, (user, id), move |incident, _, actor, _| {
        let request = EditPostmortem {
            status: Some(status),
            ..EditPostmortem::default()
        };
        Ok(incident.edit_postmortem(request, Vec::new(), actor)?)
    })
    .await;
}

/// Removes all sections but the first one, which gets this heading and text.
async fn writes(world: &World, (user, id): (&str, i64), heading: &str, body: &str) {
    let numbers = 2..=11;
    for number in numbers {
        changes(world, (user, id), move |incident, document, actor, _| {
            Ok(incident.remove_section(document, number, actor)?)
        })
        .await;
    }
    let (heading, body) = (heading.to_owned(), body.to_owned());
    changes(world, (user, id), |incident, document, actor, _| {
        let request = EditSection {
            number: Some(1),
            expected_revision: document.sections[0].revision,
            heading,
            body,
        };
        Ok(incident.edit_section(document, request, actor).unwrap())
    })
    .await;
}
