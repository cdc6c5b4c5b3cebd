/** What this tab knows of the person: the secret that a link brought, then the token it was exchanged for. */

import { ask } from "/assets/page/graphql.js";

const KEY = "samarbete:session";

/** Take the secret out of the address, so that neither history nor a glance at the screen keeps it. */
export function takeSecret() {
  const secret = location.hash.slice(1);
  if (location.hash) history.replaceState(null, "", location.pathname);
  return secret === "" ? null : secret;
}

/** Return the session of this tab as {secret, token, expiresAt, collaborationId}; a token past its time is none. */
export function readSession() {
  const stored = { secret: null, token: null, expiresAt: null, collaborationId: null, ...JSON.parse(sessionStorage.getItem(KEY) ?? "{}") };
  const isLive = stored.token !== null && new Date(stored.expiresAt) > new Date();
  return isLive ? stored : { ...stored, token: null, expiresAt: null };
}

/** Keep the session in this tab alone, until it is closed. */
export function keepSession(session) {
  sessionStorage.setItem(KEY, JSON.stringify(session));
}

/** Forget the person. */
export function forgetSession() {
  sessionStorage.removeItem(KEY);
}

/** Begin with what the address brings: a secret that is not the one of before takes the place of the session. */
export function beginSession() {
  const secret = takeSecret();
  const before = readSession();
  if (secret === null || secret === before.secret) return before;
  const session = { secret, token: null, expiresAt: null, collaborationId: null };
  keepSession(session);
  return session;
}

/** Exchange the session's secret by the document; return what signIn answered, and the session, with a token where it brought one. */
export async function exchangeSecret(session, document) {
  const { signIn } = await ask(document, { input: { secret: session.secret } });
  if (signIn.__typename !== "SignInPayload" || signIn.token === null) return { signIn, session };
  const begun = { ...session, token: signIn.token, expiresAt: signIn.expiresAt, collaborationId: signIn.collaboration?.id ?? null };
  keepSession(begun);
  return { signIn, session: begun };
}
