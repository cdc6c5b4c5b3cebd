/** A developer opens GraphiQL, looks around, watches events in one window and activates in another. */

import { openWorkbench, run, shown, tabNames } from "./workbench.mjs";

export default async function play({ context, page, origin, shoot }) {
  await openWorkbench(page, origin);
  const tabs = await tabNames(page);
  const viewer = await run(page, "WhoAmI", '"viewer"');
  await page.getByRole("button", { name: "Headers" }).click();
  const editor = ".graphiql-editor-tool .graphiql-editor:not(.hidden)";
  await page.locator(`${editor} .view-lines`).filter({ hasText: "Accept-Language" }).waitFor();
  const headers = await shown(page, editor);
  const customers = await run(page, "Customers", '"customers"');
  const preview = await run(page, "Preview", '"activationPreview"');
  await shoot(page, "preview");

  const watching = await context.newPage();
  const sent = sentFrames(watching);
  await openWorkbench(watching, origin);
  await watching.getByRole("tab", { name: "WatchEvents" }).click();
  await watching.getByRole("button", { name: /Execute query/ }).click();
  const { init, path } = await sent;

  await page.bringToFront();
  const activation = await run(page, "Activate", '"activateCollaboration"');
  await shoot(page, "activated");
  await watching.bringToFront();
  await watching.locator(".result-window .view-lines").filter({ hasText: '"ACTIVATED"' }).waitFor();
  const event = await shown(watching, ".result-window");
  await shoot(watching, "event");

  await page.bringToFront();
  const requests = await run(page, "Requests", '"viewer"');
  return { tabs, viewer, headers, customers, preview, activation, event, requests, init, path };
}

// Resolves when the subscription has been sent, with where it went and what the connection was opened with. It listens
// from the start: frames that were sent before somebody listens are not told of.
function sentFrames(page) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no subscription was sent within 15 seconds")), 15_000);
    page.on("websocket", (socket) => {
      const found = { init: null, path: new URL(socket.url()).pathname };
      socket.on("framesent", ({ payload }) => {
        const message = JSON.parse(payload);
        if (message.type === "connection_init") found.init = message.payload;
        if (message.type === "subscribe") {
          clearTimeout(timer);
          resolve(found);
        }
      });
    });
  });
}
