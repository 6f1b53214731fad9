//! The pages, one file each, with their routes.

mod actions;
mod alert_sources;
mod alerts;
mod api_keys;
mod clipboard;
mod commander_choices;
mod conflict;
mod declare;
mod declare_form;
mod help;
mod incident;
mod incident_field;
mod incident_tabs;
mod incidents;
mod join;
mod list_position;
mod notification_form;
mod overview;
mod overview_tasks;
mod postmortem;
mod postmortem_list;
mod profile;
mod settings;
mod sign_in;
mod start;
mod task_list;
mod time_echo;
mod unsubscribe;
mod webhooks;

use crate::web::routes::{Access, Routes};
use crate::web::{assets, live, web_app_manifest};

pub(crate) use incident::IncidentPath;

/// Returns the names of the actions on an incident: `POST /incidents/{id}/actions/{action}`.
pub fn action_names() -> Vec<&'static str> {
    actions::action_names()
}

/// Returns the names of the fields of an incident: `POST /incidents/{id}/fields/{name}`.
pub fn field_names() -> Vec<&'static str> {
    incident_field::Field::names()
}

/// Adds the routes of all pages.
pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = routes.get(Access::Public, "/assets/{file}", assets::serve);
    let routes = web_app_manifest::add_routes(routes);
    let routes = start::add_routes(routes);
    let routes = sign_in::add_routes(routes);
    let routes = sign_in::slack::add_routes(routes);
    let routes = profile::add_routes(routes);
    let routes = incidents::add_routes(routes);
    let routes = declare::add_routes(routes);
    let routes = clipboard::add_routes(routes);
    let routes = join::add_routes(routes);
    let routes = task_list::add_routes(routes);
    let routes = alerts::add_routes(routes);
    let routes = postmortem_list::add_routes(routes);
    let routes = time_echo::add_routes(routes);
    let routes = incident::add_routes(routes);
    let routes = incident_field::add_routes(routes);
    let routes = incident_tabs::add_routes(routes);
    let routes = notification_form::add_routes(routes);
    let routes = postmortem::add_routes(routes);
    let routes = actions::add_routes(routes);
    let routes = settings::add_routes(routes);
    let routes = webhooks::add_routes(routes);
    let routes = unsubscribe::add_routes(routes);
    let routes = api_keys::add_routes(routes);
    let routes = alert_sources::add_routes(routes);
    let routes = live::add_routes(routes);
    help::add_routes(routes)
}
