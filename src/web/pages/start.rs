//! `/`: leads to the list of incidents, or to the sign-in page.

use axum::response::Redirect;

use crate::web::routes::{Access, Routes};
use crate::web::session::{MaybeSignedIn, sign_in_path};
use crate::web::target;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::Public, "/", start)
}

async fn start(MaybeSignedIn(session): MaybeSignedIn) -> Redirect {
    match session {
        Some(_) => Redirect::to(target::START),
        None => Redirect::to(&sign_in_path(target::START)),
    }
}
