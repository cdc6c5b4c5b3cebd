/** An administrator approves terms whose text was changed on its way, in a browser with or without hashes for pages. */

import { followMail } from "./approval.mjs";

export const options = { locale: "sv-SE" };

export default async function play({ context, page, origin, shoot, input }) {
  if (!input.hashes) await context.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined }));
  const sent = [];
  await context.route("**/graphql", async (route) => {
    const asked = route.request().postData() ?? "";
    if (asked.includes("approveCollaboration")) sent.push(JSON.parse(asked).variables.input.acceptedTerms);
    if (!asked.includes("query Request")) return route.continue();
    const response = await route.fetch();
    const answer = await response.json();
    answer.data.collaboration.terms.text += input.added;
    return route.fulfill({ response, json: answer });
  });
  const portal = await followMail(context, page, origin, input.to);
  await portal.locator("#show").click();
  await portal.locator("#approve").click();
  await portal.locator(".notice, h1:has-text('Tack')").first().waitFor();
  await shoot(portal, "answered");
  return { sent, said: await portal.locator("main").innerText() };
}
