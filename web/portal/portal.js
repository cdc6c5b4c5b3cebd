/**
 * The portal: an administrator reads what an office asks, and approves or declines.
 *
 * Opening the page posts nothing, however often and by whatever scanner; only the buttons do.
 */

import { button, element, notice, show } from "/assets/page/element.js";
import { RequestFailed, ask, signOut } from "/assets/page/graphql.js";
import { language, moment, offerLanguages } from "/assets/page/language.js";
import { beginSession, forgetSession, keepSession } from "/assets/page/session.js";
import { APPROVE, COMPANIES, DECLINE, REQUEST, SIGN_IN } from "/assets/portal/documents.js";
import { refusal, standingSheet, waitingSheet } from "/assets/portal/request.js";
import { words } from "/assets/portal/words.js";

let session;
let present; // draws what is shown anew, in the language of now

begin();
offerLanguages(() => present());
addEventListener("hashchange", begin);

function begin() {
  session = beginSession();
  if (session.token !== null) turnTo(session.collaborationId === null ? showCompanies : () => showRequest(session.collaborationId));
  else turnTo(session.secret === null ? showNobody : showWelcome);
}

function turnTo(draw) {
  present = () => guarded(draw);
  return present();
}

// Whatever fails on the way is said in the page; a token that is no longer good is forgotten.
async function guarded(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof RequestFailed && error.isSignedOut && session.token !== null) {
      session = { ...session, token: null, expiresAt: null };
      keepSession(session);
      turnTo(showSignedOut);
    } else {
      turnTo(() => showFailure(work));
      console.warn(error);
    }
  }
}

function sheet(title, ...children) {
  return element("section", { class: "sheet" }, element("h1", {}, title), ...children);
}

function actions(...children) {
  return element("div", { class: "actions" }, ...children);
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
  show(sheet(say.welcomeTitle, lead, hint, actions(button(say.showRequest, () => guarded(exchangeSecret), { id: "show" }))));
}

function showFailure(work) {
  const say = words();
  show(sheet(say.failedTitle, element("p", {}, say.failed), actions(button(say.again, () => turnTo(work)))));
}

async function exchangeSecret() {
  const { signIn } = await ask(SIGN_IN, { input: { secret: session.secret } });
  if (signIn.__typename !== "SignInPayload" || signIn.token === null) {
    await turnTo(() => showUsed(signIn.message));
    return;
  }
  session = { ...session, token: signIn.token, expiresAt: signIn.expiresAt, collaborationId: signIn.collaboration?.id ?? null };
  keepSession(session);
  begin();
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
    show(standingSheet(request, said, title), onward());
    return;
  }
  const answer = { approve: () => guarded(() => approve(request)), decline: (reason) => guarded(() => decline(request, reason)) };
  show(waitingSheet(request, said, answer), onward());
}

async function approve(request) {
  const acceptedTerms = request.terms ? { termsId: request.terms.id, sha256: request.terms.sha256 } : null;
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

// The answer is shown as it was given; another language shows the collaboration as it stands.
function stand(collaboration, said, title) {
  present = () => guarded(() => showRequest(collaboration.id));
  show(standingSheet(collaboration, notice(said), title), onward());
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

async function showCompanies() {
  const { viewer, collaborations } = await allPages();
  const say = words();
  if (viewer.__typename !== "Administrator") {
    show(sheet(say.advisorTitle, element("p", {}, say.advisor(viewer.name)), actions(link(say.signIn, "/sign-in"))));
    return;
  }
  const sheets = viewer.companies.map((company) => companySheet(company, collaborations.filter((one) => one.company?.id === company.id)));
  show(...sheets, actions(leave()));
}

async function allPages(after = null) {
  const { viewer, collaborations } = await ask(COMPANIES, { after }, session.token);
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
  const body = rows.length ? element("ul", { class: "list" }, ...rows) : element("p", { class: "soft" }, say.nothingYet);
  return sheet(say.listTitle(company.name), element("p", { class: "soft" }, company.organisationNumber), body);
}
