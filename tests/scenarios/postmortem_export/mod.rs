//! The exports of postmortems to other tools.

mod canvas;
mod canvas_errors;
mod confluence;
mod export;
mod notebook;

use muster::store::{ChangeTarget, IdempotencyKey};
use muster_domain::postmortem::{ExportTarget, GeneratePostmortem, RequestExport};
use muster_domain::{Actor, Decision, Incident, IncidentId, Source, Timestamp, UserId, Viewer};
use muster_sandbox::Canvas;
use serde_json::json;

use crate::harness::prelude::*;

/// The template: everything that a canvas shows, and what it does not support.
pub(crate) const TEMPLATE: &str = "\
## Summary

IR-1 was **slow** for *all* customers. See [the graph](https://graphs.example/1).

> No error was logged.
> - not even by db-1

## Timeline

1. Deploy 991
2. Rollback
   - by ![](@U0ALICE0001), <@U0BOB000001> and @chioma

##### Later

- [x] Add an alert
- [ ] <b>Add a test</b>

| Service | Minutes |
| --- | --- |
| checkout | 20 |

```
SELECT 1;
```
";

/// The canvas after the heading and the introduction.
pub(crate) const CONTENT: &str = "\
## Summary

IR-1 was slow for all customers. See the graph (https://graphs.example/1).

> No error was logged.
>
> • not even by db-1

## Timeline

1. Deploy 991
2. Rollback
   1. by ![](@U0ALICE0001), <@U0BOB000001> and @chioma

### Later

☑ Add an alert
☐ <b>Add a test</b>

Service | Minutes
checkout | 20

    SELECT 1;";

/// The post about an export.
pub(crate) const EXPORTED: &str = "The postmortem was exported: Slack canvas.";

/// Decides about IR-1 on behalf of alice, and delivers what can be delivered now.
pub(crate) async fn decide(
    world: &World,
    name: &str,
    decision: impl FnOnce(&Incident, &Actor) -> Decision + Send + 'static,
) {
    let user = UserId(world.slack.user("alice").0);
    let now = Timestamp::from_epoch_millis(world.now());
    let key = IdempotencyKey::web(&user, &format!("{name} {}", world.now()));
    let actor = Actor::with_source(user.clone(), now, Source::Web);
    let store = world.store().await;
    let viewer = Viewer::user(&user);
    let changed = store.change(viewer, IncidentId(1), key, move |incident| {
        decision(incident, &actor)
    });
    changed.await.unwrap();
    world.deliver_all().await;
}

/// Generates the postmortem of IR-1 from the template, and reads what is posted about it.
pub(crate) async fn generates(world: &World, channel: &str) {
    let template = json!([{ "name": "Postmortem", "content": TEMPLATE }]);
    world.change_settings(&[
        ("postmortem_any_time", json!(true)),
        ("postmortem_templates", template),
    ]);
    let user = UserId(world.slack.user("alice").0);
    let now = Timestamp::from_epoch_millis(world.now());
    let target = ChangeTarget {
        viewer: Viewer::user(&user),
        id: IncidentId(1),
        key: IdempotencyKey::web(&user, "generate"),
        now,
    };
    let actor = Actor::with_source(user, now, Source::Web);
    let store = world.store().await;
    let generated = store.change_with_context(target, move |incident, ctx| {
        Ok(incident.generate_postmortem(GeneratePostmortem::default(), &actor, ctx)?)
    });
    generated.await.unwrap();
    world.deliver_all().await;
    drop(world.unread(channel));
    // The announcement and its thread.
    drop(world.take_all_unread());
}

/// Exports the postmortem of IR-1 to a canvas.
pub(crate) async fn exports(world: &World) {
    let request = RequestExport {
        target: ExportTarget::Canvas,
        is_confirmed: false,
    };
    decide(world, "export", move |incident, actor| {
        incident.export_postmortem(request, actor)
    })
    .await;
    world.advance(1).await;
}

/// Returns the state, the page's URL and the remark of the export.
pub(crate) fn export_state(world: &World) -> (String, Option<String>, String) {
    let database = world.open_database();
    let query = "SELECT state, receipt ->> 'url', detail FROM postmortem_exports";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    database.query_row(query, [], row).unwrap()
}

/// Returns the canvas of a channel, which has no other.
pub(crate) fn only_canvas(world: &World, channel: &str) -> Canvas {
    let canvases = world.slack.canvases(channel);
    let [canvas] = canvases.as_slice() else {
        panic!("{canvases:#?}");
    };
    canvas.clone()
}
