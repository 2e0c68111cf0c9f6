/** docs/experiments.md, from the runs that are finished. */

import { PARTS, type Part } from "./experiments.js";
import { deviationOf, digits, figureOf, knownOf, meanOf } from "./figures.js";
import { LOGS } from "./logs.js";
import { MINUTES, TARGET, TIMED, type Time, timesOf } from "./minutes.js";
import { isNetwork } from "./networks.js";
import { plotOf } from "./plot.js";
import type { Experiment, List, Measure, Published, Row, Run } from "./types.js";

/** Paths are relative to the repository. */
export const PAGE = "docs/experiments.md";
export const RESULTS = "bench/experiments/results.ndjson";
const PLOTS = "bench/experiments/plots";

const HEAD = `# Experiments

What a GRU4Rec reaches on public logs, beside baselines and beside what others print. Every figure is repeated by one command in a clone of the
repository: \`npm run experiments -- NAME\` runs what is missing of a table, \`npm run experiments -- --list\` tells the names, and \`--data DIR\` says
where the logs are (none may be redistributed; the command says where to get each). A run that is ended, by Ctrl-C or a kill, goes on from its last
checkpoint when the command is given again.

This page is rendered from [\`${RESULTS}\`](../${RESULTS}), where each run stands with all its options, its seed, its command, the hash of the code
and of the data, the machine and the minutes. Runs have portable numerics: the same command gives the same digits on every engine and for any number
of threads. \`*\` marks the highest of a column, “±” is the standard deviation of the seeds, “not run” says that nobody has waited for it yet.
Options that a row does not name have their [defaults](training.md). A tuned row has the options that \`npm run experiments -- --tune NAME\` finds on
validation data alone, and keeps its trials in \`bench/experiments/tunings\`; one that is not run has none yet. Minutes are of a machine that others
may have used, too.
`;

const LISTS: Readonly<Record<List, string>> = { all: "", unseen: " without seen" };

const MEASURES = { recall: "Recall", mrr: "MRR", ndcg: "NDCG" } as const;

/** @returns the page, and the plots by their paths */
export function rendered(
  runs: readonly Run[],
  times: readonly Time[],
  parts: readonly Part[] = PARTS,
): { readonly page: string; readonly plots: ReadonlyMap<string, string> } {
  const plots = new Map<string, string>();
  const sections = parts.map(({ heading, experiments }) => {
    const tables = experiments.map((experiment) => {
      const plot = plotOf(experiment, runs);
      const path = `${PLOTS}/${experiment.name}.svg`;
      if (plot !== undefined) plots.set(path, plot);
      return tableOf(experiment, runs, plot === undefined ? undefined : path);
    });
    return [`## ${heading}`, ...tables].join("\n\n");
  });
  const whole = [HEAD.trim(), glanceOf(parts, runs), ...sections, minutesOf(times)].join("\n\n");
  return { page: `${whole}\n`, plots };
}

function tableOf(experiment: Experiment, runs: readonly Run[], plot: string | undefined): string {
  const { name, title, protocol, caveats, rows, published } = experiment;
  const heading = experiment.ablation ? `${title}, one thing at a time` : title;
  const columns = columnsOf(experiment);
  const best = columns.map(({ list, measure }) =>
    Math.max(
      ...rows.map((row) => mean(knownOf(experiment, row, runs).runs, list, measure)),
      Number.NEGATIVE_INFINITY,
    ),
  );
  const head = ["model", ...columns.map(({ title: column }) => column), "seeds", "minutes"];
  const lines = [
    head,
    ["---", ...columns.map(() => "---:"), "---:", "---:"],
    ...published.map((each) => publishedCells(each, columns)),
    ...rows.map((row) => cellsOf(experiment, row, columns, best, runs)),
  ].map((cells) => `| ${cells.join(" | ")} |`);
  return [
    `### ${heading}`,
    `\`npm run experiments -- ${name}\`. ${protocol}`,
    lines.join("\n"),
    ...(plot === undefined ? [] : [`![${heading}](../${plot})`]),
    [...caveats, sourceOf(experiment), ...rowNotes(rows), ...machines(experiment, runs)]
      .map((line) => `- ${line}`)
      .join("\n"),
  ].join("\n\n");
}

interface Column {
  readonly list: List;
  readonly measure: Measure;
  readonly title: string;
}

function columnsOf({ lists, measures }: Experiment): Column[] {
  return lists.flatMap((list) =>
    measures.map((measure) => {
      const [name, cutoff] = measure.split("@") as [keyof typeof MEASURES, string];
      const suffix = lists.length > 1 && list === "all" ? " with seen" : LISTS[list];
      return { list, measure, title: `${MEASURES[name]}@${cutoff}${suffix}` };
    }),
  );
}

function publishedCells(
  { model, values, source }: Published,
  columns: readonly Column[],
): readonly string[] {
  const [first] = columns;
  const cells = columns.map(({ list, measure }) => {
    const value = list === first?.list ? values[measure] : undefined;
    return value === undefined ? "" : digits(value);
  });
  return [`*${model}* (${source})`, ...cells, "", ""];
}

function cellsOf(
  experiment: Experiment,
  row: Row,
  columns: readonly Column[],
  best: readonly number[],
  runs: readonly Run[],
): readonly string[] {
  const { runs: own, failed, wanted } = knownOf(experiment, row, runs);
  const none = failed > 0 ? "diverged" : "not run";
  if (own.length === 0) return [row.label, none, ...columns.slice(1).map(() => ""), "", ""];
  const cells = columns.map(({ list, measure }, i) => {
    const values = own.map((run) => figureOf(run, list, measure));
    const value = meanOf(values);
    const spread = values.length > 1 ? ` ± ${digits(deviationOf(values))}` : "";
    return `${digits(value)}${value === best[i] ? "\\*" : ""}${spread}`;
  });
  const seeds = own.length < wanted ? `${own.length} of ${wanted}` : String(wanted);
  const minutes = meanOf(own.map((run) => run.minutes));
  return [row.label, ...cells, row.seeds.length === 0 ? "" : seeds, minutes.toFixed(1)];
}

function mean(runs: readonly Run[], list: List, measure: Measure): number {
  return runs.length === 0
    ? Number.NEGATIVE_INFINITY
    : meanOf(runs.map((run) => figureOf(run, list, measure)));
}

function sourceOf({ log }: Experiment): string {
  return `The log: ${LOGS[log].from.charAt(0).toLowerCase()}${LOGS[log].from.slice(1)}`;
}

function rowNotes(rows: readonly Row[]): string[] {
  return rows.flatMap(({ label, note }) => (note === undefined ? [] : [`${label}: ${note}.`]));
}

/** The highest of each kind: what a reader looks for first. */
function glanceOf(parts: readonly Part[], runs: readonly Run[]): string {
  const tables = parts
    .flatMap(({ experiments }) => experiments)
    .filter(({ ablation }) => ablation === undefined);
  const lines = tables.flatMap((experiment) => {
    const { title, rows, published, lists, measures } = experiment;
    const list = lists[0]!;
    const measure = measures.find((one) => /^(mrr@20|ndcg@10)$/.test(one)) ?? measures[0]!;
    const known = rows.map((row) => ({
      row,
      model: row.label,
      value: mean(knownOf(experiment, row, runs).runs, list, measure),
    }));
    const printed = published.flatMap(({ model, values }) => {
      const value = values[measure];
      return value === undefined ? [] : [{ model: `*${model}*`, value }];
    });
    const { title: column } = columnsOf(experiment).find((one) => one.measure === measure)!;
    const kinds = [
      printed,
      known.filter(({ row }) => !isNetwork(row.model)),
      known.filter(({ row }) => row.model === "gru4rec"),
    ];
    const cells = kinds.map((kind) => highest(kind));
    return cells.at(-1) === "" ? [] : [[title, column, ...cells]];
  });
  if (lines.length === 0) return "";
  const head = ["log", "measure", "highest printed", "highest baseline", "highest GRU4Rec here"];
  const table = [head, head.map(() => "---"), ...lines];
  return [
    "## At a glance",
    table.map((cells) => `| ${cells.join(" | ")} |`).join("\n"),
    "Each is the highest of its kind in the table of its log, by this measure; what is printed may be of another preparation or protocol, as the caveats there say.",
  ].join("\n\n");
}

function highest(of: readonly { readonly model: string; readonly value: number }[]): string {
  const [best] = of.filter(({ value }) => Number.isFinite(value)).sort((a, b) => b.value - a.value);
  return best === undefined ? "" : `${digits(best.value)} ${best.model}`;
}

/** On what the runs of a table were made. */
function machines(experiment: Experiment, runs: readonly Run[]): string[] {
  const own = experiment.rows.flatMap((row) => knownOf(experiment, row, runs).runs);
  return own.length === 0 ? [] : [summed(own)];
}

/** A sentence for each machine and code. */
function summed(
  runs: readonly Pick<Run, "machine" | "node" | "threads" | "code" | "commit" | "version">[],
): string {
  const counts = new Map<string, number>();
  for (const { machine, node, threads, code, commit, version } of runs) {
    const by = `${version}, code ${code}${commit === null ? "" : ` (commit ${commit})`}`;
    const line = `on ${machine}, Node ${node}, threads ${threads}, by ${by}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const lines = [...counts].map(
    ([line, count]) => `${count} ${count === 1 ? "run" : "runs"} ${line}.`,
  );
  return lines.join(" ");
}

function minutesOf(times: readonly Time[]): string {
  const { recall, mrr } = TARGET;
  const rows = TIMED.map((row) => {
    const own = timesOf(times, row);
    const middle = own[(own.length - 1) >> 1];
    if (!middle) return [row.label, "not run", "", "", "", "", ""];
    const { seconds, epoch, recall, mrr, isReached } = middle;
    const rounds = `${own[0]!.seconds.toFixed(0)} to ${own.at(-1)!.seconds.toFixed(0)}`;
    return [
      row.label,
      `${isReached ? "" : "not in "}${seconds.toFixed(0)}`,
      own.length === 1 ? "" : rounds,
      String(own.length),
      String(epoch),
      digits(recall),
      digits(mrr),
    ];
  });
  const lines = [
    ["", "seconds", "least to most", "rounds", "epochs", "Recall@20", "MRR@20"],
    ["---", "---:", "---:", "---:", "---:", "---:", "---:"],
    ...rows,
  ].map((cells) => `| ${cells.join(" | ")} |`);
  const own = TIMED.flatMap((row) => timesOf(times, row));
  return [
    "## Minutes, not hours",
    `\`npm run experiments -- ${MINUTES}\`. Seconds on yoochoose1_64 from the start of a process until the model is within a percent of what the
official code reaches after ten epochs ([accuracy](accuracy.md)): Recall@20 of ${digits(recall)} and MRR@20 of ${digits(mrr)}. Ours reads the log in that time; the peer, the same model in plain
[PyTorch](../bench/peers/pytorch.py), finds it as flat arrays. Both measure the test after each epoch, to know when to stop, and that is taken off. Rows take turns, for three rounds; the figures are those of the median.`,
    lines.join("\n"),
    ...(own.length === 0 ? [] : [summed(own)]),
  ].join("\n\n");
}
