/** The plot of an ablation: each row as a dot on a line of its own, with the base as an upright line. SVG. */

import { escaped, niceAbove, short } from "../../src/cli/plots.js";
import { digits, figureOf, knownOf, meanOf } from "./figures.js";
import type { Experiment, Run } from "./types.js";

const WIDTH = 720;
const LINE = 20;
/** Between groups. */
const GAP = 8;
const LEFT = 230;
const RIGHT = 70;
const TOP = 34;
const BOTTOM = 28;
const TICKS = 5;

/** The same colours in both themes as those of the reports; a picture in a page follows the theme of the reader. */
const STYLE = `
text { fill: #59626c; font: 12px system-ui, sans-serif; } .title { font-weight: 600; } .end { text-anchor: end; } .mid { text-anchor: middle; }
.grid { stroke: #d9dee3; } .base { stroke: hsl(150 70% 42%); stroke-width: 2; } .dot { fill: hsl(240 70% 42%); } .reach { stroke: hsl(240 70% 42%); stroke-width: 2; }
@media (prefers-color-scheme: dark) { text { fill: #9aa4ae; } .grid { stroke: #333a41; } .base { stroke: hsl(150 65% 66%); } .dot { fill: hsl(240 65% 66%); } .reach { stroke: hsl(240 65% 66%); } }
`;

interface Point {
  readonly label: string;
  readonly group: string | undefined;
  readonly value: number;
}

/** Undefined of what is no ablation, and of one of which no change can be set against its base yet. */
export function plotOf(experiment: Experiment, runs: readonly Run[]): string | undefined {
  const { ablation, rows, lists } = experiment;
  if (!ablation) return undefined;
  const points: Point[] = rows.map((row) => {
    const { runs: own } = knownOf(experiment, row, runs);
    const value = meanOf(own.map((run) => figureOf(run, lists[0]!, ablation.measure)));
    return { label: row.label, group: row.group, value };
  });
  const base = points.find(({ label }) => label === ablation.base)?.value ?? Number.NaN;
  const isEmpty = points.filter(({ value }) => Number.isFinite(value)).length < 2;
  if (isEmpty || !Number.isFinite(base)) return undefined;
  return drawn(experiment.title, ablation.measure, points, base);
}

function drawn(title: string, measure: string, points: readonly Point[], base: number): string {
  const found = points.filter(({ value }) => Number.isFinite(value));
  const { low, step, count } = scaleOf(found.map(({ value }) => value));
  const x = (value: number): string =>
    (LEFT + ((WIDTH - LEFT - RIGHT) * (value - low)) / (step * count)).toFixed(1);
  const gaps = found.map(({ group }, i) => Number(i > 0 && group !== found[i - 1]!.group));
  const y = gaps.map((_, i) => {
    const above = gaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0);
    return TOP + LINE * (i + 0.5) + GAP * above;
  });
  const bottom = y.at(-1)! + LINE / 2;
  const height = bottom + BOTTOM;
  const grid = Array.from({ length: count + 1 }, (_, i) => {
    const at = x(low + i * step);
    const line = `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${bottom}" class="grid"/>`;
    return `${line}<text x="${at}" y="${bottom + 18}" class="mid">${short(low + i * step)}</text>`;
  });
  const lines = found.map(({ label, value }, i) => {
    const at = y[i]!;
    const name = `<text x="${LEFT - 10}" y="${at}" dy=".35em" class="end">${escaped(label)}</text>`;
    const reach = `<line x1="${x(base)}" x2="${x(value)}" y1="${at}" y2="${at}" class="reach"/>`;
    const dot = `<circle cx="${x(value)}" cy="${at}" r="4" class="dot"/>`;
    return `${name}${reach}${dot}<text x="${WIDTH - 8}" y="${at}" dy=".35em" class="end">${digits(value)}</text>`;
  });
  const told = `${title}, ${measure.toUpperCase()}: what each change does to the base`;
  const upright = `<line x1="${x(base)}" x2="${x(base)}" y1="${TOP}" y2="${bottom}" class="base"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(told)}"><style>${STYLE}</style>
<text x="${LEFT}" y="18" class="title">${escaped(told)}</text>
${[...grid, upright, ...lines].join("\n")}
</svg>
`;
}

/** Round numbers around the values: not from 0, since what differs is small beside what is alike. */
function scaleOf(values: readonly number[]): {
  readonly low: number;
  readonly step: number;
  readonly count: number;
} {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = niceAbove((most - least || most || 1) / TICKS);
  const first = Math.floor(least / step);
  return { low: first * step, step, count: Math.max(1, Math.ceil(most / step) - first) };
}
