/** An administrator opens the mail in the mailbox, follows its link, reads, and approves. */

export const options = { locale: "sv-SE" };

export default async function play({ context, page, origin, shoot, input }) {
  const posts = [];
  context.on("request", (request) => request.method() === "GET" || posts.push(new URL(request.url()).pathname));
  const portal = await followMail(context, page, origin, input.to);
  await portal.locator("#show").waitFor();
  await shoot(portal, "opened");
  const opened = { address: portal.url(), posts: [...posts] };

  await portal.locator("#show").click();
  await portal.locator("#approve").waitFor();
  await shoot(portal, "asked");
  const asked = await portal.locator("main").innerText();
  const sent = portal.waitForRequest((request) => request.postData()?.includes("approveCollaboration"));
  await portal.locator("#approve").click();
  const { variables } = (await sent).postDataJSON();
  await portal.getByRole("heading", { name: "Tack" }).waitFor();
  await shoot(portal, "approved");
  const approved = await portal.locator("main").innerText();

  await portal.reload();
  await portal.getByText("Pågår").waitFor();
  const kept = await portal.evaluate(() => [JSON.stringify({ ...localStorage }), document.cookie]);
  return { opened, asked, approved, acceptedTerms: variables.input.acceptedTerms, kept };
}

/** Open the newest mail to an address in the mailbox, press its button, and return the page that opens. */
export async function followMail(context, page, origin, to, subject = "") {
  await page.goto(`${origin}/mailbox`);
  await page.locator("#mails button").filter({ hasText: to }).filter({ hasText: subject }).first().click();
  const letter = page.frameLocator("#mail iframe");
  const [opened] = await Promise.all([context.waitForEvent("page"), letter.getByRole("link").first().click()]);
  return opened;
}
