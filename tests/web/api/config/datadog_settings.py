"""Datadog's own client creates, gets, changes, lists and deletes each kind of setting. Prints what it did as JSON.

The address and the keys are in the environment: MUSTER_URL, DD_API_KEY, DD_APP_KEY.
"""

import json
import os

from datadog_api_client import ApiClient, Configuration
from datadog_api_client.exceptions import NotFoundException
from datadog_api_client.model_utils import ModelComposed, ModelNormal, UnparsedObject
from datadog_api_client.v2.api.incidents_api import IncidentsApi

UNPARSED = []
STEPS = {}


def unparsed(value, path):
    """Returns the paths of the values that the client could not read."""
    if isinstance(value, UnparsedObject) or getattr(value, "_unparsed", False):
        return [path]
    if isinstance(value, ModelComposed):
        return unparsed(value.get_oneof_instance(), path)
    if isinstance(value, ModelNormal):
        value = value._data_store
    if isinstance(value, dict):
        return [bad for name, it in value.items() for bad in unparsed(it, f"{path}.{name}")]
    if isinstance(value, (list, tuple)):
        return [bad for index, it in enumerate(value) for bad in unparsed(it, f"{path}[{index}]")]
    return []


def related(incident_type):
    return {"incident_type": {"data": {"type": "incident_types", "id": incident_type}}}


def body(kind, attributes, relationships=None, id=None):
    data = {"type": kind, "attributes": attributes}
    if relationships:
        data["relationships"] = relationships
    if id:
        data["id"] = id
    return {"data": data}


def walk(api, name, singular, plural, create, update, include=None):
    """Creates, gets, changes, lists and deletes a setting."""
    def call(operation, *arguments, **parameters):
        answer = getattr(api, operation)(*arguments, **parameters)
        UNPARSED.extend(unparsed(answer, operation))
        return answer

    parameters = {"include": include} if include else {}
    steps = STEPS[name] = []
    created = call(f"create_incident_{singular}", body=create)
    id = created.data.id
    steps.append("created")
    assert call(f"get_incident_{singular}", id, **parameters).data.id == id
    steps.append("got")
    update["data"]["id"] = str(id)
    assert call(f"update_incident_{singular}", id, body=update).data.id == id
    steps.append("changed")
    listed = call(f"list_incident_{plural}", **parameters)
    assert id in [item.data.id if hasattr(item, "data") else item.id for item in listed.data]
    steps.append("listed")
    call(f"delete_incident_{singular}", id)
    steps.append("deleted")
    try:
        call(f"get_incident_{singular}", id)
    except NotFoundException:
        steps.append("gone")


config = Configuration(host=os.environ["MUSTER_URL"])
config.check_input_type = False
for operation in config.unstable_operations.values:
    if operation.startswith("v2.") and "incident" in operation:
        config.unstable_operations.values[operation] = True
with ApiClient(config) as client:
    api = IncidentsApi(client)
    type_body = body("incident_types", {"name": "Outage", "description": "Customer-facing"})
    outage = api.create_incident_type(body=type_body).data.id
    walk(
        api, "types", "type", "types", body("incident_types", {"name": "Security"}),
        body("incident_types", {"configuration": {"private_incidents": True}}),
    )
    template = {"name": "Opened", "subject": "{{incident.title}}", "content": "Join.", "category": "alert"}
    walk(
        api, "templates", "notification_template", "notification_templates",
        body("notification_templates", template, related(outage)),
        body("notification_templates", {"category": "update"}), "created_by_user,incident_type",
    )
    rule = {
        "conditions": [{"field": "severity", "values": ["SEV-1", "SEV-2"]}],
        "handles": ["@team-email@company.com", "@slack-channel"],
        "enabled": True, "visibility": "organization", "trigger": "incident_created_trigger",
        "renotify_on": ["status", "severity"],
    }
    walk(
        api, "rules", "notification_rule", "notification_rules",
        body("incident_notification_rules", rule, related(outage)),
        body("incident_notification_rules", {**rule, "visibility": "private"}, related(outage)),
        "created_by_user,incident_type,notification_template",
    )
    field = {"name": "region", "type": 1, "valid_values": [{"value": "eu", "display_name": "Europe"}]}
    walk(
        api, "fields", "user_defined_field", "user_defined_fields",
        body("user_defined_field", field, related(outage)),
        body("user_defined_field", {"category": "what_happened", "collected": "active"}),
    )
    walk(
        api, "roles", "user_defined_role", "user_defined_roles",
        body("incident_user_defined_roles", {"name": "Scribe", "policy": {"is_single": True}}, related(outage)),
        body("incident_user_defined_roles", {"description": "Writes notes"}), "created_by_user,incident_type",
    )
    walk(
        api, "postmortems", "postmortem_template", "postmortem_templates",
        body("postmortem_template", {"name": "Short", "content": "# {{incident.title}}"}, related(outage)),
        body("postmortem_template", {"name": "Shorter", "is_default": "2026-11-23T14:05:00Z"}),
    )
print(json.dumps({"unparsed": UNPARSED, "steps": STEPS}))
