/** `gru4rec export`: what other programs need of a model: vectors of its items and of visits, a step as ONNX. */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { Baseline, GRU4Rec, onnxStep, type RetrievalIndex, type TwoTowers } from "../index.js";
import { loadModel, saveModel, writeItemVectors, writeVisitVectors } from "../node.js";
import { type ColumnOptions, readTest } from "./clicks.js";
import { CommandError, EXIT_USAGE, orAborted } from "./errors.js";
import { addOptions, type Given, kebabCase, pickOptions } from "./flags.js";
import { formatCounted } from "./format.js";
import type { Io } from "./io.js";
import type { OptionGroup } from "./option-row.js";
import { JSON_OPTION, RECOMMEND_OPTIONS } from "./options.js";
import { createReport, type Report } from "./output.js";
import { COLUMN_OPTIONS } from "./reading-options.js";
import { refuseTime } from "./recommend.js";
import { checkTargets } from "./targets.js";

const ITEMS_OUT_OPTIONS: OptionGroup = {
  itemsOut: { kind: "text", value: "file", help: "vectors of all items: .npy or .parquet" },
};
const VISITS_OUT_OPTIONS: OptionGroup = {
  visits: { kind: "text", value: "file", help: "a table, each session of which is a visit" },
  visitsOut: { kind: "text", value: "file", help: "their vectors: .npy or .parquet" },
  time: RECOMMEND_OPTIONS.time!,
};

const ONNX_OPTIONS: OptionGroup = {
  onnx: { kind: "text", value: "file", help: "one step of a GRU4Rec as a graph for ONNX Runtime" },
};

/** Values of the flags. */
interface Wanted {
  readonly itemsOut?: string;
  readonly visits?: string;
  readonly visitsOut?: string;
  readonly time?: number;
  readonly onnx?: string;
}

export function addExport(program: Command, io: Io): void {
  const command = program
    .command("export")
    .description("write vectors of items and visits, whose products are the scores, or ONNX")
    .argument("<model>", "what train or movielens wrote: a model, two towers or an index");
  addOptions(command, "Items:", ITEMS_OUT_OPTIONS);
  addOptions(command, "Visits:", VISITS_OUT_OPTIONS);
  addOptions(command, "Network:", ONNX_OPTIONS);
  addOptions(command, "Columns of --visits:", COLUMN_OPTIONS);
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText(
    "after",
    "\nExamples:\n  gru4rec export model.safetensors --items-out items.npy" +
      "\n  gru4rec export model.safetensors --visits today.tsv.gz --visits-out visits.parquet",
  );
  command.action((model: string, given: Given) => runExport(model, given, io));
}

/** @throws CommandError, ConfigError, FormatError */
async function runExport(path: string, given: Given, io: Io): Promise<void> {
  const { itemsOut, visits, visitsOut, time, onnx } = given as Given & Wanted;
  checkFlags(given, given as Wanted);
  const outputs = [
    { flag: "--items-out", path: itemsOut },
    { flag: "--visits-out", path: visitsOut },
  ];
  const vectors = outputs.flatMap(({ flag, path }) => (path === undefined ? [] : { flag, path }));
  for (const { flag, path } of vectors) {
    if (/\.(npy|parquet)$/i.test(path)) continue;
    const message = `${flag}: expected a name that ends in .npy or .parquet, got ${path.slice(-200)}`;
    throw new CommandError(message, EXIT_USAGE);
  }
  const ids = vectors
    .filter(({ path }) => /\.npy$/i.test(path))
    .map(({ flag, path }) => {
      return { flag: `${flag}, the ids`, path: path.replace(/\.npy$/i, ".ids.ndjson") };
    });
  const graph = onnx === undefined ? [] : [{ flag: "--onnx", path: onnx }];
  await checkTargets([...vectors, ...ids, ...graph], [path, visits]);
  const report = createReport(io, given.json === true);
  using model = await orAborted(loadModel(path, "any"), io.signal);
  refuseTime(model, time);
  if (model instanceof Baseline) {
    const message = `${path.slice(-200)}: expected a model, two towers or an index, got a baseline`;
    throw new CommandError(message, EXIT_USAGE);
  }
  if (onnx !== undefined) await exportStep(model, onnx, report);
  if (itemsOut !== undefined) {
    await writeItemVectors(model, itemsOut);
    report.saved(itemsOut, (await stat(itemsOut)).size);
  }
  if (visits === undefined || visitsOut === undefined) return;
  const columns = pickOptions(COLUMN_OPTIONS, given) as ColumnOptions;
  await exportVisits(model, { visits, visitsOut, columns, time }, report, io);
}

/** @throws CommandError where a flag has no effect */
function checkFlags(given: Given, { itemsOut, visits, visitsOut, onnx }: Wanted): void {
  const refuse = (flag: string, expected: string): never => {
    throw new CommandError(`${flag}: expected ${expected}, got none`, EXIT_USAGE);
  };
  if (visits !== undefined && visitsOut === undefined) refuse("--visits", "--visits-out beside it");
  if (visits === undefined) {
    const isSet = (name: string): boolean =>
      given[name] !== undefined && !(name === "header" && given.header === true);
    const alone = Object.keys({ ...VISITS_OUT_OPTIONS, ...COLUMN_OPTIONS }).find(isSet);
    if (alone !== undefined) refuse(`--${kebabCase(alone)}`, "--visits beside it");
    const nothing = itemsOut === undefined && onnx === undefined;
    if (nothing) refuse("export", "--items-out, --visits or --onnx");
  }
}

/** @throws CommandError where it is no GRU4Rec */
async function exportStep(
  model: GRU4Rec | TwoTowers | RetrievalIndex,
  path: string,
  report: Report,
): Promise<void> {
  if (!(model instanceof GRU4Rec)) {
    throw new CommandError("--onnx: expected a GRU4Rec, got two towers", EXIT_USAGE);
  }
  const bytes = await onnxStep(model);
  report.saved(path, await saveModel({ toBytes: () => bytes }, path));
}

interface VisitsOf {
  readonly visits: string;
  readonly visitsOut: string;
  readonly columns: ColumnOptions;
  readonly time: number | undefined;
}

async function exportVisits(
  model: GRU4Rec | TwoTowers | RetrievalIndex,
  { visits, visitsOut, columns, time }: VisitsOf,
  report: Report,
  { signal }: Io,
): Promise<void> {
  const { sessions } = await orAborted(readTest(visits, columns, report, signal), signal);
  const bar = report.progress("reading visits");
  try {
    const written = await writeVisitVectors(model, sessions, visitsOut, {
      signal,
      ...(time !== undefined && { time }),
      onProgress: (done, all) => bar.update(done, all),
    });
    const without = written.visits - written.rows;
    if (without > 0)
      report.note(`${visits}: left out ${formatCounted(without, "visit")} without a known item.`);
    report.saved(visitsOut, (await stat(visitsOut)).size);
  } finally {
    bar.finish();
  }
}
