/** An administrator approves, plans an end, withdraws it, and ends the collaboration at once. */

import { followMail } from "./approval.mjs";

export const options = { locale: "sv-SE" };

export default async function play({ context, page, origin, shoot, input }) {
  const portal = await followMail(context, page, origin, input.to);
  const main = portal.locator("main");
  await portal.locator("#show").click();
  await portal.locator("#approve").click();
  await portal.getByRole("heading", { name: "Tack" }).waitFor();

  await portal.getByText("Vill du avsluta samarbetet?").click();
  await portal.locator("#on").fill("1999-12-31");
  await portal.locator("#end").click();
  await portal.getByRole("alert").waitFor();
  const refused = await main.innerText();

  await portal.getByText("Vill du avsluta samarbetet?").click();
  await portal.locator("#on").fill(input.day);
  await portal.locator("#afterwards").selectOption("KEEP");
  await shoot(portal, "ending");
  await portal.locator("#end").click();
  await portal.locator("#withdraw").waitFor();
  await shoot(portal, "planned");
  const planned = await main.innerText();

  await portal.locator("#withdraw").click();
  await portal.getByText("Samarbetet fortsätter som förut.").waitFor();
  const goesOn = await main.innerText();

  await portal.getByText("Vill du avsluta samarbetet?").click();
  await portal.locator("#afterwards").selectOption("END");
  await portal.locator("#end").click();
  await portal.getByText("Samarbetet är avslutat.").waitFor();
  await shoot(portal, "ended");
  return { refused, planned, goesOn, ended: await main.innerText() };
}
