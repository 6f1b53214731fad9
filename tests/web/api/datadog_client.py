"""Datadog's own client reads incidents from Muster. Prints what it read as JSON.

The address and the keys are in the environment: MUSTER_URL, DD_API_KEY, DD_APP_KEY.
"""

import json
import os

from datadog_api_client import ApiClient, Configuration
from datadog_api_client.exceptions import ApiException
from datadog_api_client.model_utils import ModelComposed, ModelNormal, UnparsedObject
from datadog_api_client.v1.api.authentication_api import AuthenticationApi
from datadog_api_client.v2.api.incidents_api import IncidentsApi
from datadog_api_client.v2.api.key_management_api import KeyManagementApi
from datadog_api_client.v2.api.users_api import UsersApi
from datadog_api_client.v2.model.incident_related_object import IncidentRelatedObject
from datadog_api_client.v2.model.incident_search_sort_order import IncidentSearchSortOrder


def configuration():
    config = Configuration(host=os.environ["MUSTER_URL"])
    for operation in ["list_incidents", "get_incident", "search_incidents", "get_global_incident_settings"]:
        config.unstable_operations[operation] = True
    return config


def unparsed(value, path="$"):
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


def error_of(call):
    """Returns the class and the texts of the error of a call."""
    try:
        call()
    except ApiException as error:
        return [type(error).__name__, error.body["errors"]]
    return None


config = configuration()
with ApiClient(config) as client:
    incidents, users = IncidentsApi(client), UsersApi(client)
    include = [IncidentRelatedObject.USERS, IncidentRelatedObject.ATTACHMENTS]
    page = incidents.list_incidents(page_size=100, include=include)
    first = incidents.get_incident(page.data[0].id, include=include)
    people = users.list_users(page_size=100)
    result = incidents.search_incidents("state:(active OR stable) checkout", include=IncidentRelatedObject.USERS)
    printed = {
        "valid": AuthenticationApi(client).validate().valid,
        "titles": [incident.attributes.title for incident in page.data],
        "numbers": [
            incident.attributes.public_id
            for incident in incidents.list_incidents_with_pagination(page_size=2)
        ],
        "state": first.data.attributes.state,
        "severity": str(first.data.attributes.severity),
        "commander": first.data.relationships.commander_user.data.id,
        "created": first.data.attributes.created.isoformat(),
        "summary": first.data.attributes.fields["summary"].value,
        "included": sorted({str(item.type) for item in first.included}),
        "users": [user.attributes.name for user in people.data],
        "user": users.get_user(people.data[0].id).data.attributes.handle,
        "unparsed": unparsed(page) + unparsed(result) + unparsed(first) + unparsed(people),
        "unknown": error_of(lambda: incidents.get_incident("00000000-0000-0000-0000-000000000001")),
        "unserved": error_of(lambda: incidents.get_global_incident_settings()),
        "total": result.data.attributes.total,
        "matches": [item.data.attributes.title for item in result.data.attributes.incidents],
        "matches_with_pagination": [
            item.data.attributes.public_id
            for item in incidents.search_incidents_with_pagination(
                "NOT title:login OR login", sort=IncidentSearchSortOrder.CREATED_ASCENDING, page_size=2
            )
        ],
        "states": {str(item.name): item.count for item in result.data.attributes.facets.state},
        "commanders": [user.name for user in result.data.attributes.facets.commander],
        "bad_query": error_of(lambda: incidents.search_incidents("stat:active")),
    }
config.api_key["appKeyAuth"] = "0" * 40
with ApiClient(config) as client:
    printed["wrong_key"] = error_of(lambda: IncidentsApi(client).list_incidents())
print(json.dumps(printed))
