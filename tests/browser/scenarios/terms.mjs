/** An administrator signs in, reads newer terms that wait, and accepts them. */

import { signIn } from "./signing_in.mjs";

export const options = { locale: "sv-SE" };

export default async function play({ context, page, origin, shoot, input }) {
  const portal = await signIn(context, page, origin, input.to, "COMPANY");
  await portal.locator(".read-terms").first().waitFor();
  await shoot(portal, "waiting");
  const before = await portal.locator("main").innerText();
  await portal.locator(".read-terms").first().click();
  await portal.locator("#accept").waitFor();
  await shoot(portal, "terms");
  const read = await portal.locator("main").innerText();
  const sent = portal.waitForRequest((request) => request.postData()?.includes("acceptTerms"));
  await portal.locator("#accept").click();
  const { variables } = (await sent).postDataJSON();
  await portal.getByText("Tack!").waitFor();
  await shoot(portal, "accepted");
  return { before, read, sha256: variables.input.sha256, after: await portal.locator("main").innerText() };
}
