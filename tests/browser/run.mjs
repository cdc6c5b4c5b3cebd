/**
 * Runs one scenario in a fresh browser and prints, as JSON, what it found and what the browser complained of.
 *
 * node run.mjs SCENARIO ORIGIN FOLDER [JSON]: screenshots go to FOLDER, the JSON is the scenario's own input.
 */

import { join } from "node:path";

import { withBrowser } from "./chromium.mjs";

const [scenario, origin, folder, input = "{}"] = process.argv.slice(2);
const { default: play, options = {} } = await import(`./scenarios/${scenario}.mjs`);
const SECONDS = 90;

let found;
const complaints = await withBrowser(origin, { viewport: { width: 1400, height: 1100 }, ...options }, async (context) => {
  const shoot = (page, name) => page.screenshot({ path: join(folder, `${scenario}-${name}.png`) });
  try {
    found = await Promise.race([play({ context, page: context.pages()[0], origin, shoot, input: JSON.parse(input) }), overdue()]);
  } catch (error) {
    await Promise.all(context.pages().map((page, index) => shoot(page, `failed-${index}`)));
    throw error;
  }
});
console.log(JSON.stringify({ found, complaints }));
process.exit(); // what an overdue scenario still waits for does not hold it

// Fails in time to close the browser, which would outlive a process that is killed.
function overdue() {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`the scenario was not over within ${SECONDS} seconds`)), SECONDS * 1000).unref();
  });
}
