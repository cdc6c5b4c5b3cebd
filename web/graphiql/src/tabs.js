/** The tabs that GraphiQL opens with: the demo world's way from a list of customers to an approval. */

import activate from "./documents/activate.graphql?raw";
import approve from "./documents/approve.graphql?raw";
import customers from "./documents/customers.graphql?raw";
import events from "./documents/events.graphql?raw";
import preview from "./documents/preview.graphql?raw";
import requests from "./documents/requests.graphql?raw";
import viewer from "./documents/viewer.graphql?raw";

const SOURCES = {
  customerId: "from the tab Customers: nodes.id",
  serviceId: "from the tab Customers: services.id",
  taskId: "from the tab Customers: tasks.nodes.id",
  collaborationId: "from the tab Requests: collaborations.nodes.id",
  companyId: "from the tab Requests: companies.id",
};

/** Return the tabs, each with its document, variables and headers as the editors' texts. */
export function openTabs({ token, companyToken, examples }) {
  const office = headers(token, "OFFICE");
  const company = headers(companyToken, "COMPANY");
  const ids = (...names) => names.map((name) => [name, examples[name], SOURCES[name]]);
  return [
    { query: viewer, variables: "", headers: office },
    { query: customers, variables: variables([["search", null, "a name, a customer number or an organisation number"]], null), headers: office },
    { query: preview, variables: variables(ids("customerId", "serviceId", "taskId")), headers: office },
    { query: activate, variables: input(ids("customerId", "serviceId", "taskId")), headers: office },
    { query: events, variables: "", headers: office },
    { query: requests, variables: "", headers: company },
    { query: approve, variables: input(ids("collaborationId", "companyId")), headers: company },
  ];
}

function headers(token, side) {
  const entries = { Authorization: token === null ? "Bearer " : `Bearer ${token}`, "Accept-Language": "en" };
  const source = token === null ? `// a token: make token EMAIL=... SIDE=${side}\n` : "";
  return source + JSON.stringify(entries, null, 2);
}

function variables(entries, unknown = "") {
  const lines = entries.map(([name, value, source], index) => {
    const comma = index < entries.length - 1 ? "," : "";
    const hint = value === null ? ` // ${source}` : "";
    return `  "${name}": ${JSON.stringify(value ?? unknown)}${comma}${hint}`;
  });
  return `{\n${lines.join("\n")}\n}`;
}

function input(entries) {
  return `{\n  "input": ${variables(entries).replaceAll("\n", "\n  ")}\n}`;
}
