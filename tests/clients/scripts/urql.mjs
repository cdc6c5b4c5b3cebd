/** urql: its own Accept header offers a stream of events with everything that it asks; subscriptions are such a stream. */

import { Client, cacheExchange, fetchExchange } from "@urql/core";

import { activateTwice, documentOf, given, headers } from "./given.mjs";

const exchanged = [];

const client = new Client({
  url: given.url,
  exchanges: [cacheExchange, fetchExchange],
  fetch: fetchAndNote,
  fetchOptions: { headers },
  fetchSubscriptions: true,
  preferGetMethod: false,
});

await activateTwice(
  {
    query: async (name, variables) => answered(await client.query(documentOf(name), variables)),
    mutate: async (name, variables) => answered(await client.mutation(documentOf(name), variables)),
    watch: (name, variables, told) => {
      const following = client.subscription(documentOf(name), variables).subscribe((result) => told(answered(result)));
      return () => following.unsubscribe();
    },
  },
  () => ({ exchanged }),
);

// Notes what was offered with each operation, and in which media type it was answered.
async function fetchAndNote(address, init) {
  const response = await fetch(address, init);
  const { operationName } = JSON.parse(init.body);
  exchanged.push({ operationName, offered: init.headers.accept, answered: response.headers.get("content-type") });
  return response;
}

function answered({ data, error }) {
  if (error) throw error;
  return data;
}
