/** The Train section: presets and options before, one sentence and the charts while it learns, what it reached after. */

import { late } from "../state/late.js";
import { learn, pause, stop, trainOn } from "../state/learn.js";
import { PRESETS, type PresetName } from "../state/presets.js";
import { settle } from "../state/settle.js";
import { change, type State } from "../state/state.js";
import { ahead, count, percent, seconds, size } from "../words/numbers.js";
import { charts } from "./charts.js";
import { type Child, h, type Node_ } from "./dom.js";
import { bar, button, noticesOf, section, TERMS, term } from "./parts.js";

const allOptions = late(() => import("./options.js"));
const title = { id: "train", number: 2, title: "Train" } as const;

export function trainSection(state: State): Node_ | undefined {
  const { phase, facts, opened, notices } = state;
  if (!facts || facts.form === "a model" || phase === "reading" || phase === "columns")
    return undefined;
  const isBefore = phase === "ready" || opened.train;
  const left = isBefore ? before(state) : phase === "ended" ? after(state) : during(state);
  return section(
    { ...title, isFolded: !isBefore },
    [noticesOf(notices, "train"), left],
    [charts(state), isBefore && opened.options ? allOptions()?.optionsList(state) : undefined],
  );
}

function before(state: State): Child {
  const { preset, opened, own, wrong, phase } = state;
  const hasWrong = Object.keys(wrong).length > 0;
  return [
    h("p", { class: "says" }, estimate(state)),
    h(
      "div",
      { class: "presets", role: "radiogroup", "aria-label": "Settings" },
      (Object.keys(PRESETS) as PresetName[]).map((name) =>
        h(
          "label",
          { class: "preset", key: name },
          h("input", {
            type: "radio",
            name: "preset",
            checked: name === preset,
            onchange: () => {
              change({ preset: name });
              settle();
            },
          }),
          h(
            "span",
            {},
            h("b", {}, PRESETS[name].title),
            h("span", { class: "small" }, PRESETS[name].sentence),
          ),
        ),
      ),
    ),
    h(
      "p",
      { class: "row" },
      button("main", "Train", () => begin(), { icon: "play", isOff: hasWrong, key: "go" }),
      button("plain", opened.options ? "Fewer options" : "All options", () =>
        change({ opened: { ...opened, options: !opened.options } }),
      ),
      phase === "ended" &&
        button("plain", "Back", () => change({ opened: { ...opened, train: false } })),
    ),
    Object.keys(own).length > 0 &&
      h(
        "p",
        { class: "small" },
        `${Object.keys(own).join(", ")} changed. `,
        button("link", "Put back", () => {
          change({ own: {}, wrong: {} });
          settle();
        }),
      ),
  ];
}

/** The user's own press may scroll: the heading comes under the header. */
function begin(): void {
  learn();
  requestAnimationFrame(() => document.getElementById("train")?.scrollIntoView());
}

/** A guess of the time, by what one pass of a good machine takes. */
function estimate({ preset, memory, facts, settings }: State): Child {
  const { epochs = 1, negatives = 0 } = settings?.learning ?? {};
  const [units = 64] = settings?.model.layers ?? [];
  const rate = 2.6e9 / (units * (negatives + 160) + 3 * units * units);
  const time = (epochs * facts!.events) / rate;
  const memoryWords = memory === undefined ? "" : ` and ${size(memory)} of memory`;
  return [
    "Ready. ",
    PRESETS[preset].title,
    " takes about ",
    h("b", {}, ahead(time)),
    `${memoryWords}.`,
  ];
}

function during({ progress, phase, canSave, settings, said }: State): Child {
  const isPaused = phase === "paused";
  const passes = progress?.passes ?? settings?.learning.epochs ?? 1;
  const pass = progress?.pass ?? 1;
  const done = progress ? (pass - 1 + progress.share) / passes : 0;
  const left = progress?.left ?? 0;
  return [
    h(
      "p",
      { class: "says" },
      isPaused && "Paused in ",
      term(isPaused ? "pass" : "Pass", TERMS.pass),
      ` ${pass} of ${passes}`,
      !isPaused && left > 0 && [", about ", h("b", {}, ahead(left)), " left"],
      ".",
    ),
    bar(done, `Pass ${pass} of ${passes}`),
    h(
      "p",
      { class: "row" },
      isPaused
        ? button("main", "Go on", () => pause(false), { icon: "play", key: "go" })
        : button("main", "Pause", () => pause(true), { icon: "pause", key: "go" }),
      button("edge", "Stop here", () => stop()),
    ),
    h("p", { class: "small" }, rateWords(progress, canSave), threadWords(progress?.threads)),
    h("p", { class: "hidden", role: "status" }, said.pass ?? ""),
  ];
}

function rateWords(progress: State["progress"], canSave: boolean): string {
  const saved = canSave
    ? " It is saved as it goes: close the tab, and it goes on from here when you come back."
    : "";
  if (!progress) return `It begins.${saved}`;
  const { rate, threads } = progress;
  const on = threads > 1 ? ` on ${threads} threads` : "";
  return `${count(rate)} clicks a second${on}.${saved}`;
}

function threadWords(threads: number | undefined): string {
  if (threads !== 1 || crossOriginIsolated || navigator.hardwareConcurrency < 2) return "";
  return " On one thread: this server does not send the headers that two need.";
}

function after(state: State): Child {
  const { series, baselines, took, rate, facts, opened, progress, settings, best } = state;
  const last = bestOf(state);
  if (!last) return h("p", { class: "says" }, "Stopped before anything was measured.");
  const isWorse = baselines !== undefined && last.recall < baselines.lastClick.recall;
  const popular = baselines ? percent(baselines.popular.recall) : "…";
  const click = baselines ? percent(baselines.lastClick.recall) : "…";
  const most =
    facts!.isShop && best ? `; more than ${percent(best.recall)} is impossible here` : "";
  const measured =
    facts!.testSessions === facts!.sessions
      ? ""
      : ` Measured on ${count(facts!.testSessions)} later visits that it never saw.`;
  const words = isWorse
    ? `Listing the most popular items finds ${popular}. Knowing the last click only finds more, ${click}. Try more passes, or a smaller learning rate.${measured}`
    : `Listing the most popular items finds ${popular}; knowing the last click only, ${click}${most}.${measured}`;
  const isWhole = (series.measured.at(-1)?.pass ?? 0) >= (settings?.learning.epochs ?? 1);
  return [
    h(
      "p",
      { class: "says", role: "status" },
      "The next click is among its first 20 guesses ",
      h("b", { class: "guess" }, `${percent(last.recall)} times in 100`),
      ".",
    ),
    h("p", { class: "small" }, words),
    h(
      "p",
      { class: "row" },
      button("edge", isWhole ? "Train on" : "Go on", trainOn, { key: "go" }),
      button("plain", "Change settings", () => change({ opened: { ...opened, train: true } })),
      took > 0 &&
        !progress &&
        h("span", { class: "small" }, seconds(took), rate > 0 && `, ${count(rate)} clicks/s`),
    ),
  ];
}

/** The best pass is kept: it is the one that answers. */
export function bestOf({ series }: State): State["series"]["measured"][number] | undefined {
  const { measured } = series;
  const whole = measured.filter(({ pass }) => Number.isInteger(pass));
  return (whole.length > 0 ? whole : measured).reduce<(typeof measured)[number] | undefined>(
    (best, one) => (best && best.recall >= one.recall ? best : one),
    undefined,
  );
}
