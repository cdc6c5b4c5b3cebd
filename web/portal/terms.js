/** Newer terms that wait for a company's yes: how they are offered, and the sheet on which they are read and accepted. */

import { button, element } from "/assets/page/element.js";
import { moment } from "/assets/page/language.js";
import { termsPart } from "/assets/portal/request.js";
import { words } from "/assets/portal/words.js";

/** One line that says what waits until when, with the button that leads to the text; `isLate` where something is suspended for it. */
export function requiredTermsRow(required, isLate, read) {
  const say = words();
  const title = element("strong", {}, say.requiredTitle(required.terms));
  const due = element("span", { class: "soft" }, dueWords(required, isLate));
  return element("li", {}, element("div", {}, title, element("br"), due), button(say.readTerms, read, { class: "read-terms" }));
}

/** The sheet of the text, with the button that accepts it for the company. */
export function requiredTermsSheet(company, required, isLate, said, accept) {
  const say = words();
  return element(
    "section",
    { class: "sheet" },
    said,
    element("h1", {}, say.requiredTitle(required.terms)),
    element("p", { class: "lead" }, say.requiredLead(company, required.terms)),
    element("p", {}, dueWords(required, isLate)),
    termsPart(required.terms),
    element("div", { class: "actions" }, button(say.acceptTerms, accept, { id: "accept" })),
  );
}

function dueWords({ dueAt }, isLate) {
  const say = words();
  return (isLate ? say.requiredLate : say.requiredDue)(say.swedishTime(moment(dueAt)));
}
