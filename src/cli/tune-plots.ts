/** Pictures of a tuning: trials in their order with the best so far, and the figures over the values of an option. */
import type { Dimension, Trial } from "../index.js";
import {
  axes,
  escaped,
  type Frame,
  frameOf,
  niceAbove,
  picture,
  short,
  type Tick,
} from "./plots.js";

/** Of the figures an axis shows about so many. */
const TICKS = 4;
const MOST_LETTERS = 10;

/** An axis from a round number below the figures to one above. */
interface Scale {
  readonly ticks: readonly Tick[];
  share(figure: number): number;
}

/** What is far below the other complete trials stands on the lowest line: it would press those together. */
function scaleOf(trials: readonly Trial[]): Scale {
  const figures = trials.flatMap(({ value }) => value ?? []);
  const sorted = trials
    .flatMap(({ state, value }) => (state === "complete" ? value! : []))
    .sort((a, b) => a - b);
  const quarter = sorted[Math.floor(sorted.length / 4)] ?? Number.NEGATIVE_INFINITY;
  const spread = (sorted.at(-1) ?? 0) - quarter;
  const most = Math.max(...figures);
  const least = Math.max(Math.min(...figures), quarter - 2 * spread);
  const step = niceAbove((most - least || Math.abs(most) || 1) / TICKS);
  const low = Math.floor(least / step);
  const high = Math.max(Math.ceil(most / step), low + 1);
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, i) => ({
      at: i / (high - low),
      label: short((low + i) * step),
    })),
    share: (figure) => Math.max(0, (figure / step - low) / (high - low)),
  };
}

/** Every trial that has a figure, and the best complete one so far as a line. */
export function courseChart(title: string, trials: readonly Trial[]): string {
  const frame = frameOf();
  const measured = trials.filter(({ value }) => value !== undefined);
  const scale = scaleOf(measured);
  const last = Math.max(1, trials.at(-1)!.number);
  const every = Math.max(1, Math.ceil(last / 12));
  const below = Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => ({
    at: (i * every) / last,
    label: String(i * every),
  }));
  let best = Number.NEGATIVE_INFINITY;
  const steps = trials.flatMap(({ number, state, value }) => {
    const before = best;
    if (state === "complete") best = Math.max(best, value!);
    if (!Number.isFinite(best)) return [];
    const x = frame.x(number / last).toFixed(1);
    const levels = Number.isFinite(before) && best > before ? [before, best] : [best];
    return levels.map((level) => `${x},${frame.y(scale.share(level)).toFixed(1)}`);
  });
  const dots = measured.map((trial) => dot(frame, trial, trial.number / last, scale));
  const line = `<g class="best-line"><polyline points="${steps.join(" ")}"/></g>`;
  return picture(title, frame, `${axes(frame, scale.ticks, below)}${line}${dots.join("")}`);
}

/** The figures of all trials over their values of one option. Later trials are stronger. */
export function optionChart(dimension: Dimension, place: number, trials: readonly Trial[]): string {
  const frame = frameOf(360, 220);
  const measured = trials.filter(({ value }) => value !== undefined);
  const scale = scaleOf(measured);
  const { ticks, share } = axisOf(dimension);
  const last = Math.max(1, trials.at(-1)!.number);
  const dots = measured.map((trial) =>
    dot(
      frame,
      trial,
      share(trial.values[place]!, trial.number),
      scale,
      0.3 + (0.7 * trial.number) / last,
    ),
  );
  return picture(dimension.path, frame, `${axes(frame, scale.ticks, ticks)}${dots.join("")}`);
}

function dot(frame: Frame, trial: Trial, x: number, scale: Scale, strength = 1): string {
  const { number, state, value, parameters } = trial;
  const options = JSON.stringify({ ...parameters.model, ...parameters.train });
  const told = `trial ${number}, ${state}: ${value!.toFixed(4)} ${options}`;
  const at = `cx="${frame.x(x).toFixed(1)}" cy="${frame.y(scale.share(value!)).toFixed(1)}"`;
  return `<circle ${at} r="4" class="${state}" opacity="${strength.toFixed(2)}"><title>${escaped(told)}</title></circle>`;
}

/** Where values of an option stand. Trials of one choice stand side by side, so that none hides another. */
function axisOf(dimension: Dimension): {
  readonly ticks: readonly Tick[];
  share(value: number, trial: number): number;
} {
  if (dimension.kind === "choices") {
    const { choices } = dimension;
    const middle = (place: number): number => (place + 0.5) / choices.length;
    return {
      ticks: choices.map((choice, i) => ({ at: middle(i), label: shortened(choice) })),
      share: (place, trial) => middle(place) + (((trial * 5) % 9) - 4) / 16 / choices.length,
    };
  }
  const { from, to, log = false } = dimension;
  const on = (value: number): number => (log ? Math.log(value) : value);
  const share = (value: number): number => (on(value) - on(from)) / (on(to) - on(from));
  const values = log ? tens(from, to) : [0, 1, 2, 3, 4].map((i) => from + ((to - from) * i) / 4);
  return { ticks: values.map((value) => ({ at: share(value), label: short(value) })), share };
}

/** Both ends, and the powers of ten that stand away from them. */
function tens(from: number, to: number): number[] {
  const powers = [];
  for (let power = Math.ceil(Math.log10(from)); 10 ** power < to; ++power) powers.push(10 ** power);
  const room = (to / from) ** 0.15;
  return [from, ...powers.filter((power) => power > from * room && power < to / room), to];
}

function shortened(choice: unknown): string {
  const text = typeof choice === "string" ? choice : JSON.stringify(choice);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
}
