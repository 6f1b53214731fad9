//! `/time/past?text=10+min+ago`: how Muster reads what a user types as a time. The field shows it while they type.

use std::collections::HashMap;

use axum::extract::{Path, Query};
use axum::response::IntoResponse;

use crate::web::error_page::ErrorPage;
use crate::web::layout::PageResult;
use crate::web::parts::Tense;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, "/time/{tense}", show)
}

async fn show(
    signed_in: SignedIn,
    Path(name): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> PageResult {
    let mut known = [Tense::Past, Tense::Future].into_iter();
    let tense = known.find(|tense| tense.as_str() == name);
    let tense = tense.ok_or_else(ErrorPage::unknown_path)?;
    let text = query.get("text").map_or("", |text| text.trim());
    Ok(reading(&signed_in, tense, text).into_response())
}

/// Returns the time in the user's zone, or why the text is none; nothing for an empty text.
fn reading(signed_in: &SignedIn, tense: Tense, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let clock = &signed_in.clock;
    let parsed = match tense {
        Tense::Past => clock.parse_past(text),
        Tense::Future => clock.parse_future(text),
    };
    match parsed {
        Ok(at) => format!("= {}", clock.display(at)),
        Err(error) => error.to_string(),
    }
}
