/**
 * graphql-codegen: makes types and a manifest of the examples' documents with its client preset, and asks with what it made.
 */

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { generate } from "@graphql-codegen/cli";
import { print } from "graphql";

import { DOCUMENTS, SCHEMA, ask, given } from "./given.mjs";

const made = await generate(
  {
    schema: fileURLToPath(SCHEMA),
    documents: `${fileURLToPath(DOCUMENTS)}*.graphql`,
    generates: { [`${given.folder}/`]: { preset: "client", presetConfig: { persistedDocuments: true, fragmentMasking: false } } },
    config: { useTypeImports: true }, // what Node runs must not import types
    silent: true,
  },
  true,
);
const manifest = JSON.parse(made.find(({ filename }) => filename.endsWith("persisted-documents.json")).content);
const types = made.find(({ filename }) => filename.endsWith("/graphql.ts"));
const { StartDocument } = await import(pathToFileURL(join(given.folder, "graphql.ts")));
const start = { hash: StartDocument.__meta__.hash, data: await ask(print(StartDocument), {}) };
console.log(JSON.stringify({ files: made.map(({ filename }) => filename), manifest, types: types.content, start }));
