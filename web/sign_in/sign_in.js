/** Signing in: ask for a link by e-mail, exchange a link's secret for a token, and go where the person works. */

import { actions, button, element, facts, notice, once, sheet, show } from "/assets/page/element.js";
import { ask, signOut } from "/assets/page/graphql.js";
import { moment, offerLanguages } from "/assets/page/language.js";
import { beginSession, exchangeSecret, forgetSession } from "/assets/page/session.js";
import { stage } from "/assets/page/stage.js";
import { REQUEST_LINK, SIGN_IN, VIEWER } from "/assets/sign-in/documents.js";
import { words } from "/assets/sign-in/words.js";

let session;
const { turnTo, guarded, again } = stage({ words, isSignedIn: () => session.token !== null, signedOut: beginAnew });

begin();
offerLanguages(again);
addEventListener("hashchange", begin);

function begin() {
  session = beginSession();
  if (session.token !== null) turnTo(greet);
  else turnTo(session.secret === null ? showForm : showEntrance);
}

function beginAnew() {
  forgetSession();
  begin();
}

function showForm() {
  const say = words();
  const email = element("input", { type: "email", id: "email", name: "email", autocomplete: "email", required: true, maxLength: 254 });
  const send = element("button", { type: "submit" }, say.send);
  const form = element(
    "form",
    {},
    element("label", { htmlFor: "email" }, say.email),
    email,
    element("fieldset", {}, element("legend", {}, say.side), choice("COMPANY", true), choice("OFFICE", false)),
    actions(send),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(send, () => guarded(() => requestLink(email.value.trim(), new FormData(form).get("side"))));
  });
  show(sheet(say.askTitle, element("p", {}, say.ask), form));
}

function choice(side, isChosen) {
  return element("label", {}, element("input", { type: "radio", name: "side", value: side, checked: isChosen }), element("span", {}, words()[side]));
}

async function requestLink(email, side) {
  const { requestSignInLink } = await ask(REQUEST_LINK, { input: { email, side } });
  turnTo(() => {
    const say = words();
    const other = button(say.another, () => turnTo(showForm), { class: "quiet" });
    show(sheet(say.sentTitle, element("p", {}, say.sent(email, moment(requestSignInLink.expiresAt))), actions(other)));
  });
}

function showEntrance() {
  const say = words();
  show(sheet(say.enterTitle, element("p", {}, say.enter), actions(button(say.signIn, () => guarded(enter), { id: "enter" }))));
}

async function enter() {
  const answered = await exchangeSecret(session, SIGN_IN);
  session = answered.session;
  if (session.token === null) turnTo(() => showUsed(answered.signIn.message));
  else welcome(answered.signIn.viewer);
}

function showUsed(message) {
  const say = words();
  const renew = button(say.newLink, beginAnew);
  show(sheet(say.usedTitle, message ? element("p", {}, message) : null, actions(renew)));
}

async function greet() {
  const { viewer } = await ask(VIEWER, {}, session.token);
  welcome(viewer);
}

// An administrator's place is the portal; an advisor works through the service's own interface.
function welcome(viewer) {
  if (viewer.__typename === "Administrator") location.assign("/portal");
  else turnTo(() => showAdvisor(viewer));
}

function showAdvisor({ name, email, permission, office }) {
  const say = words();
  const said = element("div", {});
  const rows = [[say.office, office.name], [say.address, email], [say.permission, say[permission]], [say.until, moment(session.expiresAt)]];
  const copy = button(say.copy, async () => said.replaceChildren(await copied(session.token)), { class: "quiet", id: "copy" });
  const leave = button(say.signOut, () => guarded(async () => {
    await signOut(session.token);
    beginAnew();
  }), { class: "plain" });
  show(sheet(say.inTitle(name), facts(rows), said, actions(element("a", { class: "button", href: "/graphql" }, say.graphiql), copy, leave)));
}

// Without HTTPS, and away from the machine itself, browsers have no clipboard for pages.
async function copied(token) {
  const say = words();
  try {
    await navigator.clipboard.writeText(token);
    return notice(say.copied);
  } catch {
    const field = element("textarea", { id: "token", readOnly: true, rows: 4 }, token);
    return element("div", {}, notice(say.copyYourself), element("label", { htmlFor: "token" }, say.token), field);
  }
}
