import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";

import { DOC_EXPLORER_PLUGIN } from "@graphiql/plugin-doc-explorer";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { fetcherFor } from "./fetcher.js";
import { readSettings } from "./settings.js";
import { renewStoredTabs } from "./stored.js";
import { openTabs } from "./tabs.js";

const settings = readSettings(document);
renewStoredTabs(localStorage, settings);
const tabs = openTabs(settings);
const fetcher = fetcherFor(new URL("/graphql", location.href));

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={tabs}
    defaultHeaders={tabs[0].headers}
    defaultEditorToolsVisibility="variables"
    shouldPersistHeaders={settings.token !== null}
    showPersistHeadersSettings={false}
    plugins={[HISTORY_PLUGIN, explorerPlugin()]}
    referencePlugin={DOC_EXPLORER_PLUGIN}
    visiblePlugin={DOC_EXPLORER_PLUGIN}
  >
    <GraphiQL.Logo>Samarbete</GraphiQL.Logo>
  </GraphiQL>,
);
