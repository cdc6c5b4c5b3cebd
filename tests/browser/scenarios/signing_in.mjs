/** An advisor and an administrator each ask for a link and sign in with it. */

import { followMail } from "./approval.mjs";

export const options = { locale: "sv-SE" };

export default async function play({ context, page, origin, shoot, input }) {
  const advisor = await signIn(context, page, origin, input.advisor, "OFFICE");
  await advisor.getByRole("heading", { name: "Inloggad som" }).waitFor();
  await shoot(advisor, "advisor");
  const said = await advisor.locator("main").innerText();
  const workbench = await advisor.getByRole("link", { name: "GraphiQL" }).getAttribute("href");
  await advisor.getByRole("button", { name: "Logga ut" }).click();
  await advisor.locator("#email").waitFor();
  const left = await advisor.evaluate(() => sessionStorage.length);

  const administrator = await signIn(context, page, origin, input.administrator, "COMPANY");
  await administrator.waitForURL(`${origin}/portal`);
  await administrator.getByRole("heading", { name: "Samarbeten" }).first().waitFor();
  await shoot(administrator, "administrator");
  return { said, workbench, left, companies: await administrator.locator("main").innerText() };
}

export async function signIn(context, page, origin, email, side) {
  await page.goto(`${origin}/sign-in`);
  await page.locator("#email").fill(email);
  await page.locator(`input[value=${side}]`).check();
  await page.locator("button[type=submit]").click();
  await page.getByRole("heading", { name: "inkorg" }).waitFor();
  const opened = await followMail(context, page, origin, email, "inloggning");
  await opened.locator("#enter").click();
  return opened;
}
