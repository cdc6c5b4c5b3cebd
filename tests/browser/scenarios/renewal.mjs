/** A link that was used up on another device: a new one is mailed, and the administrator declines with it. */

import { followMail } from "./approval.mjs";

export const options = { locale: "en-GB" };

export default async function play({ context, page, origin, shoot, input }) {
  const first = await followMail(context, page, origin, input.to);
  await first.locator("#show").waitFor();
  const secondDevice = first.url();
  await first.locator("#show").click();
  await first.locator("#approve").waitFor();
  const mails = await count(page, origin, input.to);

  const used = await followMail(context, page, origin, input.to);
  await used.locator("#show").click();
  await used.locator("#renew").click();
  await used.getByText("a new link is on its way").waitFor();
  const said = await used.locator("main").innerText();
  await shoot(used, "used");

  await page.goto(`${origin}/mailbox`);
  await page.locator("#mails button").filter({ hasText: input.to }).nth(mails).waitFor();
  const renewed = await followMail(context, page, origin, input.to);
  await renewed.locator("#show").click();
  await renewed.locator("summary").click();
  await renewed.locator("#reason").fill("Vi väntar till våren <b>2027</b>");
  await renewed.locator("#decline").click();
  await renewed.getByRole("heading", { name: "You have declined" }).waitFor();
  await shoot(renewed, "declined");
  return { secondDevice, said, declined: await renewed.locator("main").innerText() };
}

async function count(page, origin, to) {
  await page.goto(`${origin}/mailbox`);
  await page.locator("#mails button").first().waitFor();
  return page.locator("#mails button").filter({ hasText: to }).count();
}
