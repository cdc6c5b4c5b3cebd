/** The server was started anew: the tabs that the browser kept have its former token, and a document of the reader's own. */

import { openWorkbench, run, shown, tabNames } from "./workbench.mjs";

const FORMER = "token-of-a-former-server";

export default async function play({ page, origin, shoot }) {
  await openWorkbench(page, origin);
  await run(page, "WhoAmI", '"viewer"');
  await page.goto(`${origin}/portal`);
  await page.evaluate(makeFormer, FORMER);
  await openWorkbench(page, origin);
  const tabs = await tabNames(page);
  const kept = await shown(page, ".graphiql-query-editor");
  const viewer = await run(page, "Mine", '"viewer"');
  await shoot(page, "renewed");
  const isFormerLeft = await page.evaluate((former) => JSON.stringify({ ...localStorage }).includes(former), FORMER);
  return { tabs, kept, viewer, isFormerLeft };
}

// What a page of the server before would have left behind.
function makeFormer(former) {
  const settings = JSON.parse(localStorage.getItem("samarbete:settings"));
  for (const key of Object.keys(localStorage)) {
    const text = localStorage.getItem(key).replaceAll(settings.token, former).replaceAll("query WhoAmI", "query Mine");
    localStorage.setItem(key, text);
  }
  const tabs = JSON.parse(localStorage.getItem("graphiql:tabState"));
  tabs.tabs[0].title = "Mine";
  localStorage.setItem("graphiql:tabState", JSON.stringify(tabs));
}
