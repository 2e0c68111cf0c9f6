/** Three small charts: surprise, what is in the first 20, and how far up. Baselines stand there before training begins. */

import type { Measured } from "../engine/protocol.js";
import type { State } from "../state/state.js";
import { percent, share } from "../words/numbers.js";
import { type Chart, drawing, type Line } from "./chart.js";
import { type Child, h, type Node_ } from "./dom.js";
import { TERMS, term } from "./parts.js";

export function charts(state: State): Node_ {
  const { series, settings, baselines, facts, progress, best, point } = state;
  const passes = Math.max(progress?.passes ?? settings?.learning.epochs ?? 1, 1);
  const both = (key: "recall" | "mrr"): Line[] =>
    baselines
      ? [
          ...(facts!.isShop && best
            ? [{ name: "best possible", value: best[key], isDashed: true }]
            : []),
          { name: "last click only", value: baselines.lastClick[key] },
          { name: "most popular", value: baselines.popular[key] },
        ]
      : [];
  const points = (key: "recall" | "mrr") =>
    series.measured.map((one: Measured) => [one.pass, one[key]] as const);
  const drawn = [
    surprise(series.loss),
    rising(
      "In the first 20",
      [term("Recall@20", TERMS.recall), ", of 100 next clicks"],
      points("recall"),
      both("recall"),
      percent,
    ),
    rising(
      "How far up",
      [term("MRR@20", TERMS.mrr), ", 1 is always first"],
      points("mrr"),
      both("mrr"),
      share,
    ),
  ];
  const isBefore = series.measured.length === 0 && series.loss.length === 0;
  return h(
    "div",
    { class: "charts" },
    h(
      "div",
      { class: "three" },
      drawn.map((chart) => drawing(chart, passes, point)),
    ),
    isBefore &&
      h(
        "p",
        { class: "small" },
        "What it has to beat. “Most popular” lists the same items to everybody; “last click only” lists what was clicked most often right after the last item (a first-order Markov chain).",
      ),
    !isBefore && table(state),
  );
}

function surprise(points: readonly (readonly [number, number])[]): Chart {
  const values = points.map(([, loss]) => loss);
  const least = Math.min(...values, Number.POSITIVE_INFINITY);
  const most = Math.max(...values.slice(0, 400), Number.NEGATIVE_INFINITY);
  const isEmpty = points.length === 0;
  const step = isEmpty ? 1 : stepOf((most - least) / 2 || 0.5);
  const low = isEmpty ? 0 : Math.floor(least / step) * step;
  const high = isEmpty ? 2 : Math.max(most, low + 2 * step);
  return {
    title: "Surprise",
    about: [term("loss", TERMS.loss), ", lower is better"],
    points,
    dots: false,
    lines: [],
    grid: [low, low + step, low + 2 * step],
    low,
    high: Math.max(high, low + 2 * step),
    words: (value) => value.toFixed(2),
    tick: (value) => (isEmpty ? "" : value.toFixed(Number.isInteger(10 * step) ? 1 : 2)),
  };
}

function rising(
  title: string,
  about: Child,
  points: readonly (readonly [number, number])[],
  lines: readonly Line[],
  words: (value: number) => string,
): Chart {
  const most = Math.max(0.02, ...points.map(([, y]) => y), ...lines.map(({ value }) => value));
  const step = stepOf(most / 2);
  const tick = (value: number): string =>
    words === percent
      ? percent(value)
      : value === 0
        ? "0"
        : String(Number(value.toFixed(3))).replace(/^0/, "");
  return {
    ...{ title, about, points, dots: true, lines, low: 0, words, tick },
    high: Math.max(most * 1.04, 2 * step),
    grid: [0, step, 2 * step],
  };
}

/** A round number near a length. */
function stepOf(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length));
  const factor = [10, 5, 4, 2.5, 2, 1].find((one) => one * power <= length * 1.2) ?? 1;
  return factor * power;
}

/** The same as a table, one press away. */
function table({ series }: State): Node_ {
  const rows = series.measured.filter(({ pass }) => Number.isInteger(pass) || pass < 1);
  const lossAt = (pass: number): string => {
    const near = series.loss.filter(([at]) => at <= pass + 1e-9).at(-1);
    return near ? near[1].toFixed(2) : "";
  };
  return h(
    "details",
    { class: "figures" },
    h("summary", {}, "As a table"),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["pass", "loss", "Recall@20", "MRR@20"].map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(({ pass, recall, mrr }) =>
          h(
            "tr",
            {},
            [
              pass.toFixed(Number.isInteger(pass) ? 0 : 2),
              lossAt(pass),
              share(recall),
              share(mrr),
            ].map((value) => h("td", {}, value)),
          ),
        ),
      ),
    ),
  );
}
