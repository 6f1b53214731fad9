//! The operations of Datadog that its clients know: their names, and the shapes of their errors.

mod table;

pub use table::OPERATIONS;

use axum::http::{Method, StatusCode};

use crate::api::error::ErrorShape;

/// The path of the operations of incidents.
const INCIDENTS: &str = "/api/v2/incidents";

/// An operation of Datadog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The method.
    pub method: &'static str,
    /// The path behind `/api/v2/incidents`. `{}` is a parameter.
    pub path: &'static str,
    /// The name of Datadog's clients.
    pub name: &'static str,
    /// The statuses whose errors are objects instead of texts.
    pub object_errors: &'static [u16],
}

impl Operation {
    /// Returns the shape of the errors with a status.
    pub(super) fn error_shape(&self, status: StatusCode) -> ErrorShape {
        match self.object_errors.contains(&status.as_u16()) {
            true => ErrorShape::Objects,
            false => ErrorShape::Texts,
        }
    }

    fn has_path(&self, path: &str) -> bool {
        let mut segments = self.path.split('/').zip(path.split('/'));
        self.path.split('/').count() == path.split('/').count()
            && segments.all(|(own, it)| match own {
                "{}" => !it.is_empty(),
                own => own == it,
            })
    }

    fn parameters(&self) -> usize {
        self.path.matches("{}").count()
    }
}

/// Returns the operation of a request; `None` if Datadog has none. Of several paths, it has the one with the fewest
/// parameters, as in the router: `search` is no ID of an incident.
pub(super) fn find(method: &Method, path: &str) -> Option<&'static Operation> {
    let path = path.strip_prefix(INCIDENTS)?;
    let method = match *method {
        Method::HEAD => "GET",
        _ => method.as_str(),
    };
    let matching = || OPERATIONS.iter().filter(|it| it.has_path(path));
    let fewest = matching().map(Operation::parameters).min()?;
    matching().find(|it| it.parameters() == fewest && it.method == method)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn name(method: Method, path: &str) -> Option<&'static str> {
        find(&method, path).map(|operation| operation.name)
    }

    #[test]
    fn operation_is_found_by_method_and_path() {
        let types = "/api/v2/incidents/config/types";
        assert_eq!(name(Method::GET, INCIDENTS), Some("ListIncidents"));
        assert_eq!(name(Method::HEAD, INCIDENTS), Some("ListIncidents"));
        assert_eq!(name(Method::POST, types), Some("CreateIncidentType"));
        let search = "/api/v2/incidents/search";
        assert_eq!(name(Method::GET, search), Some("SearchIncidents"));
        assert_eq!(
            name(Method::GET, "/api/v2/incidents/7"),
            Some("GetIncident")
        );
        for (method, path) in [
            (Method::PUT, INCIDENTS),
            (Method::GET, "/api/v2/incidents/"),
            (Method::GET, "/api/v2/incidents/7/"),
            (Method::GET, "/api/v2/incidentsx"),
            (Method::GET, "/api/v2/metrics"),
            (Method::GET, "/api/v2/incidents/import"),
            (Method::PATCH, "/api/v2/incidents/search"),
            (
                Method::DELETE,
                "/api/v2/incidents/7/attachments/postmortems",
            ),
        ] {
            assert_eq!(name(method, path), None, "{path}");
        }
    }

    #[test]
    fn every_operation_is_listed_once_and_found() {
        let names: BTreeSet<_> = OPERATIONS.iter().map(|it| it.name).collect();
        assert_eq!((names.len(), OPERATIONS.len()), (92, 92));
        for operation in OPERATIONS {
            let path = operation.path.replace("{}", "7");
            let method = operation.method.parse().unwrap();
            let path = format!("{INCIDENTS}{path}");
            assert_eq!(name(method, &path), Some(operation.name));
        }
    }
}
