//! `views.*`.

use serde_json::{Value, json};

use super::arguments::{Arguments, missing};
use super::{Answer, Method, Refusal};
use crate::sandbox::block_kit::{self, Surface};
use crate::sandbox::ids::PersonId;
use crate::sandbox::limits::Tier;
use crate::sandbox::views::{View, ViewKind};
use crate::sandbox::workspace::Workspace;

/// The methods of this file.
pub(super) const METHODS: &[Method] = &[
    Method::json("views.open", Tier::Four, &[], open),
    Method::json("views.push", Tier::Four, &[], push),
    Method::json("views.update", Tier::Four, &[], update),
    Method::json("views.publish", Tier::Four, &[], publish),
];

/// The largest view, in bytes of JSON.
const LARGEST: usize = 250_000;

fn open(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let trigger_id = arguments.needed("trigger_id")?;
    let content = view_of(arguments)?;
    let trigger = workspace.check_trigger(trigger_id)?;
    check(&content, Surface::Modal)?;
    let view = workspace.open_modal(&trigger.person, &content, trigger.from_view.as_deref())?;
    workspace.use_trigger(trigger_id);
    Ok(told(workspace, &view))
}

fn push(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let trigger_id = arguments.needed("trigger_id")?;
    let content = view_of(arguments)?;
    let trigger = workspace.check_trigger(trigger_id)?;
    let below = trigger.from_view.ok_or("invalid_trigger_id")?;
    if workspace.view(&below).is_none() {
        return Err("not_found".into());
    }
    check(&content, Surface::Modal)?;
    let view = workspace.open_modal(&trigger.person, &content, Some(&below))?;
    workspace.use_trigger(trigger_id);
    Ok(told(workspace, &view))
}

fn update(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let content = view_of(arguments)?;
    let found = match (arguments.text("view_id")?, arguments.text("external_id")?) {
        (Some(id), _) => workspace.view(id),
        (None, Some(external_id)) => workspace.view_called(external_id),
        (None, None) => return Err(missing("view_id")),
    };
    let found = found.ok_or("not_found")?;
    let surface = match found.kind {
        ViewKind::Modal => Surface::Modal,
        ViewKind::Home => Surface::Home,
    };
    let id = found.id.clone();
    check(&content, surface)?;
    let view = workspace.update_view(&id, &content, arguments.text("hash")?)?;
    Ok(told(workspace, &view))
}

fn publish(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let user = PersonId::from(arguments.needed("user_id")?);
    let content = view_of(arguments)?;
    if !workspace.app.home_tab {
        return Err("not_enabled".into());
    }
    if !workspace.people.contains_key(&user) {
        return Err(Refusal::argument("user_not_found [json-pointer:/user_id]"));
    }
    check(&content, Surface::Home)?;
    let view = workspace.publish_home(&user, &content, arguments.text("hash")?)?;
    Ok(told(workspace, &view))
}

fn view_of(arguments: &Arguments) -> Result<Value, Refusal> {
    let broken = |_| Refusal::argument("must provide an object [json-pointer:/view]");
    arguments
        .json("view")
        .map_err(broken)?
        .ok_or_else(|| missing("view"))
}

fn check(content: &Value, surface: Surface) -> Result<(), Refusal> {
    if content.to_string().len() > LARGEST {
        return Err("view_too_large".into());
    }
    let problems = block_kit::check_view(content, surface);
    if problems.is_empty() {
        return Ok(());
    }
    let mut more = block_kit::refusal(&problems);
    if let Some(fields) = more.as_object_mut() {
        fields.remove("errors");
    }
    Err(Refusal::with("invalid_arguments", more))
}

fn told(workspace: &Workspace, view: &View) -> Value {
    json!({"view": workspace.view_json(view)})
}
