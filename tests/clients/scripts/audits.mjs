/**
 * Judges a server by the audits of GraphQL over HTTP, each asked with a token, for nobody else may ask anything.
 *
 * node audits.mjs [JSON]: `url` and `token`; without them the audits are listed and not made.
 */

import { serverAudits } from "graphql-http";

const { url, token } = JSON.parse(process.argv[2] ?? "{}");

const audits = serverAudits({ url: url ?? "http://nobody.invalid", fetchFn: ask });
console.log(JSON.stringify(url ? await Promise.all(audits.map(judge)) : audits.map(({ id }) => ({ id }))));

function ask(address, init = {}) {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${token}`);
  return fetch(address, { ...init, headers });
}

async function judge(audit) {
  const { status, reason = null } = await audit.fn();
  return { id: audit.id, name: audit.name, status, reason };
}
