/** One collaboration as an administrator sees it: what is asked, the terms, and the buttons that work. */

import { button, element, facts, notice } from "/assets/page/element.js";
import { joined, moment } from "/assets/page/language.js";
import { endFacts, endingParts } from "/assets/portal/ending.js";
import { words } from "/assets/portal/words.js";

/** The sheet of a request that waits: facts, terms, Approve and Decline; `answer` has what the two buttons do. */
export function waitingSheet(request, said, answer) {
  const say = words();
  const isOfTerms = request.approvalKind === "TERMS_AND_CONDITIONS";
  const approve = button(isOfTerms ? say.approveTerms : say.approve, answer.approve, { id: "approve" });
  return element(
    "section",
    { class: "sheet" },
    said,
    element("h1", {}, isOfTerms ? say.termsRequestTitle(request) : say.requestTitle(request)),
    element("p", { class: "lead" }, say.requestLead(request)),
    askedFacts(request),
    isOfTerms && request.terms ? termsPart(request.terms) : null,
    element("div", { class: "actions" }, approve),
    request.allowedActions.includes("DECLINE") ? declinePart(answer.decline) : null,
  );
}

/** The sheet of a collaboration that asks for no answer: how it stands, the way into the service, and its end; `turn` ends it. */
export function standingSheet(request, said, title, turn, readTerms = null) {
  const say = words();
  const rows = [
    [say.status, say.statuses[request.status] ?? request.status],
    [say.office, request.office.name],
    [say.company, companyName(request)],
    [say.service, request.service.name],
    [say.pays, payer(request)],
    [say.hasAccess, accessNames(request)],
    [say.approvedBy, request.approval?.approvedBy.name],
    [say.approvedAt, swedish(request.approval?.approvedAt)],
    [say.declineReason, request.declineReason ?? request.cancelReason],
    ...endFacts(request),
  ];
  const open = request.openUrl ? element("a", { class: "button", href: request.openUrl, rel: "noreferrer" }, say.open) : null;
  return element(
    "section",
    { class: "sheet" },
    said,
    element("h1", {}, title ?? say.statusTitle(request)),
    facts(rows),
    open ? element("div", { class: "actions" }, open) : null,
    readTerms,
    ...endingParts(request, turn),
  );
}

function askedFacts(request) {
  const say = words();
  const kind = say[request.approvalKind];
  return facts([
    [say.office, request.office.name],
    [say.sentBy, request.activatedBy?.name],
    [say.company, companyName(request)],
    [say.service, request.service.name],
    [say.aboutService, aboutService(request.service)],
    [say.approves, typeof kind === "function" ? kind(request) : kind],
    [say.pays, payer(request)],
    [say.access, accessNames(request) ?? say.accessAfter],
    [say.deadline, swedish(request.expiresAt)],
  ]);
}

function aboutService(service) {
  const more = service.informationUrl
    ? element("a", { href: service.informationUrl, target: "_blank", rel: "noopener noreferrer" }, words().readMore)
    : null;
  return element("span", {}, service.description, more ? " " : null, more);
}

function companyName({ company }) {
  return company ? `${company.name}, ${company.organisationNumber}` : null;
}

function payer(request) {
  return request.invoiceRecipient === "OFFICE" ? request.office.name : (request.company?.name ?? null);
}

function accessNames({ accessFor }) {
  return accessFor.length ? joined(accessFor.map(({ name }) => name)) : null;
}

function swedish(value) {
  return value ? words().swedishTime(moment(value)) : null;
}

/** The text of terms, with its version and checksum. */
export function termsPart(terms) {
  const say = words();
  return [
    element("h2", { id: "terms-title" }, say.termsTitle),
    element("div", { id: "terms-text", class: "terms", role: "region", tabIndex: 0, lang: terms.language, "aria-label": say.termsLabel(terms) }, terms.text),
    element("p", { class: "soft" }, say.termsFacts(terms), element("br"), element("span", { class: "hash" }, terms.sha256)),
  ];
}

/** The text of the terms as it stands on the page, or null where there is none. */
export function shownTerms() {
  return document.getElementById("terms-text")?.textContent ?? null;
}

function declinePart(decline) {
  const say = words();
  const reason = element("textarea", { id: "reason", rows: 3, maxLength: 1000 });
  return element(
    "details",
    {},
    element("summary", {}, say.declineTitle),
    element("p", { class: "soft" }, say.declineHint),
    element("label", { htmlFor: "reason" }, say.reason),
    reason,
    element("div", { class: "actions" }, button(say.decline, () => decline(reason.value.trim() || null), { id: "decline", class: "quiet" })),
  );
}

/** A refusal's own words, with what is wrong in each field where the service names it. */
export function refusal({ message, problems = [] }) {
  return notice([message, ...problems.map((problem) => problem.message)].join(" "), "refusal");
}
