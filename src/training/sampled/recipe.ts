/** GRU4Rec: the targets of a mini-batch are compared with each other and with drawn negatives. */

import { checkInstance } from "../../checks.js";
import { checkSessions, type Sessions } from "../../data/sessions.js";
import { GRU4Rec } from "../../models/gru4rec/gru4rec.js";
import { Inference } from "../../models/gru4rec/inference.js";
import type { ModelOptions } from "../../models/gru4rec/options.js";
import { embeddingWidth } from "../../models/gru4rec/parameters.js";
import { doorOf } from "../../models/stored-model.js";
import { statesBefore } from "../../network/carry.js";
import { stackProducts } from "../../network/stack.js";
import { rawTables } from "../../network/weights.js";
import { inTurns } from "../../pause.js";
import { Job } from "../../threads/job.js";
import { type JobSize, jobSize } from "../../threads/size.js";
import { jobArena } from "../../threads/start.js";
import { drawsOf } from "../negatives.js";
import { resolveTrainOptions, type TrainOptions } from "../options.js";
import type { Plan, Recipe, Training } from "../recipe.js";
import { recordOf } from "../record.js";
import { estimate, type LogSize } from "./estimate.js";
import { checkNegatives, logOf } from "./log.js";
import { batchShape, planTraining, type TrainingConfig } from "./memory.js";
import { trainingProgram } from "./program.js";

export const sampled: Recipe<GRU4Rec, Sessions, TrainOptions, ModelOptions, LogSize> = {
  name: "gru4rec",
  owns: (model) => model instanceof GRU4Rec,
  prepare,
  estimate,
  resolve: resolveTrainOptions,
};

async function prepare(
  model: GRU4Rec,
  sessions: Sessions,
  options: TrainOptions,
): Promise<Training> {
  checkInstance("model", model, GRU4Rec, "a GRU4Rec");
  checkSessions("sessions", sessions);
  const learning = resolveTrainOptions(options, model.options.windowLength);
  checkNegatives(model.options, learning);
  const log = await logOf(model, sessions, learning);
  const config: TrainingConfig = {
    model: model.options,
    learning,
    items: model.items.size,
    events: sessions.events,
    sessions: sessions.length,
    profile: options.profile === true,
  };
  return {
    model,
    door: doorOf(model),
    plan: planOf(config),
    start: (threads) => Job.start("training", trainingProgram, config, threads, sizeOf(config)),
    room: () => Inference.create(model.options, model.items.size),
    columns: { ...log },
    data: "sessions",
    draws: () => drawsOf(model.items.support, learning.sampleAlpha),
    record: await inTurns(recordOf(sessions.times)),
  };
}

export function planOf(config: TrainingConfig): Plan {
  const { model, learning, events, sessions } = config;
  const windows = model.windowLength > 0;
  const { tensors, forward, B } = planTraining(jobArena().arena, config, 1);
  return {
    model,
    learning,
    tensors,
    tables: rawTables(tensors),
    hidden: windows ? [] : statesBefore(forward.layers, 0).map(({ shape }) => shape),
    position: windows ? 1 : 2 + 2 * B,
    events: events - sessions,
    itemTable: tensors.find(({ name }) => name === "Wy")!,
  };
}

export function sizeOf(config: TrainingConfig): JobSize {
  const { learning, model } = config;
  const { B, T, S } = batchShape(config);
  const targets = model.inBatchNegatives === "none" ? 4 : S;
  const scoring = S * (targets + learning.negatives) * model.layers.at(-1)!;
  const click = stackProducts(model, embeddingWidth(model));
  // Each product is made once forward and twice backward.
  const products = 3 * (scoring + B * T * click);
  return jobSize("small steps", scoring + B * (T - 1) * click, products);
}
