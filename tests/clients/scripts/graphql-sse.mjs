/** graphql-sse in its mode of distinct connections: every operation is a stream of its own. */

import { createClient } from "graphql-sse";

import { activateTwice, documentOf, given, headers } from "./given.mjs";

const client = createClient({ url: given.url, headers, singleConnection: false, retryAttempts: 0 });

await activateTwice({ query: ask, mutate: ask, watch });

async function ask(name, variables) {
  for await (const { data, errors } of client.iterate({ query: documentOf(name), variables })) {
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
  throw new Error(`${name} was completed without an answer`);
}

function watch(name, variables, told) {
  return client.subscribe(
    { query: documentOf(name), variables },
    {
      next: ({ data }) => told(data),
      error: (error) => {
        throw error;
      },
      complete: () => {},
    },
  );
}
