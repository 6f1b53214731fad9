//! The pages, one file each, with their routes.

mod conflict;
mod help;
mod incident;
mod incident_field;
mod incidents;
mod overview;
mod profile;
mod sign_in;
mod start;

use crate::web::assets;
use crate::web::routes::{Access, Routes};

/// Adds the routes of all pages.
pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = routes.get(Access::Public, "/assets/{file}", assets::serve);
    let routes = start::add_routes(routes);
    let routes = sign_in::add_routes(routes);
    let routes = profile::add_routes(routes);
    let routes = incidents::add_routes(routes);
    let routes = incident::add_routes(routes);
    let routes = incident_field::add_routes(routes);
    help::add_routes(routes)
}
