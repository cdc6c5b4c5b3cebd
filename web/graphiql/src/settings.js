/** What the server tells the page: tokens and ids of the demo world in development, nothing elsewhere. */

const EXAMPLES = ["customerId", "serviceId", "taskId", "collaborationId", "companyId"];

/** Read the settings from the page; whatever the server does not know is null. */
export function readSettings(page) {
  const { token = null, companyToken = null, examples } = JSON.parse(page.getElementById("settings").textContent);
  return {
    token,
    companyToken,
    examples: Object.fromEntries(EXAMPLES.map((name) => [name, examples?.[name] ?? null])),
  };
}
