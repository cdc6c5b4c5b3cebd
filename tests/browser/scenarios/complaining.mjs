/** A page that does each thing that a page of ours must not do; what is complained of shows that somebody looks. */

export default async function play({ page, origin }) {
  await page.goto(origin);
  await page.getByText("Done").waitFor();
  return {};
}
