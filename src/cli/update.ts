/** `gru4rec update`: a saved model goes on with new clicks and new items. */
import type { Command } from "commander";
import {
  Baseline,
  ConfigError,
  type EvaluateOptions,
  type Extended,
  estimateMemory,
  evaluate,
  extendModel,
  GRU4Rec,
  resolveEvaluateOptions,
  type Sessions,
  type TowerOptions,
  TwoTowers,
  UPDATE_EPOCHS,
} from "../index.js";
import { loadModel, train } from "../node.js";
import { checkGru4rec, checkTowers } from "./check-options.js";
import { checkData, type DataOptions, readClicks, validationOf } from "./clicks.js";
import { DATA_OPTIONS } from "./data-options.js";
import type { CheckpointFlags, Watch } from "./epochs.js";
import { CommandError, EXIT_USAGE, orAborted } from "./errors.js";
import { addOptions, type Given, kebabCase, pickOptions } from "./flags.js";
import type { Io } from "./io.js";
import { checkWriting, learn } from "./learn.js";
import { checkTests, measure } from "./measure.js";
import type { OptionGroup } from "./option-row.js";
import {
  CASE_OPTIONS,
  CHECKPOINT_OPTIONS,
  COURSE_OPTIONS,
  EVALUATION_OPTIONS,
  JSON_OPTION,
  OUTPUT_OPTIONS,
  RUN_OPTIONS,
} from "./options.js";
import { createReport } from "./output.js";
import { PARAMS_OPTION } from "./parameter-options.js";
import { withTraining } from "./parameters.js";
import { chosenIn } from "./splits.js";
import { targetsOf } from "./targets.js";
import { INDEX_OPTION } from "./train-options.js";
import { dropped, type Model, noteOld, recordsOf } from "./update-inputs.js";
import { CATALOGUE_OPTIONS, OF_GRU4REC, OF_TOWERS, SHARED_OPTIONS } from "./update-options.js";
import { ENGINE_OPTIONS } from "./wide.js";

export function addUpdate(program: Command, io: Io): void {
  const command = program
    .command("update")
    .description("train a model on with new clicks and new items")
    .argument("<model>", "what train wrote: a model or two towers; it is left as it is")
    .argument("<clicks>", "the new clicks, a table as of train")
    .summary("train a model on with new clicks and new items");
  addOptions(command, "Data:", DATA_OPTIONS);
  addOptions(command, "Catalogue:", CATALOGUE_OPTIONS);
  addOptions(command, "Training:", { ...PARAMS_OPTION, ...SHARED_OPTIONS, ...COURSE_OPTIONS });
  addOptions(command, "Only of a gru4rec:", OF_GRU4REC);
  addOptions(command, "Only of two towers:", { ...OF_TOWERS, ...INDEX_OPTION });
  addOptions(command, "Engine:", ENGINE_OPTIONS);
  addOptions(command, "Checkpoints:", CHECKPOINT_OPTIONS);
  addOptions(command, "Evaluation:", { ...EVALUATION_OPTIONS, ...CASE_OPTIONS });
  addOptions(command, "Output:", {
    output: { ...OUTPUT_OPTIONS.output!, required: true },
    ...JSON_OPTION,
  });
  command.addHelpText(
    "after",
    `
Examples:
  gru4rec update model.safetensors today.tsv.gz -o model.safetensors
  gru4rec update model.safetensors today.tsv.gz --drop gone.txt --keep-optimizer -o next.safetensors

The output may be the model itself: it is replaced when the new one is whole.`,
  );
  command.action((model: string, clicks: string, given: Given) =>
    runUpdate({ model, clicks }, given, io),
  );
}

interface Paths {
  readonly model: string;
  readonly clicks: string;
}

/** @throws CommandError, ConfigError, FormatError */
async function runUpdate(paths: Paths, given: Given, io: Io): Promise<void> {
  const report = createReport(io, given.json === true);
  const { signal } = io;
  const data = pickOptions(DATA_OPTIONS, given) as DataOptions;
  const chosen = { ...EVALUATION_OPTIONS, ...CASE_OPTIONS, ...RUN_OPTIONS };
  const measures = pickOptions(chosen, given) as EvaluateOptions;
  const checkpoint = pickOptions(CHECKPOINT_OPTIONS, given) as CheckpointFlags;
  const targets = targetsOf({
    "--output": ["model", given.output],
    "--index": ["index", given.index],
  });
  checkData(data, measures);
  resolveEvaluateOptions(measures);
  using model = await orAborted(trainable(paths.model), signal);
  const own = model instanceof GRU4Rec ? OF_GRU4REC : { ...OF_TOWERS, ...INDEX_OPTION };
  refuseOthers(given, own);
  const all = await withTraining(given, model, report);
  const training = { epochs: UPDATE_EPOCHS, ...trainingOf(model, all) };
  checkTraining(model, training, validationOf(data) !== undefined);
  const { drop, records } = given as Record<"drop" | "records", string | undefined>;
  await checkWriting({ targets, checkpoint }, [
    paths.clicks,
    data.test,
    data.validation,
    drop,
    records,
  ]);

  const clicks = await orAborted(readClicks(paths.clicks, data, report, signal), signal);
  noteOld(clicks.train, model, report);
  const options = {
    ...pickOptions({ newItems: CATALOGUE_OPTIONS.newItems! }, given),
    ...(model instanceof GRU4Rec && pickOptions({ support: OF_GRU4REC.support! }, given)),
    ...(drop !== undefined && { drop: await dropped(drop, model.items, report) }),
    ...(records !== undefined && {
      records: await recordsOf(model, clicks.train.items, given, report, signal),
    }),
  };
  const extended = await (extendModel as Extend)(model, clicks.train, options);
  using made = extended.model;
  const { data: left, model: _, ...facts } = extended;
  report.grown(facts);
  if (facts.knownItems === 0) {
    report.note(
      "The model knew none of these items. Check --item-column: these may be clicks of another shop.",
    );
  }
  const evaluation = { ...clicks.choices, ...measures };
  checkTests(clicks, made, report, evaluation);
  const { test, validation } = clicks;
  const validated = validation && { validation: validation.sessions, ...chosenIn(evaluation) };
  const whole = { ...training, ...validated };
  report.model(made, memoryOf(made, left, whole));
  const course = {
    epochs: training.epochs,
    flags: checkpoint,
    targets,
    start: (watch: Watch) => (train as Train)(made, left, { ...whole, ...watch }),
  };
  await learn(made, course, report, io, async () => {
    if (!test) return;
    const evaluated = (watch: EvaluateOptions) =>
      evaluate(made as GRU4Rec, test.sessions, { ...evaluation, ...watch });
    await measure(evaluated, report, signal);
  });
}

/** The overloads of both models as one. */
type Extend = (model: Model, data: Sessions, options: object) => Promise<Extended<Model>>;
type Train = (model: Model, data: Sessions, options: object) => ReturnType<typeof train>;

async function trainable(path: string): Promise<Model> {
  const model = await loadModel(path, "any");
  if (model instanceof GRU4Rec || model instanceof TwoTowers) return model;
  const [found, remedy] =
    model instanceof Baseline
      ? ["a baseline", "It is fitted anew, on all clicks: train --model."]
      : ["an index", "It is made anew: update its towers, with --index."];
  model[Symbol.dispose]();
  const message = `${path}: expected a model to train on, got ${found}. ${remedy}`;
  throw new CommandError(message, EXIT_USAGE);
}

function refuseOthers(given: Given, own: OptionGroup): void {
  for (const name of Object.keys({ ...OF_GRU4REC, ...OF_TOWERS, ...INDEX_OPTION })) {
    if (given[name] === undefined || Object.hasOwn(own, name)) continue;
    const other = Object.hasOwn(OF_GRU4REC, name) ? "a GRU4Rec" : "two towers";
    const remedy = `It is an option of ${other}.`;
    throw new ConfigError(`--${kebabCase(name)}`, "nothing with this model", given[name], remedy);
  }
}

function trainingOf(
  model: Model,
  given: Given,
): Readonly<Record<string, unknown>> & { epochs?: number } {
  const { support, ...gru4rec } = OF_GRU4REC;
  const { records, recordsItemColumn, ...towers } = OF_TOWERS;
  const own = model instanceof GRU4Rec ? gru4rec : towers;
  return pickOptions({ ...SHARED_OPTIONS, ...own, ...COURSE_OPTIONS }, given);
}

function checkTraining(model: Model, training: object, isValidated: boolean): void {
  if (model instanceof GRU4Rec) checkGru4rec(model.options, { training, isValidated });
  else checkTowers(model.options as TowerOptions, { training, isValidated });
  const { keepOptimizer } = training as { readonly keepOptimizer?: boolean };
  if (!isValidated || !keepOptimizer) return;
  const remedy = "The state of the last epoch does not fit the weights of the best one.";
  throw new ConfigError("keepOptimizer", "nothing beside a validation", true, remedy);
}

/** The memory of training; not known with features, whose words are counted when towers are made. */
function memoryOf(
  model: Model,
  { events, length }: Sessions,
  training: object,
): number | undefined {
  const items = model.items.size;
  if (model instanceof GRU4Rec) {
    return estimateMemory({ items, events, sessions: length }, model.options, training).total;
  }
  if (Object.keys(model.options.features).length > 0) return undefined;
  return estimateMemory({ items, examples: events - length }, model.options, training).total;
}
