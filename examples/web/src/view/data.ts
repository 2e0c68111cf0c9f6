/** The Data section: reading, what was understood, and folded to a line while it is not in hand. */

import { chooseFile } from "../state/choose.js";
import { engine } from "../state/engine.js";
import { late } from "../state/late.js";
import { nameItems, open } from "../state/log.js";
import { change, type State } from "../state/state.js";
import { count, days, many, seconds, size } from "../words/numbers.js";
import { columnsRow } from "./columns.js";
import { type Child, h, type Node_ } from "./dom.js";
import { bar, button, fileBox, noticesOf, section } from "./parts.js";
import { pictures } from "./pictures.js";

const title = { id: "data", number: 1, title: "Data" } as const;
const asking = late(() => import("./ask-columns.js"));
const kinds = late(() => import("./kinds.js"));
const table = late(() => import("./left-out.js"));
const another = (): void => chooseFile(open);

export function dataSection(state: State): Node_ {
  const { phase, opened } = state;
  if (phase === "reading")
    return section(title, [noticesOf(state.notices, "data"), reading(state)], undefined);
  if (phase === "columns") {
    return asking()?.columnsAsked(state) ?? section(title, undefined, undefined);
  }
  const isFolded = phase !== "ready" && !opened.data;
  if (isFolded) return folded(state);
  return section(title, [noticesOf(state.notices, "data"), report(state)], rightOf(state));
}

function reading({ reading: now }: State): Child {
  if (!now)
    return h(
      "p",
      { class: "says", role: "status" },
      "Inventing the sample shop, its visitors and their clicks.",
    );
  const { name, size: bytes, rows, share } = now;
  return [
    fileBox(name, `${size(bytes)}, not uploaded`),
    h("p", { class: "says" }, "Reading. ", h("b", {}, many(rows, "row")), " so far."),
    bar(share, "Reading"),
    h(
      "p",
      { class: "row" },
      button("edge", "Cancel", () => void engine.call("cancel")),
    ),
  ];
}

function report(state: State): Child {
  const { facts, inspection, notices } = state;
  const { name, size: bytes, events, sessions, isDated, firstTime, lastTime, ids } = facts!;
  const about =
    bytes === undefined
      ? "invented here"
      : `${size(bytes)}, read in ${seconds(facts!.seconds)}, not uploaded`;
  const when = isDated ? `, from ${days(firstTime, lastTime)}` : "";
  const hasTitles = notices.some(({ fact }) => / names /.test(fact));
  return [
    fileBox(name, about),
    h(
      "p",
      { class: "says" },
      ...[h("b", {}, many(events, "click")), " in ", h("b", {}, many(sessions, "visit")), " to "],
      ...[h("b", {}, many(ids.length, "item")), `${when}.`],
    ),
    h(
      "p",
      { class: "small" },
      leftOutWords(state),
      asideWords(state),
      repeatWords(inspection?.repeats.any),
    ),
    h(
      "p",
      { class: "row" },
      button("edge", "Another log", another),
      !facts!.isShop &&
        !hasTitles &&
        button("plain", "Names of the items", () =>
          chooseFile(([file]) => file && void nameItems(file)),
        ),
      state.phase !== "ready" &&
        button("plain", "Fold", () => change({ opened: { ...state.opened, data: false } })),
    ),
  ];
}

function leftOutWords({ facts }: State): string {
  const { leftOut, rows } = facts!;
  const out = leftOut.reduce((sum, one) => sum + one.rows, 0);
  if (out === 0) return "Nothing was left out. ";
  const share = (1000 * out) / Math.max(1, rows);
  const said = share < 0.5 ? "fewer than 1 in 1,000" : `${count(share)} in 1,000`;
  return `${many(out, "row is", "rows are")} left out, ${said}. `;
}

function asideWords({ facts }: State): string {
  const { testSessions, sessions } = facts!;
  if (testSessions === 0 || testSessions === sessions) return "";
  return `The last ${many(testSessions, "visit")} are kept aside to test on. `;
}

function repeatWords(share: number | undefined): string {
  if (!share) return "";
  return `One click in ${count(1 / share)} is on an item that the visit has seen before.`;
}

function rightOf(state: State): Child {
  return [
    columnsRow(state),
    Object.keys(state.facts!.kinds ?? {}).length > 1 && kinds()?.kindsRow(state),
    state.inspection
      ? pictures(state.inspection, state.facts!)
      : h("p", { class: "small" }, "Counting the clicks."),
    state.facts!.leftOut.length > 0 &&
      table()?.leftOutTable(state.facts!.leftOut, leftOutWords(state)),
    notes(state),
  ];
}

function notes({ facts }: State): Child {
  return facts!.notes
    .filter((note) => !/^(There is no column of sessions|All kinds)/.test(note)) // shown above
    .map((note) => h("p", { class: "small note" }, note.replace(/ [^.:]*`.*/, ""))); // options are of programs
}

function folded(state: State): Node_ {
  const { facts, opened, notices } = state;
  const { events, sessions, ids, isShop, name, form } = facts!;
  const counts =
    form === "a model"
      ? `A model of ${many(ids.length, "item")}, saved before.`
      : `${many(events, "click")} in ${many(sessions, "visit")} to ${many(ids.length, "item")}.`;
  return section(
    { ...title, isFolded: true },
    noticesOf(notices, "data"),
    h(
      "div",
      { class: "fold" },
      h(
        "p",
        {},
        ...[h("b", {}, `${name.replace(/\.$/, "")}.`), " ", counts],
        isShop && " It is invented, so the best possible result is known.",
      ),
      h(
        "span",
        { class: "row end" },
        form !== "a model" &&
          button("plain", "What was read", () => change({ opened: { ...opened, data: true } })),
        button("edge", isShop ? "Your own log" : "Another log", another),
      ),
    ),
  );
}
