/** A telephone: every page from the mail to the receipt fits its width. */

import { followMail } from "./approval.mjs";

export const options = { locale: "sv-SE", viewport: { width: 360, height: 740 } };

export default async function play({ context, page, origin, shoot, input }) {
  const widths = {};
  const measure = async (shown, name) => {
    widths[name] = await shown.evaluate(() => document.documentElement.scrollWidth);
    await shoot(shown, name);
  };
  await page.goto(`${origin}/sign-in`);
  await page.locator("#email").waitFor();
  await measure(page, "sign-in");
  const portal = await followMail(context, page, origin, input.to);
  await measure(page, "mailbox");
  await portal.locator("#show").waitFor();
  await measure(portal, "welcome");
  await portal.locator("#show").click();
  await portal.locator("#approve").waitFor();
  await measure(portal, "asked");
  await portal.locator("#approve").click();
  await portal.getByRole("heading", { name: "Tack" }).waitFor();
  await measure(portal, "approved");
  await portal.getByRole("button", { name: "Alla samarbeten" }).click();
  await portal.getByRole("heading", { name: "Samarbeten" }).first().waitFor();
  await measure(portal, "companies");
  return { widths };
}
