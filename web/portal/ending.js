/** Ending a collaboration, and taking a planned end back: the parts of the sheet with the buttons that work. */

import { button, element } from "/assets/page/element.js";
import { day } from "/assets/page/language.js";
import { words } from "/assets/portal/words.js";

/** What can be done about an end; `turn` has what the buttons do. */
export function endingParts(request, turn) {
  return [
    request.allowedActions.includes("WITHDRAW_END") ? withdrawPart(request, turn.withdraw) : null,
    request.allowedActions.includes("END") ? endPart(request, turn.end) : null,
  ];
}

/** The facts of an end, planned or made. */
export function endFacts(request) {
  const say = words();
  const isOver = request.status === "ENDED";
  const by = { OFFICE: request.office.name, COMPANY: request.company?.name }[request.endedBy];
  return [
    [isOver ? say.lastDayWas : say.lastDay, day(request.endsOn)],
    [say.endedBy, by],
    [say.afterwards, request.endedBy === null ? null : say.options[request.serviceAfterwards]],
  ];
}

function withdrawPart(request, withdraw) {
  const say = words();
  return [
    element("p", { class: "soft" }, say.withdrawHint(day(request.endsOn))),
    element("div", { class: "actions" }, button(say.withdraw, withdraw, { id: "withdraw", class: "quiet" })),
  ];
}

function endPart(request, end) {
  const say = words();
  const options = request.endOptions.map((option) => element("option", { value: option }, say.options[option]));
  const afterwards = element("select", { id: "afterwards" }, ...options);
  // A planned end can be made one of now, and not be moved: it is withdrawn, and planned anew.
  const on = request.status === "ACTIVE" ? element("input", { id: "on", type: "date" }) : null;
  return element(
    "details",
    {},
    element("summary", {}, say.endTitle),
    element("p", { class: "soft" }, say.endHint(request)),
    on ? [element("label", { htmlFor: "on" }, say.endOn), on] : null,
    element("label", { htmlFor: "afterwards" }, say.choose),
    afterwards,
    element("div", { class: "actions" }, button(say.end, () => end(on?.value || null, afterwards.value), { id: "end", class: "quiet" })),
  );
}
