/** The table of a comparison: as text, Markdown and CSV. */
import type { ComparedModel, Id, Intervals, Sessions } from "../index.js";
import { cutoffsOf, formatBytes, formatCount, formatSeconds, formatTable } from "./format.js";
import type { Ink } from "./io.js";

/** A model that has figures, and how sure these are. */
export interface ComparedRow {
  readonly model: ComparedModel;
  readonly intervals: Intervals;
}

/** How much of a comparison was done when it ended early. */
export interface PartFacts {
  /** Models that are over. */
  readonly finished: number;
  /** The models that were not measured. */
  readonly left: readonly string[];
}

export const MEASURES = ["recall", "mrr", "ndcg"] as const;
export const TITLES = { recall: "Recall", mrr: "MRR", ndcg: "NDCG" } as const;

/** What the marks of `cell` mean. */
export const LEGEND: string =
  "* the highest   ~ not surely lower than that, by the 95 % interval of the paired difference";

/** `0.6800*`, `0.6784~`, or `0.6201`: surely below the highest. */
export function cellText(
  { intervals }: ComparedRow,
  measure: (typeof MEASURES)[number],
  cutoff: number,
): string {
  const { value, isBest, isWorse } = intervals[measure][cutoff]!;
  return `${value.toFixed(4)}${isBest ? "*" : isWorse ? " " : "~"}`;
}

/** `v-sknn  Recall@20 0.6800  MRR@20 0.2836  fitted in 1.2 s, 5,713 requests/s` */
export function comparedLine({ name, evaluation, failure, ...costs }: ComparedModel): string {
  if (!evaluation) return `${name}  no figures: ${failure?.message}`;
  const { recall, mrr } = evaluation;
  const most = cutoffsOf(recall).at(-1)!;
  const figures = `Recall@${most} ${recall[most]!.toFixed(4)}  MRR@${most} ${mrr[most]!.toFixed(4)}`;
  const { trainSeconds, requestsPerSecond } = costs;
  const times = [
    ...(trainSeconds === undefined ? [] : [`fitted in ${formatSeconds(trainSeconds)}`]),
    ...(requestsPerSecond === undefined ? [] : [`${formatCount(requestsPerSecond)} requests/s`]),
  ];
  return `${name}  ${figures}  ${times.join(", ")}`.trimEnd();
}

export function cutoffsIn(rows: readonly ComparedRow[]): number[] {
  return rows[0] ? cutoffsOf(rows[0].intervals.recall) : [];
}

/** `Stopped after 2 of 3 models. Not measured: bpr-mf.` */
export function partLine({ finished, left }: PartFacts): string {
  return `Stopped after ${finished} of ${finished + left.length} models. Not measured: ${left.join(", ")}.`;
}

/** The lines of three measures, and of what the models cost; none without a row. */
export function tableLines(
  rows: readonly ComparedRow[],
  part: PartFacts | undefined,
  ink: Ink,
): string[] {
  if (rows.length === 0) return [];
  const cutoffs = cutoffsIn(rows);
  const tables = MEASURES.map((measure) => [
    [TITLES[measure], ...cutoffs.map((cutoff) => `@${cutoff} `)],
    ...rows.map((row) => [
      row.model.name,
      ...cutoffs.map((cutoff) => cellText(row, measure, cutoff)),
    ]),
  ]);
  const most = cutoffs.at(-1)!;
  const costs = [
    ["costs", ...costTitles(rows, most)],
    ...rows.map(({ model }) => [model.name, ...costsOf(rows, model, most)]),
  ];
  const lines = [...tables, costs].flatMap((table) => ["", ...formatTable(table)]);
  return [...lines, ink.dim(LEGEND), ...(part ? [partLine(part)] : [])];
}

export function costTitles(rows: readonly ComparedRow[], cutoff: number): string[] {
  const times = isTimed(rows) ? ["training", "requests/s"] : [];
  return [`coverage@${cutoff}`, `popularity@${cutoff}`, ...times, "size"];
}

/** Under `costTitles`; nothing where it is not known. */
export function costsOf(
  rows: readonly ComparedRow[],
  { evaluation, trainSeconds, requestsPerSecond, bytes }: ComparedModel,
  cutoff: number,
): string[] {
  const { coverage, popularity } = evaluation!;
  const told = (value: number | undefined, format: (value: number) => string): string =>
    value === undefined ? "" : format(value);
  const times = [told(trainSeconds, formatSeconds), told(requestsPerSecond, formatCount)];
  return [
    coverage![cutoff]!.toFixed(4),
    popularity![cutoff]!.toFixed(4),
    ...(isTimed(rows) ? times : []),
    told(bytes, formatBytes),
  ];
}

/** Models that ran side by side have no times. */
function isTimed(rows: readonly ComparedRow[]): boolean {
  return rows.some(({ model }) => model.requestsPerSecond !== undefined);
}

/** @param part what it was stopped after, if it was */
export function markdownTable(rows: readonly ComparedRow[], part?: PartFacts): string {
  const cutoffs = cutoffsIn(rows);
  const columns = MEASURES.flatMap((measure) => cutoffs.map((cutoff) => ({ measure, cutoff })));
  const most = cutoffs.at(-1)!;
  const head = [
    "model",
    ...columns.map(({ measure, cutoff }) => `${TITLES[measure]}@${cutoff}`),
    ...costTitles(rows, most),
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const body = rows.map((row) => {
    const measured = columns.map(({ measure, cutoff }) => cellText(row, measure, cutoff).trim());
    return line([
      row.model.name.replaceAll("|", "\\|"),
      ...measured,
      ...costsOf(rows, row.model, most),
    ]);
  });
  const rule = line(head.map((_, i) => (i === 0 ? "---" : "---:")));
  const notes = [LEGEND.replaceAll("*", "\\*"), ...(part ? [partLine(part)] : [])];
  return `${[line(head), rule, ...body].join("\n")}\n\n${notes.join("\n\n")}\n`;
}

/** A row for each model and list length; a row without figures for each model that is left. */
export function csvTable(rows: readonly ComparedRow[], left: readonly string[]): string {
  const measured = MEASURES.flatMap((name) => [
    name,
    `${name}_low`,
    `${name}_high`,
    `${name}_worse`,
  ]);
  const costs = ["coverage", "popularity", "train_seconds", "requests_per_second", "bytes"];
  const lines = rows.flatMap(({ model, intervals }) =>
    cutoffsIn(rows).map((cutoff) => {
      const { coverage, popularity } = model.evaluation!;
      const figures = MEASURES.flatMap((name) => {
        const { value, low, high, isWorse } = intervals[name][cutoff]!;
        return [value, low, high, isWorse ? 1 : 0];
      });
      const { name, trainSeconds, requestsPerSecond, bytes } = model;
      const times = [trainSeconds, requestsPerSecond, bytes].map((value) => value ?? "");
      const rest = [coverage![cutoff]!, popularity![cutoff]!, ...times];
      return [csvText(name), cutoff, ...figures, ...rest].join(",");
    }),
  );
  const head = ["model", "cutoff", ...measured, ...costs];
  const none = left.map((name) => csvText(name) + ",".repeat(head.length - 1));
  return `${[head.join(","), ...lines, ...none].join("\n")}\n`;
}

/**
 * A row for each test event: its session, its place in it from 0, its item, its rank by each model; empty for a miss.
 * Models that are left have an empty column whose name says so.
 */
export function* rankLines(
  models: readonly ComparedModel[],
  test: Sessions,
  left: readonly string[],
): Generator<string, void> {
  const { sessionIds, offsets, itemIndices, items } = test;
  const none = left.map((name) => `${name} (not measured)`);
  yield `session,place,item,${[...models.map(({ name }) => name), ...none].map(csvText).join(",")}\n`;
  for (let s = 0; s < test.length; ++s) {
    for (let event = offsets[s]! + 1; event < offsets[s + 1]!; ++event) {
      if (Number.isNaN(models[0]!.ranks[event]!)) continue;
      const ranks = models.map(({ ranks }) => (ranks[event]! < Infinity ? ranks[event] : ""));
      const item = csvText(items.ids[itemIndices[event]!]!);
      const cells = [...ranks, ...left.map(() => "")].join(",");
      yield `${csvText(sessionIds[s]!)},${event - offsets[s]!},${item},${cells}\n`;
    }
  }
}

function csvText(id: Id): string {
  const text = String(id);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
