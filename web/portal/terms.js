/** Newer terms that wait for a company's yes: how they are offered, and the sheet on which they are read and accepted. */

import { button, element } from "/assets/page/element.js";
import { moment } from "/assets/page/language.js";
import { termsPart } from "/assets/portal/request.js";
import { words } from "/assets/portal/words.js";

/** One line that says what waits until when, with the button that leads to the text. */
export function requiredTermsRow(required, read) {
  const say = words();
  const title = element("strong", {}, say.requiredTitle(required.terms));
  const due = element("span", { class: "soft" }, dueWords(required));
  return element("li", {}, element("div", {}, title, element("br"), due), button(say.readTerms, read, { class: "read-terms" }));
}

/** The sheet of the text, with the button that accepts it for the company. */
export function requiredTermsSheet(company, required, said, accept) {
  const say = words();
  return element(
    "section",
    { class: "sheet" },
    said,
    element("h1", {}, say.requiredTitle(required.terms)),
    element("p", { class: "lead" }, say.requiredLead(company, required.terms)),
    element("p", {}, dueWords(required)),
    termsPart(required.terms),
    element("div", { class: "actions" }, button(say.acceptTerms, accept, { id: "accept" })),
  );
}

function dueWords({ dueAt }) {
  const say = words();
  return (new Date(dueAt) > new Date() ? say.requiredDue : say.requiredLate)(say.swedishTime(moment(dueAt)));
}
