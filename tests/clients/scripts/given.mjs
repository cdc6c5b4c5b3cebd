/** What every script is given: where the service is, who asks, and the documents of the examples. */

import { readFileSync } from "node:fs";

import { buildSchema, isAbstractType } from "graphql";

export const given = JSON.parse(process.argv[2]);
export const headers = { Authorization: `Bearer ${given.token}`, "Accept-Language": "en" };
export const socketUrl = given.url?.replace(/^http/, "ws");

const ROOT = new URL("../../../", import.meta.url);
export const SCHEMA = new URL("schema/schema.graphql", ROOT);
export const DOCUMENTS = new URL("examples/documents/", ROOT);
const SECONDS = 60;

// A script that waits for what never comes fails in time to say so.
setTimeout(() => {
  console.error(`the script was not over within ${SECONDS} seconds`);
  process.exit(1);
}, SECONDS * 1000).unref();

export function documentOf(name) {
  return readFileSync(new URL(`${name}.graphql`, DOCUMENTS), "utf8");
}

/** Asks without any client's doing, and returns the data. */
export async function ask(query, variables) {
  const body = JSON.stringify({ query, variables });
  const response = await fetch(given.url, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Which types each interface and union of the schema may be, as Apollo's cache wants to be told. */
export function possibleTypes() {
  const schema = buildSchema(readFileSync(SCHEMA, "utf8"));
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  return Object.fromEntries(abstract.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]));
}

/**
 * Activates once and is told of it, activates again and is refused, and prints all this beside what `more` tells.
 *
 * `client` has `query` and `mutate`, which take the name of a document and variables and return data, and `watch`, which
 * takes what to call with each event's data too, and returns how to stop.
 */
export async function activateTwice(client, more = () => ({})) {
  const [customer] = (await client.query("customer", { name: given.name })).customers.nodes;
  const seen = Promise.withResolvers();
  const stop = client.watch("watch", { after: given.after }, ({ collaborationStatusChanged: event }) => {
    if (event.collaboration.customer.name === given.name) seen.resolve(event);
  });
  const { activateCollaboration: activated } = await client.mutate("activate", { input: given.input });
  const { activateCollaboration: refused } = await client.mutate("activate", { input: given.input });
  const told = await seen.promise;
  stop();
  console.log(JSON.stringify({ customer, activated, refused, told, ...more() }));
  process.exit();
}
