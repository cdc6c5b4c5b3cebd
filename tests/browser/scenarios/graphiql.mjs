/** A developer opens GraphiQL, looks around, watches events in one window and activates in another. */

import { openWorkbench, run, shown, tabNames } from "./workbench.mjs";

export default async function play({ context, page, origin, shoot }) {
  await openWorkbench(page, origin);
  const tabs = await tabNames(page);
  const viewer = await run(page, "WhoAmI", '"viewer"');
  await page.getByRole("button", { name: "Headers" }).click();
  const headers = await shown(page, ".graphiql-editor-tool");
  const customers = await run(page, "Customers", '"customers"');
  const preview = await run(page, "Preview", '"activationPreview"');
  await shoot(page, "preview");

  const watching = await context.newPage();
  const socket = watching.waitForEvent("websocket");
  await openWorkbench(watching, origin);
  await watching.getByRole("tab", { name: "WatchEvents" }).click();
  await watching.getByRole("button", { name: /Execute query/ }).click();
  const frames = await subscribed(await socket);

  await page.bringToFront();
  const activation = await run(page, "Activate", '"activateCollaboration"');
  await shoot(page, "activated");
  await watching.bringToFront();
  await watching.locator(".result-window .view-lines").filter({ hasText: '"ACTIVATED"' }).waitFor();
  const event = await shown(watching, ".result-window");
  await shoot(watching, "event");

  await page.bringToFront();
  const requests = await run(page, "Requests", '"viewer"');
  return { tabs, viewer, headers, customers, preview, activation, event, requests, init: frames.init, protocol: frames.protocol };
}

// Resolves when the subscription has been sent, with what the connection was opened with.
function subscribed(socket) {
  const frames = { init: null, protocol: new URL(socket.url()).pathname };
  return new Promise((resolve) => {
    socket.on("framesent", ({ payload }) => {
      const message = JSON.parse(payload);
      if (message.type === "connection_init") frames.init = message.payload;
      if (message.type === "subscribe") resolve(frames);
    });
  });
}
