/**
 * Apollo Client with its normalising cache: queries and mutations over HTTP, subscriptions over graphql-ws or graphql-sse.
 * Beside graphql-sse documents go by their hash, with its link for automatic persisted queries.
 */

import { createHash } from "node:crypto";

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable, gql } from "@apollo/client/core";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode, print } from "graphql";
import { createClient as createStreamClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";

import { activateTwice, documentOf, given, headers, possibleTypes, socketUrl } from "./given.mjs";

const links = { socket: overSocket, stream: overStream };
const sent = [];
const http = new HttpLink({ uri: given.url, headers, fetch: fetchAndNote });

const client = new ApolloClient({
  cache: new InMemoryCache({ possibleTypes: possibleTypes() }),
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    links[given.over](),
    given.over === "stream" ? new PersistedQueryLink({ sha256 }).concat(http) : http,
  ),
});

await activateTwice(
  {
    query: async (name, variables) => (await client.query({ query: gql(documentOf(name)), variables })).data,
    mutate: async (name, variables) => (await client.mutate({ mutation: gql(documentOf(name)), variables })).data,
    watch: (name, variables, told) => {
      const following = client.subscribe({ query: gql(documentOf(name)), variables }).subscribe(({ data, error }) => {
        if (error) throw error;
        told(data);
      });
      return () => following.unsubscribe();
    },
  },
  () => ({ sent }),
);

// Notes of each operation over HTTP whether its text was sent, or its hash alone.
function fetchAndNote(address, init) {
  const { operationName, query } = JSON.parse(init.body);
  sent.push([operationName, query === undefined ? "hash" : "text"]);
  return fetch(address, init);
}

function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

function overSocket() {
  return new GraphQLWsLink(createSocketClient({ url: socketUrl, connectionParams: headers }));
}

function overStream() {
  const client = createStreamClient({ url: given.url, headers });
  return new ApolloLink(
    ({ query, variables }) => new Observable((sink) => client.subscribe({ query: print(query), variables }, sink)),
  );
}
