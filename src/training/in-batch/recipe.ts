/** Two towers: the target of each example is compared with the targets of its batch and with drawn items. */

import { checkInstance } from "../../checks.js";
import { checkExamples, type Examples } from "../../data/examples.js";
import { Sessions } from "../../data/sessions.js";
import { ConfigError, words } from "../../errors.js";
import { doorOf } from "../../models/stored-model.js";
import { rowsOf } from "../../models/two-towers/example-rows.js";
import { TowerInference } from "../../models/two-towers/inference.js";
import {
  resolveTowerOptions,
  TOWER_DEFAULTS,
  type TowerOptions,
} from "../../models/two-towers/options.js";
import { shapesOf } from "../../models/two-towers/parameters.js";
import { productsOf } from "../../models/two-towers/products.js";
import { featuresOf, TwoTowers, towersOver } from "../../models/two-towers/two-towers.js";
import { rawTables } from "../../network/weights.js";
import { inTurns } from "../../pause.js";
import { Job } from "../../threads/job.js";
import { type JobSize, jobSize } from "../../threads/size.js";
import { jobArena } from "../../threads/start.js";
import { aliasTable } from "../negatives.js";
import type { Learning, Plan, Recipe, Training } from "../recipe.js";
import { recordOf } from "../record.js";
import { loadSums } from "./accumulators.js";
import { valuesOfBags } from "./bags.js";
import { columnsOf } from "./columns.js";
import { type ExampleSize, estimate } from "./estimate.js";
import { examplesFor } from "./examples.js";
import { planRetrieval, type RetrievalConfig } from "./memory.js";
import {
  RETRIEVAL_DEFAULTS,
  type ResolvedRetrievalOptions,
  resolveRetrievalOptions,
  type TrainRetrievalOptions,
} from "./options.js";
import { retrievalProgram } from "./program.js";

export const inBatch: Recipe<
  TwoTowers,
  Examples | Sessions,
  TrainRetrievalOptions,
  TowerOptions,
  ExampleSize
> = {
  name: "two-towers",
  owns: (model) => model instanceof TwoTowers,
  prepare,
  estimate,
  over(model, data) {
    if (!(data instanceof Sessions)) checkExamples("examples", data);
    return (items, records) => towersOver(model, items, records);
  },
  resolve: resolveRetrievalOptions,
  making: {
    defaults: { model: TOWER_DEFAULTS, train: RETRIEVAL_DEFAULTS },
    resolve(options) {
      const names = Object.keys(options.features ?? {});
      if (names.length === 0) return resolveTowerOptions(options);
      const remedy = "Train them on their own, and compare what was saved.";
      throw new ConfigError("features", "none where items are known by their ids", names, remedy);
    },
    create: (items, options) => TwoTowers.create(items, options),
  },
};

async function prepare(
  model: TwoTowers,
  data: Examples | Sessions,
  options: TrainRetrievalOptions,
): Promise<Training> {
  checkInstance("model", model, TwoTowers, "a TwoTowers");
  const task = resolveRetrievalOptions(options);
  const examples = await examplesFor(model, data);
  const rows = await rowsOf(model, examples);
  checkLength(examples, task);
  const { support, columns } = await columnsOf(model.items, rows, examples.times, task, options);
  const described = featuresOf(model);
  const { logQ, ...rest } = task;
  const config: RetrievalConfig = {
    model: model.options,
    items: model.items.size,
    examples: examples.length,
    excluded: columns.excluded.length,
    features: shapesOf(model.options, described),
    task: { ...rest, hardNegatives: hardNegativesOf(task, examples.length) },
    profile: options.profile === true,
  };
  // A list of probabilities is among the columns, whose fingerprint tells it apart.
  const learning = { ...rest, logQ: typeof logQ === "number" ? logQ : "given" };
  const plan = planOf(config, learning);
  return {
    model,
    door: doorOf(model),
    plan,
    start: (threads) => Job.start("retrieval", retrievalProgram, config, threads, sizeOf(config)),
    async loadState(job, check) {
      const { optimizer, initialAccumulator } = task;
      if (optimizer === "adagrad") await loadSums(job, plan.tables, initialAccumulator, check);
    },
    room: () => roomFor(model, config),
    columns: { ...columns, ...valuesOfBags(described?.bags ?? []) },
    data: "examples",
    *draws() {
      return { ...(yield* aliasTable(support, task.sampleAlpha)) };
    },
    record: await inTurns(recordOf(examples.times)),
  };
}

/** A list of all negatives leaves nothing out, so it counts as none. */
function hardNegativesOf(
  { batchSize, negatives, hardNegatives }: ResolvedRetrievalOptions,
  examples: number,
): number {
  const others = Math.min(batchSize, examples) + negatives - 1;
  return hardNegatives < others ? hardNegatives : 0;
}

function roomFor({ options }: TwoTowers, { items, features }: RetrievalConfig) {
  return TowerInference.create(options, items, features);
}

function checkLength({ length }: Examples, { negatives }: ResolvedRetrievalOptions): void {
  if (length + negatives >= 2) return;
  const remedy = "Raise `negatives`: a lone example has no other to be compared with.";
  throw new ConfigError("examples", "at least two", words(`${length}`), remedy);
}

function planOf(config: RetrievalConfig, learning: Learning): Plan {
  const { tensors } = planRetrieval(jobArena().arena, config, 1);
  return {
    model: config.model,
    learning,
    tensors,
    tables: rawTables(tensors),
    hidden: [],
    position: 1,
    events: config.examples,
    itemTable: tensors.find(({ name }) => name === "candidate.E")!,
  };
}

/**
 * Finding the hardest negatives compares each score with up to 32 bounds, and a comparison counts as a
 * multiply-add.
 */
export function sizeOf({ model, task, examples }: RetrievalConfig): JobSize {
  const B = Math.min(task.batchSize, examples);
  const { query, candidate, score } = productsOf(model);
  const comparisons = task.hardNegatives > 0 ? 32 : 0;
  const work = B * query + (B + task.negatives) * (candidate + B * (score + comparisons));
  return jobSize("large steps", work, 3 * work);
}
