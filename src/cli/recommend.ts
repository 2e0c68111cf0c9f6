/** `gru4rec recommend`: the items that a saved model expects next. */
import type { Command } from "commander";
import {
  Baseline,
  GRU4Rec,
  type Id,
  type QueryOptions,
  type Recommendation,
  RetrievalIndex,
  TwoTowers,
} from "../index.js";
import { loadModel, type WriteOptions, writeRecommendations } from "../node.js";
import { CommandError, EXIT_USAGE, orAborted, warner } from "./errors.js";
import { addOptions, type Given, kebabCase, pickOptions } from "./flags.js";
import { findIds, knownIds, type VisitFlag } from "./ids.js";
import type { Io } from "./io.js";
import { JSON_OPTION, RECOMMEND_OPTIONS, RUN_OPTIONS, VISITS_OPTIONS } from "./options.js";
import { type AnyModel, createReport } from "./output.js";
import { followed } from "./reading.js";
import { COLUMN_OPTIONS } from "./reading-options.js";
import { checkTargets } from "./targets.js";

/** Values of the flags. */
export interface Question {
  /** Item ids as typed; each text may hold several between commas. Oldest first. */
  readonly items: readonly string[];
  readonly exclude?: readonly string[];
  readonly only?: readonly string[];
  readonly count?: number;
  readonly time?: number;
}

export function addRecommend(program: Command, io: Io): void {
  const command = program
    .command("recommend")
    .description("recommend the items that follow a visit")
    .argument(
      "<model>",
      "what train or movielens wrote: a model, two towers, an index or a baseline",
    );
  addOptions(command, "Visit:", RECOMMEND_OPTIONS);
  const { threads } = RUN_OPTIONS;
  addOptions(command, "Many visits:", { ...VISITS_OPTIONS, threads });
  addOptions(command, "Columns of --visits:", COLUMN_OPTIONS);
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText(
    "after",
    "\nExamples:\n  gru4rec recommend model.safetensors --items 214,99 --count 5" +
      "\n  gru4rec recommend model.safetensors --visits today.tsv.gz -o lists.csv",
  );
  command.action((model: string, given: Given) => {
    const question = pickOptions(RECOMMEND_OPTIONS, given);
    if (given.visits !== undefined) return runVisits(model, given, io);
    const others = Object.keys({ ...VISITS_OPTIONS, ...COLUMN_OPTIONS, threads }).filter(
      (name) => given[name] !== undefined,
    );
    if (others.length > 0 || given.items === undefined) {
      const flag = others.length > 0 ? `--${kebabCase(others[0]!)}` : "recommend";
      const expected = others.length > 0 ? "--visits beside it" : "--items or --visits";
      throw new CommandError(`${flag}: expected ${expected}, got none`, EXIT_USAGE);
    }
    return runRecommend(model, { items: [], ...question }, given.json === true, io);
  });
}

/** @throws CommandError, ConfigError, FormatError */
async function runRecommend(
  path: string,
  question: Question,
  json: boolean,
  io: Io,
): Promise<void> {
  const report = createReport(io, json);
  using model = await loadModel(path, "any");
  const find = (flag: VisitFlag, texts: readonly string[]): Id[] =>
    knownIds(report, model, flag, texts);
  const { items, exclude, only, count, time } = question;
  const list = await recommended(model, find("--items", items), {
    ...(count !== undefined && { count }),
    ...(exclude && { exclude: find("--exclude", exclude) }),
    ...(only && { only: find("--only", only) }),
    ...(time !== undefined && { time }),
  });
  report.recommendations(list);
}

/** Lists for every visit of a file, in a file. @throws CommandError, ConfigError, FormatError */
async function runVisits(path: string, given: Given, io: Io): Promise<void> {
  const report = createReport(io, given.json === true);
  const visits = String(given.visits);
  if (given.output === undefined) {
    throw new CommandError("--visits: expected --output <file> beside it, got none", EXIT_USAGE);
  }
  const output = String(given.output);
  await checkTargets([{ flag: "--output", path: output }], [path, visits]);
  using model = await orAborted(loadModel(path, "any"), io.signal);
  refuseTime(model, given.time);
  const { threads } = RUN_OPTIONS;
  const options = pickOptions({ ...RECOMMEND_OPTIONS, threads }, given) as WriteOptions & {
    readonly exclude?: readonly string[];
    readonly only?: readonly string[];
  };
  const candidates = "candidates" in model ? model.candidates : model.items;
  const { exclude, only } = options;
  const columns = pickOptions(COLUMN_OPTIONS, given);
  const started = performance.now();
  const written = await followed(report, io.signal, (following) =>
    writeRecommendations(model as GRU4Rec, visits, output, {
      ...options,
      ...(exclude && { exclude: findIds(candidates, exclude).known }),
      ...(only && { only: findIds(candidates, only).known }),
      reading: { ...columns, ...following },
      signal: io.signal,
      onWarning: warner(report),
    }),
  );
  report.lists({ ...written, seconds: (performance.now() - started) / 1000 });
}

/** Two towers recommend through an index of all their items. */
async function recommended(
  model: AnyModel,
  visit: readonly Id[],
  { time, ...options }: QueryOptions,
): Promise<readonly Recommendation[]> {
  refuseTime(model, time);
  if (model instanceof GRU4Rec || model instanceof Baseline) return model.recommend(visit, options);
  const query = { ...options, ...(time !== undefined && { time }) };
  if (!(model instanceof TwoTowers)) return model.recommend(visit, query);
  using index = await model.index();
  return index.recommend(visit, query);
}

function isOfTowers(model: AnyModel): model is TwoTowers | RetrievalIndex {
  return model instanceof TwoTowers || model instanceof RetrievalIndex;
}

/** @throws CommandError where a model knows no times but is told one */
export function refuseTime(model: AnyModel, time: unknown): void {
  const hasTimes = isOfTowers(model) && model.options.timeBoundaries.length > 0;
  if (time === undefined || hasTimes) return;
  const message = `--time: expected nothing for a model that learnt no times, got ${time}`;
  throw new CommandError(message, EXIT_USAGE);
}
