/** Swedish or English: the language of the browser until the reader chooses. */

import { element } from "/assets/page/element.js";

const KEY = "samarbete:language";
const NAMES = { sv: "Svenska", en: "English" };

/** Return "sv" or "en": chosen before, else the browser's first that is one of them, else Swedish. */
export function language() {
  const chosen = localStorage.getItem(KEY);
  if (chosen in NAMES) return chosen;
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((tag) => tag in NAMES) ?? "sv";
}

/** Put the switch to the other language into the page's head, and call `again` when it is used. */
export function offerLanguages(again) {
  document.documentElement.lang = language();
  const other = language() === "sv" ? "en" : "sv";
  const control = element("button", { type: "button", class: "plain", lang: other }, NAMES[other]);
  control.addEventListener("click", () => {
    localStorage.setItem(KEY, other);
    offerLanguages(again);
    again();
  });
  document.getElementById("language").replaceChildren(control);
}

/** Write a moment as people do, in Swedish time. */
export function moment(value) {
  return value === null ? null : written(value, { dateStyle: "long", timeStyle: "short" });
}

/** Write a calendar day, YYYY-MM-DD, as people do. */
export function day(value) {
  return value === null ? null : written(value, { dateStyle: "long" });
}

function written(value, form) {
  const locale = language() === "sv" ? "sv-SE" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: "Europe/Stockholm", ...form }).format(new Date(value));
}

/** Join names as a sentence does. */
export function joined(names) {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(names);
}
