/** One request to the service, in the reader's language, as the person whose token it bears. */

import { SIGN_OUT } from "/assets/page/documents.js";
import { language } from "/assets/page/language.js";

/** The service did not answer as asked; `isSignedOut` tells that the token is no longer good. */
export class RequestFailed extends Error {
  constructor(message, isSignedOut) {
    super(message);
    this.name = "RequestFailed";
    this.isSignedOut = isSignedOut;
  }
}

/** Post a document and return its data; whatever refuses as a whole raises RequestFailed. */
export async function ask(document, variables, token = null) {
  const headers = { "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json", "Accept-Language": language() };
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query: document, variables }), credentials: "omit" });
  const { data, errors } = await response.json();
  if (errors?.length) {
    const isSignedOut = errors.some((error) => error.extensions?.code === "UNAUTHENTICATED");
    throw new RequestFailed(errors[0].message, isSignedOut);
  }
  return data;
}

/** Revoke the token; one that is already dead is as good as revoked. */
export async function signOut(token) {
  try {
    await ask(SIGN_OUT, {}, token);
  } catch (error) {
    if (!(error instanceof RequestFailed && error.isSignedOut)) throw error;
  }
}
