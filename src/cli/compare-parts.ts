/** Test cases of a comparison in parts: by length of the session, popularity of the target, place and day. */
import type { ComparedModel, Sessions } from "../index.js";

/** Some test cases, and the share of them that each model found. */
export interface Part {
  readonly label: string;
  readonly cases: number;
  /** By model: Recall and MRR at the longest list. */
  readonly recall: readonly number[];
  readonly mrr: readonly number[];
}

export interface Parting {
  readonly title: string;
  readonly parts: readonly Part[];
}

const DAY = 86_400;
/** Parts with fewer cases say nothing. */
const LEAST = 20;
const LENGTHS = [2, 3, 4, 5, 7, 10, 15, 20, 50];
const PLACES = [1, 2, 3, 4, 5, 7, 10, 15, 20, 50];
/** Shares of all events of training: targets among the most popular items that have so many, and so on. */
const POPULARITY = [0.1, 0.25, 0.5, 0.75, 0.9, 1];
const MOST_DAYS = 31;

/** All partings of the test that have two parts or more. */
export function partings(
  models: readonly ComparedModel[],
  log: Sessions,
  test: Sessions,
  cutoff: number,
): Parting[] {
  const { offsets, times, itemIndices, items } = test;
  const lengthOf = (session: number): number => offsets[session + 1]! - offsets[session]!;
  const popular = popularityOf(
    log,
    items.ids.map((id) => log.items.indexOf(id)),
  );
  const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const isTimed = test.report?.timeUnit !== "none";
  const days = (event: number): number => Math.floor((times[event]! - first) / DAY);
  const all: (readonly [string, (event: number, session: number) => string | undefined])[] = [
    ["by clicks of the session", (_, session) => rangeOf(LENGTHS, lengthOf(session))],
    [
      "by popularity of the target: the share of all events that go to more popular items",
      (event) => popular[itemIndices[event]!],
    ],
    ["by place in the session", (event, session) => rangeOf(PLACES, event - offsets[session]!)],
    ["by day of the test", (event) => (isTimed ? `day ${days(event) + 1}` : undefined)],
  ];
  return all
    .map(([title, labelOf]) => ({ title, parts: partsBy(labelOf, models, test, cutoff) }))
    .filter(({ parts }) => parts.length > 1 && parts.length <= MOST_DAYS);
}

function partsBy(
  labelOf: (event: number, session: number) => string | undefined,
  models: readonly ComparedModel[],
  { offsets, length }: Sessions,
  cutoff: number,
): Part[] {
  const found = new Map<string, { cases: number; hits: number[]; sums: number[] }>();
  for (let s = 0; s < length; ++s) {
    for (let event = offsets[s]!; event < offsets[s + 1]!; ++event) {
      if (Number.isNaN(models[0]!.ranks[event]!)) continue;
      const label = labelOf(event, s);
      if (label === undefined) continue;
      const zeros = (): number[] => models.map(() => 0);
      const part = found.get(label) ?? { cases: 0, hits: zeros(), sums: zeros() };
      found.set(label, part);
      part.cases++;
      for (const [m, { ranks }] of models.entries()) {
        const rank = ranks[event]!;
        if (!(rank <= cutoff)) continue;
        part.hits[m]!++;
        part.sums[m]! += 1 / rank;
      }
    }
  }
  const parts = [...found].map(([label, { cases, hits, sums }]) => {
    const mean = (sum: number): number => sum / cases;
    return { label, cases, recall: hits.map(mean), mrr: sums.map(mean) };
  });
  const inOrder = (a: Part, b: Part): number =>
    a.label.localeCompare(b.label, "en", { numeric: true });
  return parts.filter(({ cases }) => cases >= LEAST).sort(inOrder);
}

/** `"4"`, `"5–6"`, `"50+"`: the range of ascending beginnings that a number is in. */
function rangeOf(begins: readonly number[], value: number): string {
  const place = begins.findLastIndex((begin) => begin <= value);
  const [begin = 1, next] = [begins[place], begins[place + 1]];
  if (next === undefined) return `${begin}+`;
  return next === begin + 1 ? `${begin}` : `${begin}–${next - 1}`;
}

/** For each item of the test, by its row in the training: how much of all events the items before it have. */
function popularityOf(
  { items, events }: Sessions,
  rows: readonly number[],
): (string | undefined)[] {
  const order = Array.from(items.ids.keys()).sort((a, b) => items.support[b]! - items.support[a]!);
  const labels = new Array<string>(items.size);
  let before = 0;
  for (const row of order) {
    const place = POPULARITY.findIndex((share) => before / events < share);
    const from = POPULARITY[place - 1] ?? 0;
    labels[row] = `${100 * from}–${100 * POPULARITY[place]!} %`;
    before += items.support[row]!;
  }
  return rows.map((row) => (row < 0 ? undefined : labels[row]));
}
