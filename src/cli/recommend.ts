/** `gru4rec recommend`: the items that a saved model expects next. */
import type { Command } from "commander";
import { GRU4Rec, type Id, type QueryOptions, type Recommendation, TwoTowers } from "../index.js";
import { loadModel } from "../node.js";
import { CommandError, EXIT_USAGE } from "./errors.js";
import { addOptions, type Given, pickOptions } from "./flags.js";
import { formatCounted } from "./format.js";
import { findIds } from "./ids.js";
import type { Io } from "./io.js";
import { JSON_OPTION, RECOMMEND_OPTIONS } from "./options.js";
import { type AnyModel, createReport } from "./output.js";

/** Values of the flags. */
interface Question {
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
    .argument("<model>", "what train or movielens wrote: a model, two towers or an index");
  addOptions(command, "Visit:", RECOMMEND_OPTIONS);
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText(
    "after",
    "\nExample:\n  gru4rec recommend model.safetensors --items 214,99 --count 5",
  );
  command.action((model: string, given: Given) => {
    const question = pickOptions(RECOMMEND_OPTIONS, given);
    return runRecommend(model, { items: [], ...question }, given.json === true, io);
  });
}

/**
 * Unknown items are skipped and counted on standard error; that is no failure. Towers with a row for unknown
 * items read that row for each of them.
 *
 * @throws CommandError, ConfigError, FormatError
 */
async function runRecommend(
  path: string,
  question: Question,
  json: boolean,
  io: Io,
): Promise<void> {
  const report = createReport(io, json);
  using model = await loadModel(path, "any");
  const candidates = "candidates" in model ? model.candidates : model.items;
  const readsUnknown = !(model instanceof GRU4Rec) && model.options.padding === "unmasked";
  const find = (flag: string, texts: readonly string[]): Id[] => {
    const isVisit = flag === "--items";
    const { known, unknown, all } = findIds(isVisit ? model.items : candidates, texts);
    const isRead = isVisit && readsUnknown;
    if (unknown.length > 0) {
      const few = unknown.slice(0, 5).join(", ") + (unknown.length > 5 ? ", …" : "");
      const count = formatCounted(unknown.length, "unknown item");
      const none = known.length === 0 ? "; none is known" : "";
      const fate = isRead
        ? `${count} read as the unknown one of the towers`
        : `skipped ${count} that the model was not trained on`;
      report.note(`${flag}: ${fate} (${few})${none}.`);
    }
    return isRead ? all : known;
  };

  const { items, exclude, only, count, time } = question;
  const list = await recommended(model, find("--items", items), {
    ...(count !== undefined && { count }),
    ...(exclude && { exclude: find("--exclude", exclude) }),
    ...(only && { only: find("--only", only) }),
    ...(time !== undefined && { time }),
  });
  report.recommendations(list);
}

/** Two towers recommend through an index of all their items. */
async function recommended(
  model: AnyModel,
  visit: readonly Id[],
  { time, ...options }: QueryOptions,
): Promise<Recommendation[]> {
  const hasTimes = !(model instanceof GRU4Rec) && model.options.timeBoundaries.length > 0;
  if (time !== undefined && !hasTimes) {
    const message = `--time: expected nothing for a model that learnt no times, got ${time}`;
    throw new CommandError(message, EXIT_USAGE);
  }
  if (model instanceof GRU4Rec) return model.recommend(visit, options);
  const query = { ...options, ...(time !== undefined && { time }) };
  if (!(model instanceof TwoTowers)) return model.recommend(visit, query);
  using index = await model.index();
  return index.recommend(visit, query);
}
