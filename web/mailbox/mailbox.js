/** Development's mailbox: the mails as their readers would see them, newest first. */

import { element, facts } from "/assets/page/element.js";

const EVERY = 2000; // milliseconds between looks for new mail

const list = document.getElementById("mails");
const count = document.getElementById("count");
const shown = document.getElementById("mail");
let known = new Set();
let chosen = null;

look();

async function look() {
  try {
    const response = await fetch("/mailbox/messages", { headers: { Accept: "application/json" }, credentials: "omit" });
    if (!response.ok) throw new Error(`the mailbox answered ${response.status}`);
    offer((await response.json()).reverse());
  } catch (error) {
    count.textContent = "The server does not answer; still trying.";
    console.warn(error);
  }
  setTimeout(look, EVERY);
}

function offer(mails) {
  count.textContent = counted(mails.length);
  if (mails.length === known.size && mails.every(({ id }) => known.has(id))) return;
  known = new Set(mails.map(({ id }) => id));
  list.replaceChildren(...mails.map(row));
  if (chosen === null && mails.length) open(mails[0]);
}

function counted(mails) {
  if (mails === 0) return "No mail yet. Activate a collaboration, and what its customer is mailed stands here.";
  return mails === 1 ? "1 mail" : `${mails} mails`;
}

function row(mail) {
  const control = element(
    "button",
    { type: "button", "aria-current": String(mail.id === chosen) },
    element("strong", {}, mail.subject),
    element("span", { class: "soft" }, mail.to),
    element("span", { class: "soft" }, when(mail.createdAt)),
  );
  control.dataset.id = mail.id;
  control.addEventListener("click", () => open(mail));
  return element("li", {}, control);
}

function open(mail) {
  chosen = mail.id;
  for (const control of list.querySelectorAll("button")) control.setAttribute("aria-current", String(control.dataset.id === chosen));
  shown.replaceChildren(
    element("h2", {}, mail.subject),
    facts([["To", mail.to], ["From", mail.from], ["Sent", when(mail.createdAt)]]),
    frame(mail),
    element("details", {}, element("summary", {}, "The mail as plain text"), element("pre", {}, mail.text)),
  );
}

// A mail runs no script and reaches nothing of this page; its links open in a tab of their own.
function frame(mail) {
  const body = new DOMParser().parseFromString(mail.html, "text/html");
  body.querySelectorAll("base").forEach((base) => base.remove());
  body.querySelectorAll("a[href]").forEach((link) => {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  });
  const made = element("iframe", { title: `The mail: ${mail.subject}` });
  made.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  made.srcdoc = `<!doctype html>${body.documentElement.outerHTML}`;
  return made;
}

function when(value) {
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "medium", timeStyle: "medium" }).format(new Date(value));
}
