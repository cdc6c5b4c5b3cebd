/** GraphiQL as a person uses it: tabs, the button that runs, and what stands in the result. */

/** Open GraphiQL and wait until it has read the schema. */
export async function openWorkbench(page, origin) {
  await page.goto(`${origin}/graphql`);
  await page.getByText("Root Types").waitFor();
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
}

/** Return the names of the tabs. */
export async function tabNames(page) {
  return page.getByRole("tab").evaluateAll((tabs) => tabs.map((tab) => tab.firstChild.textContent));
}

/** Choose a tab and press the button; the answer is what stands in the result window once it holds `awaited`. */
export async function run(page, tab, awaited) {
  await page.getByRole("tab", { name: tab }).click();
  await page.getByRole("button", { name: /Execute query/ }).click();
  await page.locator(".result-window .view-lines").filter({ hasText: awaited }).waitFor();
  return shown(page, ".result-window");
}

/** Return the text that an editor shows; its spaces are ordinary ones. */
export async function shown(page, editor) {
  const lines = await page.locator(`${editor} .view-line`).evaluateAll((all) =>
    all.map((line) => [Number.parseFloat(line.style.top), line.textContent]),
  );
  return lines
    .sort(([one], [other]) => one - other)
    .map(([, text]) => text.replaceAll("\u00a0", " "))
    .join("\n");
}
