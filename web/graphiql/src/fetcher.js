/** Requests of the page: HTTP for queries and mutations, graphql-transport-ws for subscriptions, one address for all. */

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { parse } from "graphql";

/** Return GraphiQL's fetcher; entries of the headers editor are headers or, flat, the payload of connection_init. */
export function fetcherFor(address) {
  const send = createGraphiQLFetcher({
    url: address.pathname,
    subscriptionUrl: `${address.protocol === "https:" ? "wss:" : "ws:"}//${address.host}${address.pathname}`,
    enableIncrementalDelivery: false,
  });
  return (request, options) => send(...exact(request, options));
}

// GraphiQL reads a document a moment after it has changed: whoever runs it at once would run it under the name of the
// operation before, and a subscription as what that one was.
function exact(request, options) {
  const documentAST = parsed(request.query);
  if (documentAST === null) return [request, options];
  const names = documentAST.definitions.map((definition) => definition.name?.value);
  const operationName = names.includes(request.operationName) ? request.operationName : soleOperation(documentAST);
  return [{ ...request, operationName }, { ...options, documentAST }];
}

function soleOperation({ definitions }) {
  const operations = definitions.filter(({ kind }) => kind === "OperationDefinition");
  return operations.length === 1 ? operations[0].name?.value : undefined;
}

function parsed(query) {
  try {
    return parse(query);
  } catch {
    return null; // the server says what is wrong with it
  }
}
