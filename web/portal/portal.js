/**
 * The portal: an administrator reads what an office asks, and approves or declines.
 *
 * Opening the page posts nothing, however often and by whatever scanner; only the buttons do.
 */

import { actions, button, element, notice, sheet, show } from "/assets/page/element.js";
import { RequestFailed, ask, signOut } from "/assets/page/graphql.js";
import { sha256 } from "/assets/page/hash.js";
import { day, language, moment, offerLanguages } from "/assets/page/language.js";
import { beginSession, exchangeSecret, forgetSession, keepSession } from "/assets/page/session.js";
import { stage } from "/assets/page/stage.js";
import { ACCEPT, APPROVE, COMPANIES, DECLINE, END, REQUEST, SIGN_IN, WITHDRAW_END } from "/assets/portal/documents.js";
import { refusal, shownTerms, standingSheet, waitingSheet } from "/assets/portal/request.js";
import { requiredTermsRow, requiredTermsSheet } from "/assets/portal/terms.js";
import { words } from "/assets/portal/words.js";

let session;
const { turnTo, guarded, keep, again } = stage({ words, isSignedIn: () => session.token !== null, signedOut: forgetToken });

begin();
offerLanguages(again);
addEventListener("hashchange", begin);

function begin() {
  session = beginSession();
  if (session.token !== null) turnTo(session.collaborationId === null ? showCompanies : () => showRequest(session.collaborationId));
  else turnTo(session.secret === null ? showNobody : showWelcome);
}

// The secret stays: with it the person can be mailed a new link.
function forgetToken() {
  session = { ...session, token: null, expiresAt: null };
  keepSession(session);
  turnTo(showSignedOut);
}

function link(label, href) {
  return element("a", { class: "button", href }, label);
}

function showNobody() {
  const say = words();
  show(sheet(say.nobodyTitle, element("p", {}, say.nobody), actions(link(say.signIn, "/sign-in"))));
}

function showWelcome() {
  const say = words();
  const lead = element("p", { class: "lead" }, say.welcome);
  const hint = element("p", { class: "soft" }, say.welcomeHint);
  show(sheet(say.welcomeTitle, lead, hint, actions(button(say.showRequest, () => guarded(enter), { id: "show" }))));
}

async function enter() {
  const answered = await exchangeSecret(session, SIGN_IN);
  session = answered.session;
  if (session.token === null) await turnTo(() => showUsed(answered.signIn.message));
  else begin();
}

function showUsed(message) {
  const say = words();
  const said = message ? element("p", {}, message) : null;
  show(sheet(say.usedTitle, said, element("p", { class: "soft" }, say.usedHint), renewal()));
}

function showSignedOut() {
  const say = words();
  show(sheet(say.signedOutTitle, element("p", {}, say.signedOut), session.secret === null ? null : renewal(), actions(link(say.signIn, "/sign-in"))));
}

function renewal() {
  const part = element("div", {});
  const renew = button(words().renew, () => guarded(async () => {
    const response = await fetch("/portal/renew", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ secret: session.secret }),
      credentials: "omit",
    });
    if (!response.ok) throw new RequestFailed(`renewal answered ${response.status}`, false);
    part.replaceChildren(notice(words().renewed));
  }), { id: "renew" });
  part.append(actions(renew));
  return part;
}

async function showRequest(id, said = null) {
  const { collaboration } = await ask(REQUEST, { id, language: language() }, session.token);
  if (collaboration === null) {
    show(sheet(words().notFoundTitle, element("p", {}, words().notFound)), onward());
    return;
  }
  showCollaboration(collaboration, said);
}

function showCollaboration(request, said = null, title = null) {
  if (!request.allowedActions.includes("APPROVE")) {
    showStanding(request, said, title);
    return;
  }
  const answer = { approve: () => guarded(() => approve(request)), decline: (reason) => guarded(() => decline(request, reason)) };
  show(waitingSheet(request, said, answer), onward());
}

function waitingTerms({ company, requiredTerms, allowedActions, status }) {
  if (!requiredTerms || !company || !allowedActions.includes("ACCEPT_TERMS")) return null;
  return element("ul", { class: "list" }, termsRow(company, requiredTerms, status === "SUSPENDED"));
}

function termsRow(company, required, isLate) {
  return requiredTermsRow(required, isLate, () => showTerms(company, required, isLate));
}

function showTerms(company, required, isLate, said = null) {
  show(requiredTermsSheet(company, required, isLate, said, () => guarded(() => accept(company, required, isLate))), onward());
}

async function accept(company, required, isLate) {
  const hash = (await sha256(shownTerms() ?? "")) ?? required.terms.sha256;
  if (hash !== required.terms.sha256) {
    showTerms(company, required, isLate, notice(words().termsDiffer, "refusal"));
    return;
  }
  const input = { companyId: company.id, termsId: required.terms.id, sha256: hash };
  const { acceptTerms: result } = await ask(ACCEPT, { input }, session.token);
  if (result.__typename === "AcceptTermsPayload") {
    const resumed = result.resumed.map(({ office }) => office.name);
    await turnTo(() => showCompanies(notice(words().accepted(company, required.terms, resumed))));
  } else showTerms(company, { ...required, terms: result.terms ?? required.terms }, isLate, refusal(result));
}

// What is accepted is named by the hash of what stands on the page; where the service names another, nothing is sent.
async function approve(request) {
  const shown = shownTerms();
  const hash = (shown === null ? null : await sha256(shown)) ?? request.terms?.sha256;
  if (hash !== request.terms?.sha256) {
    showCollaboration(request, notice(words().termsDiffer, "refusal"));
    return;
  }
  const acceptedTerms = request.terms ? { termsId: request.terms.id, sha256: hash } : null;
  const input = { collaborationId: request.id, companyId: request.company.id, acceptedTerms };
  const { approveCollaboration: result } = await ask(APPROVE, { input, language: language() }, session.token);
  if (result.__typename === "ApproveCollaborationPayload") await stand(result.collaboration, approvedWords(result), words().approvedTitle);
  else if (result.terms) showCollaboration({ ...request, approvalKind: "TERMS_AND_CONDITIONS", terms: result.terms }, refusal(result));
  else showRefused(request, result);
}

function approvedWords({ alreadyApproved, collaboration }) {
  const { approval } = collaboration;
  const isOld = alreadyApproved && approval !== null;
  return isOld ? words().alreadyApproved(approval.approvedBy.name, moment(approval.approvedAt)) : words().approved(collaboration);
}

async function decline(request, reason) {
  const input = { collaborationId: request.id, companyId: request.company.id, reason };
  const { declineCollaboration: result } = await ask(DECLINE, { input, language: language() }, session.token);
  if (result.__typename === "DeclineCollaborationPayload") await stand(result.collaboration, words().declined(result.collaboration), words().declinedTitle);
  else showRefused(request, result);
}

async function end(request, on, afterwards) {
  const input = { collaborationId: request.id, companyId: request.company.id, on, afterwards };
  const { endCollaboration: result } = await ask(END, { input, language: language() }, session.token);
  if (result.__typename === "EndCollaborationPayload") await stand(result.collaboration, endedWords(result.collaboration));
  else showRefused(request, result);
}

function endedWords(collaboration) {
  return collaboration.endsOn === null ? words().ended(collaboration) : words().willEnd(collaboration, day(collaboration.endsOn));
}

async function withdraw(request) {
  const input = { collaborationId: request.id, companyId: request.company.id };
  const { withdrawEnd: result } = await ask(WITHDRAW_END, { input, language: language() }, session.token);
  if (result.__typename === "WithdrawEndPayload") await stand(result.collaboration, words().goesOn(result.collaboration));
  else showRefused(request, result);
}

function showStanding(request, said, title = null) {
  const turn = { end: (on, afterwards) => guarded(() => end(request, on, afterwards)), withdraw: () => guarded(() => withdraw(request)) };
  show(standingSheet(request, said, title, turn, waitingTerms(request)), onward());
}

// The answer is shown as it was given; another language shows the collaboration as it stands.
function stand(collaboration, said, title) {
  keep(() => showRequest(collaboration.id));
  showStanding(collaboration, notice(said), title);
}

function showRefused(request, result) {
  showCollaboration(result.collaboration ?? request, refusal(result));
}

function onward() {
  return actions(button(words().all, () => turnTo(showCompanies), { class: "quiet" }), leave());
}

function leave() {
  return button(words().signOut, () => guarded(async () => {
    await signOut(session.token);
    forgetSession();
    begin();
  }), { class: "plain" });
}

async function showCompanies(said = null) {
  const { viewer, collaborations } = await allPages();
  const say = words();
  if (viewer.__typename !== "Administrator") {
    show(sheet(say.advisorTitle, element("p", {}, say.advisor(viewer.name)), actions(link(say.signIn, "/sign-in"))));
    return;
  }
  const sheets = viewer.companies.map((company) => companySheet(company, collaborations.filter((one) => one.company?.id === company.id)));
  show(...(said ? [said] : []), ...sheets, actions(leave()));
}

async function allPages(after = null) {
  const { viewer, collaborations } = await ask(COMPANIES, { after, language: language() }, session.token);
  const { hasNextPage, endCursor } = collaborations.pageInfo;
  const later = hasNextPage ? (await allPages(endCursor)).collaborations : [];
  return { viewer, collaborations: [...collaborations.nodes, ...later] };
}

function companySheet(company, collaborations) {
  const say = words();
  const rows = collaborations.map((request) => {
    const isWaiting = request.allowedActions.includes("APPROVE");
    const turn = button(isWaiting ? say.answer : say.look, () => turnTo(() => showRequest(request.id)), isWaiting ? {} : { class: "quiet" });
    const title = element("strong", {}, say.statusTitle(request));
    const standing = element("span", { class: "soft" }, say.statuses[request.status] ?? request.status);
    return element("li", {}, element("div", {}, title, element("br"), standing), turn);
  });
  const isLate = ({ terms }) => collaborations.some(({ status, service }) => status === "SUSPENDED" && service.name === terms.service.name);
  rows.unshift(...company.requiredTerms.map((required) => termsRow(company, required, isLate(required))));
  const body = rows.length ? element("ul", { class: "list" }, ...rows) : element("p", { class: "soft" }, say.nothingYet);
  return sheet(say.listTitle(company.name), element("p", { class: "soft" }, company.organisationNumber), body);
}
