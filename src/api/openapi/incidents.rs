//! The operations of incidents and of their timelines.

use serde_json::{Value, json};

use crate::api::incidents::timeline_write::{CreateCell, PatchCell};
use crate::api::incidents::{
    CreateIncident, IMPORT_INCLUDES, INCLUDES, ImportRequest, UpdateIncident,
};
use crate::api::openapi::Endpoint;
use crate::api::openapi::parameters::{
    flag, header_parameter, include, list_parameter, page_by_offset, query_parameter, sort,
};
use crate::api::openapi::schemas::{Document, ImportedResource, IncidentResource, Page};
use crate::api::openapi::search_schemas::SearchDocument;
use crate::api::openapi::user_schemas::CellResource;
use crate::api::parts::body::Envelope;
use crate::domain::api::cell_type;
use crate::domain::{EntryKind, Severity, Status};

const INCIDENT: &str = "/incidents/{incident_id}";
const TIMELINE: &str = "/incidents/{incident_id}/timeline";
const CELL: &str = "/incidents/{incident_id}/timeline/{cell_id}";

type Incident = Document<IncidentResource>;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = vec![
        Endpoint::get(
            "/incidents",
            "ListIncidents",
            "Returns the incidents that the key may see.",
        )
        .with(list_parameters())
        .with(page_by_offset())
        .responds_with::<Page<IncidentResource>>(),
        Endpoint::post("/incidents", "CreateIncident", "Declares an incident.")
            .accepts::<CreateIncident>()
            .responds_with::<Incident>()
            .with_entity_tag(),
        Endpoint::post(
            "/incidents/import",
            "ImportIncident",
            "Imports an incident of another tool.",
        )
        .with([include(&IMPORT_INCLUDES)])
        .accepts::<ImportRequest>()
        .responds_with::<Document<ImportedResource>>()
        .with_entity_tag(),
        Endpoint::get(
            "/incidents/search",
            "SearchIncidents",
            "Returns the incidents that match a query, and the counts of their values.",
        )
        .with(search_parameters())
        .with(page_by_offset())
        .responds_with::<SearchDocument>(),
    ];
    endpoints.extend(incident_endpoints());
    endpoints.extend(timeline_endpoints());
    endpoints
}

fn incident_endpoints() -> [Endpoint; 3] {
    let text = json!({ "type": "string" });
    let revision = "The `ETag` of the incident. If it was changed meanwhile, the answer is 412.";
    [
        Endpoint::get(INCIDENT, "GetIncident", "Returns an incident.")
            .with([include(&INCLUDES)])
            .responds_with::<Incident>()
            .with_entity_tag(),
        Endpoint::patch(INCIDENT, "UpdateIncident", "Changes an incident.")
            .with([
                include(&INCLUDES),
                header_parameter("If-Match", revision, &text),
            ])
            .accepts::<UpdateIncident>()
            .responds_with::<Incident>()
            .with_entity_tag()
            .with_errors(&[412]),
        Endpoint::delete(INCIDENT, "DeleteIncident", "Deletes an incident."),
    ]
}

fn timeline_endpoints() -> [Endpoint; 4] {
    let kinds = EntryKind::ALL.map(cell_type);
    [
        Endpoint::get(
            TIMELINE,
            "ListIncidentTimelineCells",
            "Returns the timeline of an incident, the oldest entry first.",
        )
        .with([
            flag("filter[important]", "Whether the entries are important."),
            list_parameter("filter[kind]", "The kinds of the entries.", &kinds),
        ])
        .with(page_by_offset())
        .responds_with::<Page<CellResource>>(),
        Endpoint::post(
            TIMELINE,
            "CreateIncidentTimelineCell",
            "Adds a note to the timeline of an incident.",
        )
        .accepts::<Envelope<CreateCell>>()
        .responds_with::<Document<CellResource>>(),
        Endpoint::patch(
            CELL,
            "UpdateIncidentTimelineCell",
            "Changes the text, the time or the importance of an entry.",
        )
        .accepts::<Envelope<PatchCell>>()
        .responds_with::<Document<CellResource>>(),
        Endpoint::delete(
            CELL,
            "DeleteIncidentTimelineCell",
            "Deletes a note or a status update.",
        ),
    ]
}

fn list_parameters() -> [Value; 6] {
    let time = json!({ "type": "string", "format": "date-time" });
    [
        list_parameter(
            "filter[state]",
            "The statuses.",
            &Status::ALL.map(Status::as_str),
        ),
        list_parameter(
            "filter[severity]",
            "The severities.",
            &Severity::ALL.map(Severity::as_str),
        ),
        query_parameter("filter[since]", "The earliest declaration.", &time),
        query_parameter("filter[until]", "The end of the declarations.", &time),
        sort(&["created", "-created", "modified", "-modified"]),
        include(&INCLUDES),
    ]
}

fn search_parameters() -> [Value; 3] {
    let text = json!({ "type": "string" });
    let description = "The conditions, such as `state:active AND severity:SEV-1`.";
    let mut query = query_parameter("query", description, &text);
    query["required"] = json!(true);
    [query, sort(&["-created", "created"]), include(&INCLUDES)]
}
