/** The Relay compiler: compiles a screen into a folder, and asks the service what came of it, page after page. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { SCHEMA, ask, given } from "./given.mjs";

const artifacts = join(given.folder, "__generated__");
cpSync(new URL("../relay", import.meta.url), given.folder, { recursive: true });
mkdirSync(artifacts);
cpSync(SCHEMA, join(given.folder, "schema.graphql"));
writeFileSync(join(given.folder, "package.json"), JSON.stringify({ type: "module" }));
writeFileSync(
  join(given.folder, "relay.config.json"),
  JSON.stringify({
    src: ".",
    schema: "schema.graphql",
    language: "javascript",
    artifactDirectory: "__generated__",
    eagerEsModules: true,
  }),
);
execFileSync(createRequire(import.meta.url)("relay-compiler"), ["relay.config.json"], { cwd: given.folder, stdio: ["ignore", 2, 2] });

const first = await page("CustomersScreenQuery", { count: 2 });
const second = await page("CustomersMoreQuery", { count: 2, cursor: first.customers.pageInfo.endCursor });
const row = await page("CustomersRowQuery", { id: first.customers.edges[0].node.id });
const refused = await page("CustomersArchiveMutation", { input: { customerId: "unknown" } });
const compiled = readdirSync(artifacts).sort();
console.log(JSON.stringify({ compiled, first, second, row, refused }));

async function page(name, variables) {
  const { default: artifact } = await import(pathToFileURL(join(artifacts, `${name}.graphql.js`)));
  return ask(artifact.params.text, variables);
}
