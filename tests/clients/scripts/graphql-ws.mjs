/**
 * graphql-ws: follows the events from a cursor and prints a line for each event, and for each connection and its end.
 *
 * It runs until its input ends; `told` is printed once for each event, however often the client begins anew.
 */

import { createClient } from "graphql-ws";

import { documentOf, given, headers, socketUrl } from "./given.mjs";

const say = (line) => console.log(JSON.stringify(line));
const seen = new Set();

const client = createClient({
  url: socketUrl,
  connectionParams: headers,
  // A server that restarts refuses connections for a while, which the client would take for an end of it all.
  shouldRetry: () => true,
  retryAttempts: Infinity,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
  on: {
    connected: () => say({ connected: true }),
    closed: ({ code, reason }) => say({ closed: code, reason }),
  },
});

client.subscribe(
  { query: documentOf("watch"), variables: { after: given.after } },
  {
    next: ({ data, errors }) => {
      if (errors) say({ errors });
      else tell(data.collaborationStatusChanged);
    },
    error: (error) => say({ failed: String(error) }),
    complete: () => say({ completed: true }),
  },
);

process.stdin.on("end", () => process.exit()).resume();

function tell({ id, sequence, type }) {
  if (!seen.has(id)) say({ told: type, sequence });
  seen.add(id);
}
