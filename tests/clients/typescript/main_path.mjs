// Datadog's TypeScript client walks through the life of an incident. Prints what it read as JSON.
//
// The address and the keys are in the environment: MUSTER_URL, DD_API_KEY, DD_APP_KEY.

import { createRequire } from "node:module";

// NODE_PATH, where the client is installed, holds for `require` only.
const { client, v1, v2 } = createRequire(import.meta.url)("@datadog/datadog-api-client");

const { DD_API_KEY, DD_APP_KEY, MUSTER_URL } = process.env;
const configuration = client.createConfiguration({
  serverIndex: 1,
  authMethods: { apiKeyAuth: DD_API_KEY, appKeyAuth: DD_APP_KEY },
});
const [protocol, name] = MUSTER_URL.split("://");
configuration.setServerVariables({ protocol, name });
for (const operation of Object.keys(configuration.unstableOperations)) {
  configuration.unstableOperations[operation] = true;
}
const api = new v2.IncidentsApi(configuration);
const unparsed = [];

// Returns the response of a call. Records the parts that the client could not read.
async function read(call) {
  const response = await call;
  const visit = (value, path) => {
    if (value === null || typeof value !== "object") return;
    if (value._unparsed || value.constructor.name === "UnparsedObject") unparsed.push(path);
    for (const [name, part] of Object.entries(value)) visit(part, `${path}.${name}`);
  };
  visit(response, "$");
  return response;
}

// Returns the status of a call that fails.
async function statusOf(call) {
  try {
    await call;
  } catch (error) {
    return error.code;
  }
}

const dropdown = (value) => ({ type: "dropdown", value });
const summary = ({ attributes }) => ({
  title: attributes.title,
  state: attributes.state,
  severity: attributes.severity,
  number: attributes.publicId,
});

const { valid } = await new v1.AuthenticationApi(configuration).validate();
const created = await read(
  api.createIncident({
    body: {
      data: {
        type: "incidents",
        attributes: {
          title: "Checkout is slow",
          customerImpacted: false,
          fields: { severity: dropdown("SEV-2") },
        },
      },
    },
  }),
);
const incidentId = created.data.id;
const got = await read(api.getIncident({ incidentId, include: ["users"] }));
const listed = await read(api.listIncidents({ pageSize: 100 }));
const query = "state:(active OR stable OR resolved)";
const matches = await read(api.searchIncidents({ query, pageSize: 10 }));
const patched = await read(
  api.updateIncident({
    incidentId,
    body: {
      data: {
        type: "incidents",
        id: incidentId,
        attributes: { title: "Checkout is down", fields: { state: dropdown("stable") } },
      },
    },
  }),
);
const todo = await read(
  api.createIncidentTodo({
    incidentId,
    body: {
      data: { type: "incident_todos", attributes: { content: "Restart the cache", assignees: [] } },
    },
  }),
);
const todos = await read(api.listIncidentTodos({ incidentId }));
const impact = await read(
  api.createIncidentImpact({
    incidentId,
    body: {
      data: {
        type: "incident_impacts",
        attributes: { description: "Payments fail", startAt: created.data.attributes.created },
      },
    },
  }),
);
const impacts = await read(api.listIncidentImpacts({ incidentId }));
await api.deleteIncident({ incidentId });

console.log(
  JSON.stringify({
    valid,
    created: summary(created.data),
    got: got.data.attributes.title,
    users: got.included.length,
    listed: listed.data.map((incident) => incident.attributes.title),
    matches: matches.data.attributes.incidents.map(({ data }) => data.attributes.title),
    total: matches.data.attributes.total,
    patched: summary(patched.data),
    todo: todo.data.attributes.content,
    todos: todos.data.map(({ attributes }) => attributes.content),
    impact: impact.data.attributes.description,
    impacts: impacts.data.map(({ attributes }) => attributes.description),
    after_deletion: await statusOf(api.getIncident({ incidentId })),
    unparsed,
  }),
);
