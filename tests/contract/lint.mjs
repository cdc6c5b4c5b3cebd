/** Prints as JSON what graphql-eslint's rules for schemas, and Relay's, have against a schema. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import graphql from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";
import { buildSchema } from "graphql";

// Values have no life outside what they are part of, and so no id to be found again by.
const VALUES = [
  "ActivationObstacle", "ActivationPreview", "Address", "Approval", "Approver", "CollaborationCount", "CollaborationService", "Contact",
  "EventActor", "InputProblem", "Mail", "PageInfo", "RequiredTerms", "ServiceSubscription", "TermsAcceptance",
];

const here = import.meta.dirname;
const schema = resolve(process.argv[2]);
const text = readFileSync(schema, "utf8");
const known = buildSchema(text);
const refusals = known.getType("Error") ? known.getPossibleTypes(known.getType("Error")).map(({ name }) => name) : [];

const rules = {
  ...graphql.configs["flat/schema-recommended"].rules,
  ...graphql.configs["flat/schema-relay"].rules,
  "@graphql-eslint/require-description": [
    "error",
    { types: true, DirectiveDefinition: true, rootField: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
  ],
  // Connections have `nodes` beside `edges`.
  "@graphql-eslint/relay-edge-types": ["error", { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
  "@graphql-eslint/strict-id-in-types": [
    "error",
    { acceptedIdNames: ["id"], acceptedIdTypes: ["ID"], exceptions: { types: [...VALUES, ...refusals], suffixes: ["Payload", "Connection", "Edge"] } },
  ],
  // A customer's `customerNumber` is the word of offices, and not a name said twice.
  "@graphql-eslint/no-typename-prefix": "warn",
};
const config = {
  files: ["**/*.graphql"],
  languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
  plugins: { "@graphql-eslint": graphql },
  rules,
};
const eslint = new ESLint({ cwd: here, overrideConfigFile: true, overrideConfig: [config] });
const [{ messages }] = await eslint.lintText(text, { filePath: `${here}/schema.graphql` });
const found = messages.map(({ ruleId, severity, line, message }) => ({ rule: ruleId, isError: severity === 2, line, message }));
console.log(JSON.stringify({ found, stale: VALUES.filter((name) => !known.getType(name)) }));
