/** One small chart: a line in the accent, its last value at its end, baselines with their names on them. */

import { change, now, type State } from "../state/state.js";
import { type Child, h, type Node_ } from "./dom.js";

const WIDTH = 224;
const LEFT = 26;
const RIGHT = 58;
const TOP = 16;
const HEIGHT = 120;
const PLOT = WIDTH - LEFT - RIGHT;

export interface Line {
  readonly name: string;
  readonly value: number;
  readonly isDashed?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly about: Child;
  readonly points: readonly (readonly [number, number])[];
  readonly dots: boolean;
  readonly lines: readonly Line[];
  readonly grid: readonly number[];
  readonly low: number;
  readonly high: number;
  readonly words: (value: number) => string;
  readonly tick: (value: number) => string;
}

export function drawing(
  { title, about, points, dots, lines, grid, low, high, words, tick }: Chart,
  passes: number,
  point: State["point"],
): Node_ {
  const x = (pass: number): number => LEFT + (PLOT * pass) / passes;
  const y = (value: number): number => TOP + HEIGHT * (1 - (value - low) / (high - low));
  const last = points.at(-1);
  const ticks = Math.min(passes, 4);
  const path = points
    .map(([pass, value], i) => `${i === 0 ? "M" : "L"}${x(pass).toFixed(1)} ${y(value).toFixed(1)}`)
    .join("");
  const read = point?.title === title ? points[Math.min(point.at, points.length - 1)] : undefined;
  const said = last
    ? `${title}: ${words(last[1])} after ${last[0].toFixed(1)} passes.`
    : `${title}: nothing measured yet.`;
  const beside = lines.map(({ name, value }) => `${name} ${words(value)}`).join(", ");
  return h(
    "figure",
    { class: "picture", key: title },
    h(
      "figcaption",
      {},
      h("b", {}, title),
      h(
        "span",
        { class: read ? "read" : "", role: "status" },
        read ? sentence(read, words) : about,
      ),
    ),
    h(
      "svg",
      {
        viewBox: `0 0 ${WIDTH} ${TOP + HEIGHT + 24}`,
        role: "img",
        tabindex: points.length > 0 ? "0" : undefined,
        onkeydown: (event: KeyboardEvent) => key(event, title, points.length),
        onpointermove: (event: PointerEvent) => {
          const at = nearest(event, points, x);
          if (at !== point?.at || point.title !== title) change({ point: { title, at } });
        },
        onpointerleave: () => change({ point: undefined }),
        onblur: () => change({ point: undefined }),
        "aria-label": beside ? `${said} To beat: ${beside}.` : said,
      },
      grid
        .filter((value) => value <= high * 1.001)
        .map((value) => [
          h("path", { class: "grid", d: `M${LEFT} ${y(value)}H${LEFT + PLOT}` }),
          h(
            "text",
            { class: "axis", x: LEFT - 7, y: y(value) + 4, "text-anchor": "end" },
            tick(value),
          ),
        ]),
      baselines(lines, y, words),
      Array.from({ length: ticks + 1 }, (_, i) => {
        const pass = Math.round((i * passes) / ticks);
        return h(
          "text",
          { class: "axis", x: x(pass), y: TOP + HEIGHT + 19, "text-anchor": "middle" },
          pass,
        );
      }),
      h("text", { class: "axis", x: LEFT + PLOT + 14, y: TOP + HEIGHT + 19 }, "pass"),
      path && h("path", { class: "guess-curve", d: path }),
      dots &&
        points.map(([pass, value]) =>
          h("circle", { class: "guess-dot", cx: x(pass), cy: y(value), r: 2 }),
        ),
      last && h("circle", { class: "guess-dot end", cx: x(last[0]), cy: y(last[1]), r: 4 }),
      last && !read && ending(last, { x, y, words, passes, lines }),
      read && reading(read, { x, y, words, passes, lines }),
    ),
  );
}

function sentence(
  [pass, value]: readonly [number, number],
  words: (value: number) => string,
): string {
  const passes = Number(pass.toFixed(2));
  return `${words(value)} after ${passes} ${passes === 1 ? "pass" : "passes"}`;
}

/** The point that is read, with a line down to its pass; its value stands above the chart. */
function reading(point: readonly [number, number], { x, y }: Scales): Child {
  const [atX, atY] = [x(point[0]), y(point[1])];
  return [
    h("path", { class: "drop-line", d: `M${atX} ${atY}V${TOP + HEIGHT}` }),
    h("circle", { class: "guess-dot", cx: atX, cy: atY, r: 4 }),
  ];
}

/** Arrows go from point to point, Home and End to the first and the last. */
function key(event: KeyboardEvent, title: string, length: number): void {
  const { point } = now();
  const at = point?.title === title ? point.at : length - 1;
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: length - 1 }[event.key];
  if (to === undefined || length === 0) return;
  event.preventDefault();
  change({ point: { title, at: Math.max(0, Math.min(length - 1, to)) } });
}

/** The point that is nearest to the pointer, along the passes. */
function nearest(
  event: PointerEvent,
  points: Chart["points"],
  x: (pass: number) => number,
): number {
  const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
  const at = ((event.clientX - left) * WIDTH) / width;
  const gaps = points.map(([pass]) => Math.abs(x(pass) - at));
  return gaps.indexOf(Math.min(...gaps));
}

interface Scales {
  x(pass: number): number;
  y(value: number): number;
  words(value: number): string;
  readonly passes: number;
  readonly lines: readonly Line[];
}

/** The last value at its end; below the point where names of baselines stand beside it. */
function ending(
  [pass, value]: readonly [number, number],
  { x, y, words, passes, lines }: Scales,
): Node_ {
  const isBelow = lines.length > 0 && pass < 0.97 * passes;
  const [atX, atY] = isBelow ? [x(pass), y(value) + 17] : [x(pass) + 9, y(value) + 5];
  return h(
    "text",
    { class: "guess-value", x: atX, y: atY, "text-anchor": isBelow ? "middle" : "start" },
    words(value),
  );
}

function baselines(
  lines: readonly Line[],
  y: (value: number) => number,
  words: (value: number) => string,
): Node_[] {
  return lines.flatMap(({ name, value, isDashed = false }, i) => [
    h("path", {
      class: isDashed ? "baseline dashed" : "baseline",
      d: `M${LEFT} ${y(value)}H${LEFT + PLOT}`,
      key: name,
    }),
    h(
      "text",
      {
        class: "baseline-name",
        x: LEFT + PLOT - 1,
        y: y(value) + (i === lines.length - 2 ? 13 : -5),
        "text-anchor": "end",
      },
      `${name} `,
      h("tspan", { class: "strong" }, words(value)),
    ),
  ]);
}
