//! The pages, one file each, with their routes.

mod actions;
mod configured_field;
mod conflict;
mod declare;
mod declare_form;
mod help;
mod incident;
mod incident_field;
mod incident_tabs;
mod incidents;
mod join;
mod overview;
mod profile;
mod sign_in;
mod start;
mod task_list;

use crate::web::routes::{Access, Routes};
use crate::web::{assets, live};

pub(crate) use incident::IncidentPath;

/// Adds the routes of all pages.
pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = routes.get(Access::Public, "/assets/{file}", assets::serve);
    let routes = start::add_routes(routes);
    let routes = sign_in::add_routes(routes);
    let routes = profile::add_routes(routes);
    let routes = incidents::add_routes(routes);
    let routes = declare::add_routes(routes);
    let routes = join::add_routes(routes);
    let routes = task_list::add_routes(routes);
    let routes = incident::add_routes(routes);
    let routes = incident_field::add_routes(routes);
    let routes = incident_tabs::add_routes(routes);
    let routes = actions::add_routes(routes);
    let routes = live::add_routes(routes);
    help::add_routes(routes)
}
