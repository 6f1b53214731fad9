//! `auth.test` and `apps.connections.open`.

use serde_json::json;

use super::{Arguments, Bodies, Method, MethodResult, TokenKind};
use crate::ids;
use crate::rate_limits::Tier;
use crate::workspace::Workspace;

/// The Web API methods of this module.
pub(super) const METHODS: &[Method] = &[
    Method::json("auth.test", Tier::Special, &[], auth_test),
    Method {
        name: "apps.connections.open",
        tier: Tier::Three,
        bodies: Bodies::JsonOrForm,
        token: TokenKind::App,
        scopes: &[],
        handler: open_connection,
    },
];

fn auth_test(workspace: &mut Workspace, _: &Arguments) -> MethodResult {
    let bot = workspace.users.get(&workspace.app.bot_user);
    Ok(json!({
        "url": format!("{}/", workspace.url), "team": workspace.team.name,
        "user": bot.map(|bot| bot.name.as_str()), "team_id": workspace.team.id,
        "user_id": workspace.app.bot_user, "bot_id": workspace.app.bot_id,
        "is_enterprise_install": false,
    }))
}

fn open_connection(workspace: &mut Workspace, _: &Arguments) -> MethodResult {
    let ticket = ids::secret(&format!("ticket {}", workspace.next_serial()), 32);
    let address = workspace.url.replacen("http", "ws", 1);
    let url = format!("{address}/link?ticket={ticket}&app_id={}", workspace.app.id);
    let now = workspace.now();
    workspace.tickets.insert(ticket, now);
    Ok(json!({"url": url}))
}
