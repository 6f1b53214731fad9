//! The operations of the parts of incidents.

use crate::api::openapi::Endpoint;
use crate::api::openapi::parameters::{include, list_parameter};
use crate::api::parts::attachments::{AttachmentResource, CreateAttachment, PatchAttachment};
use crate::api::parts::body::Envelope;
use crate::api::parts::impacts::{CreateImpact, INCLUDES, ImpactResource, PatchImpact};
use crate::api::parts::integrations::IntegrationResource;
use crate::api::parts::metadata::PutMetadata;
use crate::api::parts::postmortems::CreatePostmortem;
use crate::api::parts::responders::{CreateResponder, ResponderResource};
use crate::api::parts::shapes::{PartDocument, PartList};
use crate::api::parts::todo_resource::TodoResource;
use crate::api::parts::todos::{CreateTodo, PatchTodo};

const IMPACTS: &str = "/incidents/{incident_id}/impacts";
const TODOS: &str = "/incidents/{incident_id}/relationships/todos";
const INTEGRATIONS: &str = "/incidents/{incident_id}/relationships/integrations";
const ATTACHMENTS: &str = "/incidents/{incident_id}/attachments";
const RESPONDERS: &str = "/incidents/{incident_id}/responders";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = impacts();
    endpoints.extend(todos());
    endpoints.extend(attachments());
    endpoints.extend(integrations());
    endpoints.extend(responders());
    endpoints
}

fn impacts() -> Vec<Endpoint> {
    let impact = format!("{IMPACTS}/{{impact_id}}");
    let included = || [include(&INCLUDES)];
    vec![
        Endpoint::get(
            IMPACTS,
            "ListIncidentImpacts",
            "Returns the impacts of an incident.",
        )
        .with(included())
        .responds_with::<PartList<ImpactResource>>(),
        Endpoint::post(IMPACTS, "CreateIncidentImpact", "Adds an impact.")
            .with(included())
            .accepts::<Envelope<CreateImpact>>()
            .responds_with::<PartDocument<ImpactResource>>(),
        Endpoint::patch(&impact, "PatchIncidentImpact", "Changes an impact.")
            .with(included())
            .accepts::<Envelope<PatchImpact>>()
            .responds_with::<PartDocument<ImpactResource>>(),
        Endpoint::delete(&impact, "DeleteIncidentImpact", "Deletes an impact."),
    ]
}

fn todos() -> Vec<Endpoint> {
    let todo = format!("{TODOS}/{{todo_id}}");
    vec![
        Endpoint::get(
            TODOS,
            "ListIncidentTodos",
            "Returns the tasks and follow-ups of an incident.",
        )
        .responds_with::<PartList<TodoResource>>(),
        Endpoint::post(TODOS, "CreateIncidentTodo", "Adds a task or a follow-up.")
            .accepts::<Envelope<CreateTodo>>()
            .responds_with::<PartDocument<TodoResource>>(),
        Endpoint::get(&todo, "GetIncidentTodo", "Returns a task or a follow-up.")
            .responds_with::<PartDocument<TodoResource>>(),
        Endpoint::patch(
            &todo,
            "UpdateIncidentTodo",
            "Changes a task or a follow-up.",
        )
        .accepts::<Envelope<PatchTodo>>()
        .responds_with::<PartDocument<TodoResource>>(),
        Endpoint::delete(
            &todo,
            "DeleteIncidentTodo",
            "Deletes a task or a follow-up.",
        ),
    ]
}

fn attachments() -> Vec<Endpoint> {
    let attachment = format!("{ATTACHMENTS}/{{attachment_id}}");
    let included = || [include(&["last_modified_by_user"])];
    vec![
        Endpoint::get(
            ATTACHMENTS,
            "ListIncidentAttachments",
            "Returns the postmortem and the documents of an incident.",
        )
        .with(included())
        .with([list_parameter(
            "filter[attachment_type]",
            "The types.",
            &["postmortem", "link", "1", "2"],
        )])
        .responds_with::<PartList<AttachmentResource>>(),
        Endpoint::post(ATTACHMENTS, "CreateIncidentAttachment", "Adds a document.")
            .with(included())
            .accepts::<Envelope<CreateAttachment>>()
            .responds_with::<PartDocument<AttachmentResource>>(),
        Endpoint::patch(
            &attachment,
            "UpdateIncidentAttachment",
            "Changes a document.",
        )
        .with(included())
        .accepts::<Envelope<PatchAttachment>>()
        .responds_with::<PartDocument<AttachmentResource>>(),
        Endpoint::delete(
            &attachment,
            "DeleteIncidentAttachment",
            "Deletes a document.",
        ),
        Endpoint::post(
            &format!("{ATTACHMENTS}/postmortems"),
            "CreateIncidentPostmortemAttachment",
            "Writes the postmortem of an incident.",
        )
        .accepts::<Envelope<CreatePostmortem>>()
        .responds_with::<PartDocument<AttachmentResource>>(),
    ]
}

fn integrations() -> Vec<Endpoint> {
    let integration = format!("{INTEGRATIONS}/{{integration_metadata_id}}");
    vec![
        Endpoint::get(
            INTEGRATIONS,
            "ListIncidentIntegrations",
            "Returns the integration metadata of an incident.",
        )
        .responds_with::<PartList<IntegrationResource>>(),
        Endpoint::post(
            INTEGRATIONS,
            "CreateIncidentIntegration",
            "Adds integration metadata.",
        )
        .accepts::<Envelope<PutMetadata>>()
        .responds_with::<PartDocument<IntegrationResource>>(),
        Endpoint::get(
            &integration,
            "GetIncidentIntegration",
            "Returns integration metadata.",
        )
        .responds_with::<PartDocument<IntegrationResource>>(),
        Endpoint::patch(
            &integration,
            "UpdateIncidentIntegration",
            "Changes integration metadata.",
        )
        .accepts::<Envelope<PutMetadata>>()
        .responds_with::<PartDocument<IntegrationResource>>(),
        Endpoint::delete(
            &integration,
            "DeleteIncidentIntegration",
            "Deletes integration metadata.",
        ),
    ]
}

fn responders() -> Vec<Endpoint> {
    let responder = format!("{RESPONDERS}/{{responder_id}}");
    vec![
        Endpoint::get(
            RESPONDERS,
            "ListIncidentResponders",
            "Returns the responders of an incident.",
        )
        .responds_with::<PartList<ResponderResource>>(),
        Endpoint::post(RESPONDERS, "CreateIncidentResponder", "Adds a responder.")
            .accepts::<CreateResponder>()
            .responds_with::<PartDocument<ResponderResource>>(),
        Endpoint::get(&responder, "GetIncidentResponder", "Returns a responder.")
            .responds_with::<PartDocument<ResponderResource>>(),
        Endpoint::delete(
            &responder,
            "DeleteIncidentResponder",
            "Removes a responder from an incident.",
        ),
    ]
}
