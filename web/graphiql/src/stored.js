/**
 * What a person has written in GraphiQL outlives a restart of the server; tokens and ids of the server before do not.
 *
 * GraphiQL keeps its tabs in the browser and prefers them to the tabs that the page brings. A new data directory has
 * other ids, and every start a new token, so the settings that the tabs were made with are kept beside them, and each
 * value of those that has changed is replaced by its successor wherever the tabs have it; so is the empty place of an id
 * that there was none of before.
 *
 * It also keeps what was edited last beside the tabs, without its headers, and where that is like none of them it opens
 * as one more tab, which nobody is signed in with: that copy is dropped.
 */

const NAMESPACE = "graphiql:";
const KEY = "samarbete:settings";
// How a stored tab holds an id that the server did not know yet: the text of a variable within the text of all tabs.
const placed = (name, value) => `\\"${name}\\": \\"${value}\\"`;
const COPIES = ["query", "variables", "headers"];

/** Replace, in everything that GraphiQL has stored, each value of the former settings by the present one. */
export function renewStoredTabs(storage, settings) {
  const present = valuesOf(settings);
  const former = JSON.parse(storage.getItem(KEY) ?? "{}");
  const renewals = Object.entries(former)
    .filter(([name, value]) => present[name] && value !== present[name])
    .map(([name, value]) => (value ? [value, present[name]] : [placed(name, ""), placed(name, present[name])]));
  for (const key of Object.keys(storage).filter((name) => name.startsWith(NAMESPACE))) {
    const text = storage.getItem(key);
    storage.setItem(key, renewed(text, renewals));
  }
  for (const name of COPIES) storage.removeItem(NAMESPACE + name);
  storage.setItem(KEY, JSON.stringify(present));
}

function renewed(text, renewals) {
  return renewals.reduce((changed, [former, present]) => changed.replaceAll(former, present), text);
}

function valuesOf({ token, companyToken, examples }) {
  return { token, companyToken, ...examples };
}
