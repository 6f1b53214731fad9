//! `views.*`.

use serde_json::{Value, json};

use super::arguments::{Arguments, missing_argument};
use super::{ApiError, Method, MethodResult};
use crate::block_kit::{self, Surface};
use crate::ids::UserId;
use crate::rate_limits::Tier;
use crate::workspace::Workspace;
use crate::workspace::views::{View, ViewKind};

/// The Web API methods of this module.
pub(super) const METHODS: &[Method] = &[
    Method::json("views.open", Tier::Four, &[], open),
    Method::json("views.push", Tier::Four, &[], push),
    Method::json("views.update", Tier::Four, &[], update),
    Method::json("views.publish", Tier::Four, &[], publish),
];

/// The maximum size of a view, in bytes of JSON.
const MAX_VIEW_BYTES: usize = 250_000;

fn open(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let trigger_id = arguments.required("trigger_id")?;
    let content = parse_view(arguments)?;
    let trigger = workspace.check_trigger(trigger_id)?;
    check(&content, Surface::Modal)?;
    let view = workspace.open_modal(&trigger.user, &content, trigger.from_view.as_deref())?;
    workspace.consume_trigger(trigger_id);
    Ok(view_response(workspace, &view))
}

fn push(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let trigger_id = arguments.required("trigger_id")?;
    let content = parse_view(arguments)?;
    let trigger = workspace.check_trigger(trigger_id)?;
    let below = trigger.from_view.ok_or("invalid_trigger_id")?;
    if workspace.view(&below).is_none() {
        return Err("not_found".into());
    }
    check(&content, Surface::Modal)?;
    let view = workspace.open_modal(&trigger.user, &content, Some(&below))?;
    workspace.consume_trigger(trigger_id);
    Ok(view_response(workspace, &view))
}

fn update(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let content = parse_view(arguments)?;
    let view = match (
        arguments.string("view_id")?,
        arguments.string("external_id")?,
    ) {
        (Some(id), _) => workspace.view(id),
        (None, Some(external_id)) => workspace.find_view_by_external_id(external_id),
        (None, None) => return Err(missing_argument("view_id")),
    };
    let view = view.ok_or("not_found")?;
    let surface = match view.kind {
        ViewKind::Modal => Surface::Modal,
        ViewKind::Home => Surface::Home,
    };
    let id = view.id.clone();
    check(&content, surface)?;
    let view = workspace.update_view(&id, &content, arguments.string("hash")?)?;
    Ok(view_response(workspace, &view))
}

fn publish(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let user = UserId::from(arguments.required("user_id")?);
    let content = parse_view(arguments)?;
    if !workspace.app.home_tab {
        return Err("not_enabled".into());
    }
    if !workspace.users.contains_key(&user) {
        return Err(ApiError::invalid_argument(
            "user_not_found [json-pointer:/user_id]",
        ));
    }
    check(&content, Surface::Home)?;
    let view = workspace.publish_home(&user, &content, arguments.string("hash")?)?;
    Ok(view_response(workspace, &view))
}

fn parse_view(arguments: &Arguments) -> Result<Value, ApiError> {
    let broken = |_| ApiError::invalid_argument("must provide an object [json-pointer:/view]");
    arguments
        .json("view")
        .map_err(broken)?
        .ok_or_else(|| missing_argument("view"))
}

fn check(content: &Value, surface: Surface) -> Result<(), ApiError> {
    if content.to_string().len() > MAX_VIEW_BYTES {
        return Err("view_too_large".into());
    }
    let problems = block_kit::check_view(content, surface);
    if problems.is_empty() {
        return Ok(());
    }
    let mut more = block_kit::violations_json(&problems);
    if let Some(fields) = more.as_object_mut() {
        fields.remove("errors");
    }
    Err(ApiError::with_fields("invalid_arguments", more))
}

fn view_response(workspace: &Workspace, view: &View) -> Value {
    json!({"view": workspace.view_json(view)})
}
