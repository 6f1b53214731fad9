//! The table of Datadog's operations.

use super::Operation;

/// All operations under `/api/v2/incidents` that Datadog's clients know.
pub const OPERATIONS: &[Operation] = &[
    operation("GET", "", "ListIncidents"),
    operation("POST", "", "CreateIncident"),
    operation("POST", "/import", "ImportIncident"),
    operation("GET", "/search", "SearchIncidents"),
    operation(
        "GET",
        "/config/notification-rules",
        "ListIncidentNotificationRules",
    ),
    operation(
        "POST",
        "/config/notification-rules",
        "CreateIncidentNotificationRule",
    ),
    operation(
        "GET",
        "/config/notification-rules/{}",
        "GetIncidentNotificationRule",
    ),
    operation(
        "PUT",
        "/config/notification-rules/{}",
        "UpdateIncidentNotificationRule",
    ),
    operation(
        "DELETE",
        "/config/notification-rules/{}",
        "DeleteIncidentNotificationRule",
    ),
    operation(
        "GET",
        "/config/notification-templates",
        "ListIncidentNotificationTemplates",
    ),
    operation(
        "POST",
        "/config/notification-templates",
        "CreateIncidentNotificationTemplate",
    ),
    operation(
        "GET",
        "/config/notification-templates/{}",
        "GetIncidentNotificationTemplate",
    ),
    operation(
        "PATCH",
        "/config/notification-templates/{}",
        "UpdateIncidentNotificationTemplate",
    ),
    operation(
        "DELETE",
        "/config/notification-templates/{}",
        "DeleteIncidentNotificationTemplate",
    ),
    operation(
        "GET",
        "/config/postmortem-templates",
        "ListIncidentPostmortemTemplates",
    )
    .with_object_errors(&[400]),
    operation(
        "POST",
        "/config/postmortem-templates",
        "CreateIncidentPostmortemTemplate",
    )
    .with_object_errors(&[400, 403]),
    operation(
        "GET",
        "/config/postmortem-templates/{}",
        "GetIncidentPostmortemTemplate",
    )
    .with_object_errors(&[400, 404]),
    operation(
        "PATCH",
        "/config/postmortem-templates/{}",
        "UpdateIncidentPostmortemTemplate",
    )
    .with_object_errors(&[400, 404]),
    operation(
        "DELETE",
        "/config/postmortem-templates/{}",
        "DeleteIncidentPostmortemTemplate",
    )
    .with_object_errors(&[400, 404]),
    operation("GET", "/config/types", "ListIncidentTypes"),
    operation("POST", "/config/types", "CreateIncidentType"),
    operation("GET", "/config/types/{}", "GetIncidentType"),
    operation("PATCH", "/config/types/{}", "UpdateIncidentType"),
    operation("DELETE", "/config/types/{}", "DeleteIncidentType"),
    operation(
        "GET",
        "/config/user-defined-fields",
        "ListIncidentUserDefinedFields",
    )
    .with_object_errors(&[400]),
    operation(
        "POST",
        "/config/user-defined-fields",
        "CreateIncidentUserDefinedField",
    )
    .with_object_errors(&[400, 404]),
    operation(
        "GET",
        "/config/user-defined-fields/{}",
        "GetIncidentUserDefinedField",
    )
    .with_object_errors(&[404]),
    operation(
        "PATCH",
        "/config/user-defined-fields/{}",
        "UpdateIncidentUserDefinedField",
    )
    .with_object_errors(&[400, 404]),
    operation(
        "DELETE",
        "/config/user-defined-fields/{}",
        "DeleteIncidentUserDefinedField",
    )
    .with_object_errors(&[400, 404]),
    operation(
        "GET",
        "/config/user-defined-roles",
        "ListIncidentUserDefinedRoles",
    )
    .with_object_errors(&[400]),
    operation(
        "POST",
        "/config/user-defined-roles",
        "CreateIncidentUserDefinedRole",
    )
    .with_object_errors(&[400, 403]),
    operation(
        "GET",
        "/config/user-defined-roles/{}",
        "GetIncidentUserDefinedRole",
    )
    .with_object_errors(&[400, 404]),
    operation(
        "PATCH",
        "/config/user-defined-roles/{}",
        "UpdateIncidentUserDefinedRole",
    )
    .with_object_errors(&[400, 404]),
    operation(
        "DELETE",
        "/config/user-defined-roles/{}",
        "DeleteIncidentUserDefinedRole",
    )
    .with_object_errors(&[400, 404]),
    operation(
        "GET",
        "/config/global/incident-handles",
        "ListGlobalIncidentHandles",
    )
    .with_object_errors(&[400]),
    operation(
        "POST",
        "/config/global/incident-handles",
        "CreateGlobalIncidentHandle",
    )
    .with_object_errors(&[400]),
    operation(
        "PUT",
        "/config/global/incident-handles",
        "UpdateGlobalIncidentHandle",
    )
    .with_object_errors(&[400]),
    operation(
        "DELETE",
        "/config/global/incident-handles",
        "DeleteGlobalIncidentHandle",
    )
    .with_object_errors(&[400]),
    operation(
        "GET",
        "/config/global/settings",
        "GetGlobalIncidentSettings",
    )
    .with_object_errors(&[400]),
    operation(
        "PATCH",
        "/config/global/settings",
        "UpdateGlobalIncidentSettings",
    )
    .with_object_errors(&[400]),
    operation("GET", "/config/impact-fields", "ListIncidentImpactFields"),
    operation("POST", "/config/impact-fields", "CreateIncidentImpactField"),
    operation(
        "PUT",
        "/config/impact-fields/{}",
        "UpdateIncidentImpactField",
    ),
    operation(
        "DELETE",
        "/config/impact-fields/{}",
        "DeleteIncidentImpactField",
    ),
    operation(
        "POST",
        "/config/google-chat-configurations",
        "CreateIncidentGoogleChatConfiguration",
    ),
    operation(
        "PATCH",
        "/config/google-chat-configurations/{}",
        "UpdateIncidentGoogleChatConfiguration",
    ),
    operation(
        "POST",
        "/config/google-meet-configurations",
        "CreateIncidentGoogleMeetConfiguration",
    ),
    operation(
        "PATCH",
        "/config/google-meet-configurations/{}",
        "UpdateIncidentGoogleMeetConfiguration",
    ),
    operation("GET", "/config/rules", "ListIncidentRules"),
    operation("POST", "/config/rules", "CreateIncidentRule"),
    operation("GET", "/config/rules/{}", "GetIncidentRule"),
    operation("PATCH", "/config/rules/{}", "UpdateIncidentRule"),
    operation("DELETE", "/config/rules/{}", "DeleteIncidentRule"),
    operation("GET", "/config/types/org-settings", "ListOrgSettings"),
    operation(
        "GET",
        "/config/types/{}/org-settings",
        "GetOrgSettingsByIncidentType",
    ),
    operation("GET", "/{}", "GetIncident"),
    operation("PATCH", "/{}", "UpdateIncident"),
    operation("DELETE", "/{}", "DeleteIncident"),
    operation("GET", "/{}/attachments", "ListIncidentAttachments"),
    operation("POST", "/{}/attachments", "CreateIncidentAttachment"),
    operation("PATCH", "/{}/attachments/{}", "UpdateIncidentAttachment"),
    operation("DELETE", "/{}/attachments/{}", "DeleteIncidentAttachment"),
    operation(
        "POST",
        "/{}/attachments/postmortems",
        "CreateIncidentPostmortemAttachment",
    )
    .with_object_errors(&[400]),
    operation("GET", "/{}/impacts", "ListIncidentImpacts"),
    operation("POST", "/{}/impacts", "CreateIncidentImpact"),
    operation("PATCH", "/{}/impacts/{}", "PatchIncidentImpact"),
    operation("DELETE", "/{}/impacts/{}", "DeleteIncidentImpact"),
    operation(
        "GET",
        "/{}/relationships/integrations",
        "ListIncidentIntegrations",
    ),
    operation(
        "POST",
        "/{}/relationships/integrations",
        "CreateIncidentIntegration",
    ),
    operation(
        "GET",
        "/{}/relationships/integrations/{}",
        "GetIncidentIntegration",
    ),
    operation(
        "PATCH",
        "/{}/relationships/integrations/{}",
        "UpdateIncidentIntegration",
    ),
    operation(
        "DELETE",
        "/{}/relationships/integrations/{}",
        "DeleteIncidentIntegration",
    ),
    operation("GET", "/{}/relationships/todos", "ListIncidentTodos"),
    operation("POST", "/{}/relationships/todos", "CreateIncidentTodo"),
    operation("GET", "/{}/relationships/todos/{}", "GetIncidentTodo"),
    operation("PATCH", "/{}/relationships/todos/{}", "UpdateIncidentTodo"),
    operation("DELETE", "/{}/relationships/todos/{}", "DeleteIncidentTodo"),
    operation("GET", "/{}/responders", "ListIncidentResponders"),
    operation("POST", "/{}/responders", "CreateIncidentResponder"),
    operation("GET", "/{}/responders/{}", "GetIncidentResponder"),
    operation("DELETE", "/{}/responders/{}", "DeleteIncidentResponder"),
    operation("POST", "/{}/configurations", "CreateIncidentConfiguration"),
    operation("PATCH", "/{}/configurations", "UpdateIncidentConfiguration"),
    operation("GET", "/{}/timestamp-overrides", "ListTimestampOverrides"),
    operation("POST", "/{}/timestamp-overrides", "CreateTimestampOverride"),
    operation(
        "PATCH",
        "/{}/timestamp-overrides/{}",
        "UpdateTimestampOverride",
    ),
    operation(
        "DELETE",
        "/{}/timestamp-overrides/{}",
        "DeleteTimestampOverride",
    ),
    operation("POST", "/{}/ai/postmortem", "GetIncidentAIPostmortem"),
    operation("POST", "/{}/cases/page", "CreatePageFromIncident"),
    operation("POST", "/{}/page", "CreateOnCallPageFromIncident"),
    operation("POST", "/{}/pages/link", "LinkPageToIncident").with_object_errors(&[409]),
    operation(
        "POST",
        "/{}/servicenow-records",
        "CreateIncidentServiceNowRecord",
    ),
];

const fn operation(method: &'static str, path: &'static str, name: &'static str) -> Operation {
    Operation {
        method,
        path,
        name,
        object_errors: &[],
    }
}

impl Operation {
    const fn with_object_errors(self, statuses: &'static [u16]) -> Self {
        Self {
            object_errors: statuses,
            ..self
        }
    }
}
