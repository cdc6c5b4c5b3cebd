/** Elements made from values: text is always text, so nothing that is shown can become a page's own markup. */

/** Make an element; properties are set, `class`, `for`, `role` and `aria-…` as attributes; children that are null are left out. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** A list of labels with their values; a value that is null is left out with its label. */
export function facts(rows) {
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return element("dl", { class: "facts" }, ...known.flatMap(([label, value]) => [element("dt", {}, label), element("dd", {}, value)]));
}

/** A button that does its work once at a time. */
export function button(label, work, properties = {}) {
  const made = element("button", { type: "button", ...properties }, label);
  made.addEventListener("click", () => once(made, work));
  return made;
}

/** Do the work with the control disabled, so that a second press cannot start it again. */
export async function once(control, work) {
  control.disabled = true;
  try {
    await work();
  } finally {
    control.disabled = false;
  }
}

/** A sheet of the page under its title. */
export function sheet(title, ...children) {
  return element("section", { class: "sheet" }, element("h1", {}, title), ...children);
}

/** What can be pressed, side by side. */
export function actions(...children) {
  return element("div", { class: "actions" }, ...children);
}

/** What happened, said aloud by screen readers. */
export function notice(text, kind = "news") {
  return element("div", { class: kind === "refusal" ? "notice refusal" : "notice", role: kind === "refusal" ? "alert" : "status" }, element("p", {}, text));
}

/** Show these sheets as the page, and lead the reader to their heading. */
export function show(...sheets) {
  const page = document.getElementById("page");
  page.replaceChildren(...sheets);
  const heading = page.querySelector("h1");
  if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    document.title = `${heading.textContent} · Samarbete`;
  }
  scrollTo(0, 0);
}
