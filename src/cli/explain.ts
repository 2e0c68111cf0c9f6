/** `gru4rec explain`: which clicks of a visit made its list, and how. */
import type { Command } from "commander";
import { explain, type GRU4Rec, type Id } from "../index.js";
import { loadModel } from "../node.js";
import { orAborted } from "./errors.js";
import { addOptions, type Given, pickOptions } from "./flags.js";
import { knownIds, type VisitFlag } from "./ids.js";
import type { Io } from "./io.js";
import { JSON_OPTION, RECOMMEND_OPTIONS } from "./options.js";
import { createReport } from "./output.js";
import { type Question, refuseTime } from "./recommend.js";

const { items, count, ...choices } = RECOMMEND_OPTIONS;
const EXPLAIN_OPTIONS = {
  items: { ...items!, required: true },
  count: { ...count!, help: "how many to explain", byDefault: "5" },
  ...choices,
};

export function addExplain(program: Command, io: Io): void {
  const command = program
    .command("explain")
    .description("show what the recommendations would be without each click of a visit")
    .argument(
      "<model>",
      "what train or movielens wrote: a model, two towers, an index or a baseline",
    );
  addOptions(command, "Visit:", EXPLAIN_OPTIONS);
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText(
    "after",
    "\nExample:\n  gru4rec explain model.safetensors --items 214,99,7 --count 3",
  );
  command.action((model: string, given: Given) => {
    const question = pickOptions(EXPLAIN_OPTIONS, given) as Question & Given;
    return runExplain(model, question, given.json === true, io);
  });
}

/** @throws CommandError, ConfigError, FormatError */
async function runExplain(
  path: string,
  { items, exclude, only, count = 5, time }: Question,
  json: boolean,
  io: Io,
): Promise<void> {
  const report = createReport(io, json);
  using model = await orAborted(loadModel(path, "any"), io.signal);
  refuseTime(model, time);
  const find = (flag: VisitFlag, texts: readonly string[]): Id[] =>
    knownIds(report, model, flag, texts);
  const explanation = await explain(model as GRU4Rec, find("--items", items), {
    count,
    signal: io.signal,
    ...(exclude && { exclude: find("--exclude", exclude) }),
    ...(only && { only: find("--only", only) }),
    ...(time !== undefined && { time }),
  });
  report.explanation(explanation);
}
