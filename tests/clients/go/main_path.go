// Datadog's Go client walks through the life of an incident. Prints what it read as JSON.
//
// The address and the keys are in the environment: MUSTER_URL, DD_API_KEY, DD_APP_KEY.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/DataDog/datadog-api-client-go/v2/api/datadog"
	"github.com/DataDog/datadog-api-client-go/v2/api/datadogV1"
	"github.com/DataDog/datadog-api-client-go/v2/api/datadogV2"
)

// object is a JSON object.
type object map[string]any

// unstable are the operations that the client does not send unless they are enabled.
var unstable = []string{
	"CreateIncident", "GetIncident", "ListIncidents", "SearchIncidents", "UpdateIncident",
	"CreateIncidentTodo", "ListIncidentTodos", "DeleteIncident",
}

// unparsed are the responses that have parts which the client could not read.
var unparsed = []string{}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// body returns the body of a request, as the client's own type.
func body[T any](kind string, id string, attributes object) T {
	data := object{"type": kind, "attributes": attributes}
	if id != "" {
		data["id"] = id
	}
	text, err := json.Marshal(object{"data": data})
	check(err)
	var request T
	check(json.Unmarshal(text, &request))
	return request
}

// read returns a response as the client read it.
func read(name string, response any, err error) any {
	check(err)
	if found, _ := datadog.ContainsUnparsedObject(response); found {
		unparsed = append(unparsed, name)
	}
	text, err := json.Marshal(response)
	check(err)
	var value any
	check(json.Unmarshal(text, &value))
	return value
}

// get returns the value at a path of members.
func get(value any, path string) any {
	for _, member := range strings.Split(path, ".") {
		value = value.(map[string]any)[member]
	}
	return value
}

// each returns the value at a path of members of each resource in a list.
func each(list any, path string) []any {
	values := []any{}
	for _, resource := range list.([]any) {
		values = append(values, get(resource, path))
	}
	return values
}

func summary(incident any) object {
	attributes := get(incident, "data.attributes")
	return object{
		"title":    get(attributes, "title"),
		"state":    get(attributes, "state"),
		"severity": get(attributes, "severity"),
		"number":   get(attributes, "public_id"),
	}
}

func dropdown(value string) object {
	return object{"type": "dropdown", "value": value}
}

func clientContext() context.Context {
	protocol, name, _ := strings.Cut(os.Getenv("MUSTER_URL"), "://")
	ctx := datadog.NewDefaultContext(context.Background())
	ctx = context.WithValue(ctx, datadog.ContextServerIndex, 1)
	variables := map[string]string{"protocol": protocol, "name": name}
	return context.WithValue(ctx, datadog.ContextServerVariables, variables)
}

// incident declares an incident, reads it in three ways and changes it.
func incident(ctx context.Context, api *datadogV2.IncidentsApi, printed object) (string, any) {
	request := body[datadogV2.IncidentCreateRequest]("incidents", "", object{
		"title":             "Checkout is slow",
		"customer_impacted": false,
		"fields":            object{"severity": dropdown("SEV-2")},
	})
	response, _, err := api.CreateIncident(ctx, request)
	created := read("created", response, err)
	id := get(created, "data.id").(string)
	users := datadogV2.NewGetIncidentOptionalParameters().
		WithInclude([]datadogV2.IncidentRelatedObject{datadogV2.INCIDENTRELATEDOBJECT_USERS})
	response, _, err = api.GetIncident(ctx, id, *users)
	got := read("got", response, err)
	page := datadogV2.NewListIncidentsOptionalParameters().WithPageSize(100)
	list, _, err := api.ListIncidents(ctx, *page)
	listed := read("listed", list, err)
	results := datadogV2.NewSearchIncidentsOptionalParameters().WithPageSize(10)
	search, _, err := api.SearchIncidents(ctx, "state:(active OR stable OR resolved)", *results)
	matches := get(read("matches", search, err), "data.attributes")
	update := body[datadogV2.IncidentUpdateRequest]("incidents", id, object{
		"title":  "Checkout is down",
		"fields": object{"state": dropdown("stable")},
	})
	response, _, err = api.UpdateIncident(ctx, id, update)
	printed["created"] = summary(created)
	printed["got"] = get(got, "data.attributes.title")
	printed["users"] = len(get(got, "included").([]any))
	printed["listed"] = each(get(listed, "data"), "attributes.title")
	printed["matches"] = each(get(matches, "incidents"), "data.attributes.title")
	printed["total"] = get(matches, "total")
	printed["patched"] = summary(read("patched", response, err))
	return id, get(created, "data.attributes.created")
}

// parts adds a todo and an impact to an incident, and lists them.
func parts(ctx context.Context, api *datadogV2.IncidentsApi, id string, start any, printed object) {
	request := body[datadogV2.IncidentTodoCreateRequest]("incident_todos", "", object{
		"content":   "Restart the cache",
		"assignees": []any{},
	})
	response, _, err := api.CreateIncidentTodo(ctx, id, request)
	todo := read("todo", response, err)
	list, _, err := api.ListIncidentTodos(ctx, id)
	todos := read("todos", list, err)
	creation := body[datadogV2.IncidentImpactCreateRequest]("incident_impacts", "", object{
		"description": "Payments fail",
		"start_at":    start,
	})
	created, _, err := api.CreateIncidentImpact(ctx, id, creation)
	impact := read("impact", created, err)
	impacts, _, err := api.ListIncidentImpacts(ctx, id)
	printed["todo"] = get(todo, "data.attributes.content")
	printed["todos"] = each(get(todos, "data"), "attributes.content")
	printed["impact"] = get(impact, "data.attributes.description")
	printed["impacts"] = each(get(read("impacts", impacts, err), "data"), "attributes.description")
}

func main() {
	ctx := clientContext()
	configuration := datadog.NewConfiguration()
	for _, operation := range unstable {
		configuration.SetUnstableOperationEnabled("v2."+operation, true)
	}
	client := datadog.NewAPIClient(configuration)
	keys, _, err := datadogV1.NewAuthenticationApi(client).Validate(ctx)
	check(err)
	api := datadogV2.NewIncidentsApi(client)
	printed := object{"valid": keys.GetValid()}
	id, start := incident(ctx, api, printed)
	parts(ctx, api, id, start, printed)
	_, err = api.DeleteIncident(ctx, id)
	check(err)
	_, response, _ := api.GetIncident(ctx, id)
	printed["after_deletion"] = response.StatusCode
	printed["unparsed"] = unparsed
	check(json.NewEncoder(os.Stdout).Encode(printed))
}
