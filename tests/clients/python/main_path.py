"""Datadog's Python client walks through the life of an incident. Prints what it read as JSON.

The address and the keys are in the environment: MUSTER_URL, DD_API_KEY, DD_APP_KEY.
"""

import json
import os

from datadog_api_client import ApiClient, Configuration
from datadog_api_client.exceptions import NotFoundException
from datadog_api_client.model_utils import ModelComposed, ModelNormal, UnparsedObject
from datadog_api_client.v1.api.authentication_api import AuthenticationApi
from datadog_api_client.v2.api.incidents_api import IncidentsApi
from datadog_api_client.v2.model.incident_create_attributes import IncidentCreateAttributes
from datadog_api_client.v2.model.incident_create_data import IncidentCreateData
from datadog_api_client.v2.model.incident_create_request import IncidentCreateRequest
from datadog_api_client.v2.model.incident_field_attributes_single_value import IncidentFieldAttributesSingleValue
from datadog_api_client.v2.model.incident_field_attributes_single_value_type import (
    IncidentFieldAttributesSingleValueType,
)
from datadog_api_client.v2.model.incident_impact_create_attributes import IncidentImpactCreateAttributes
from datadog_api_client.v2.model.incident_impact_create_data import IncidentImpactCreateData
from datadog_api_client.v2.model.incident_impact_create_request import IncidentImpactCreateRequest
from datadog_api_client.v2.model.incident_impact_type import IncidentImpactType
from datadog_api_client.v2.model.incident_related_object import IncidentRelatedObject
from datadog_api_client.v2.model.incident_todo_assignee_array import IncidentTodoAssigneeArray
from datadog_api_client.v2.model.incident_todo_attributes import IncidentTodoAttributes
from datadog_api_client.v2.model.incident_todo_create_data import IncidentTodoCreateData
from datadog_api_client.v2.model.incident_todo_create_request import IncidentTodoCreateRequest
from datadog_api_client.v2.model.incident_todo_type import IncidentTodoType
from datadog_api_client.v2.model.incident_type import IncidentType
from datadog_api_client.v2.model.incident_update_attributes import IncidentUpdateAttributes
from datadog_api_client.v2.model.incident_update_data import IncidentUpdateData
from datadog_api_client.v2.model.incident_update_request import IncidentUpdateRequest

# The operations that the client does not send unless they are enabled.
UNSTABLE = [
    "create_incident",
    "get_incident",
    "list_incidents",
    "search_incidents",
    "update_incident",
    "create_incident_todo",
    "list_incident_todos",
    "delete_incident",
]

unparsed = []


def read(value, path="$"):
    """Returns a value. Records the paths of the parts that the client could not read."""
    if isinstance(value, UnparsedObject) or getattr(value, "_unparsed", False):
        unparsed.append(path)
        return value
    data = value
    if isinstance(data, ModelComposed):
        data = data.get_oneof_instance()
    if isinstance(data, ModelNormal):
        data = data._data_store
    if isinstance(data, (list, tuple)):
        data = dict(enumerate(data))
    if isinstance(data, dict):
        for name, part in data.items():
            read(part, f"{path}.{name}")
    return value


def dropdown(value):
    return IncidentFieldAttributesSingleValue(type=IncidentFieldAttributesSingleValueType.DROPDOWN, value=value)


def summary(incident):
    attributes = incident.data.attributes
    return {
        "title": attributes.title,
        "state": attributes.state,
        "severity": str(attributes.severity),
        "number": attributes.public_id,
    }


def incident(api):
    """Declares an incident, reads it in three ways and changes it."""
    attributes = IncidentCreateAttributes(
        title="Checkout is slow", customer_impacted=False, fields={"severity": dropdown("SEV-2")}
    )
    data = IncidentCreateData(type=IncidentType.INCIDENTS, attributes=attributes)
    created = read(api.create_incident(IncidentCreateRequest(data=data)))
    id = created.data.id
    got = read(api.get_incident(id, include=[IncidentRelatedObject.USERS]))
    listed = read(api.list_incidents(page_size=100))
    matches = read(api.search_incidents("state:(active OR stable OR resolved)", page_size=10)).data.attributes
    attributes = IncidentUpdateAttributes(title="Checkout is down", fields={"state": dropdown("stable")})
    data = IncidentUpdateData(type=IncidentType.INCIDENTS, id=id, attributes=attributes)
    patched = read(api.update_incident(id, IncidentUpdateRequest(data=data)))
    return created, {
        "created": summary(created),
        "got": got.data.attributes.title,
        "users": len(got.included),
        "listed": [it.attributes.title for it in listed.data],
        "matches": [it.data.attributes.title for it in matches.incidents],
        "total": matches.total,
        "patched": summary(patched),
    }


def parts(api, id, start):
    """Adds a todo and an impact to an incident, and lists them."""
    attributes = IncidentTodoAttributes(content="Restart the cache", assignees=IncidentTodoAssigneeArray([]))
    data = IncidentTodoCreateData(type=IncidentTodoType.INCIDENT_TODOS, attributes=attributes)
    todo = read(api.create_incident_todo(id, IncidentTodoCreateRequest(data=data)))
    attributes = IncidentImpactCreateAttributes(description="Payments fail", start_at=start)
    data = IncidentImpactCreateData(type=IncidentImpactType.INCIDENT_IMPACTS, attributes=attributes)
    impact = read(api.create_incident_impact(id, IncidentImpactCreateRequest(data=data)))
    return {
        "todo": todo.data.attributes.content,
        "todos": [it.attributes.content for it in read(api.list_incident_todos(id)).data],
        "impact": impact.data.attributes.description,
        "impacts": [it.attributes.description for it in read(api.list_incident_impacts(id)).data],
    }


def status_after_deletion(api, id):
    api.delete_incident(id)
    try:
        api.get_incident(id)
    except NotFoundException as error:
        return error.status
    return None


config = Configuration(host=os.environ["MUSTER_URL"])
for operation in UNSTABLE:
    config.unstable_operations[operation] = True
with ApiClient(config) as client:
    api = IncidentsApi(client)
    created, printed = incident(api)
    printed["valid"] = AuthenticationApi(client).validate().valid
    printed |= parts(api, created.data.id, created.data.attributes.created)
    printed["after_deletion"] = status_after_deletion(api, created.data.id)
print(json.dumps(printed | {"unparsed": unparsed}))
