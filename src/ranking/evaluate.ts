/** Evaluation as its user sees it: one promise of the figures, of a model or of a baseline. */

import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkList,
  checkNames,
  checkSignal,
} from "../checks.js";
import type { Scorer } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import { doorOf, GRU4Rec } from "../models/gru4rec/gru4rec.js";
import { checkWindowLength } from "../models/gru4rec/options.js";
import { embeddingWidth } from "../models/gru4rec/parameters.js";
import { stackProducts } from "../network/stack.js";
import { piecesOf } from "../network/weights.js";
import { SLICE_MS } from "../pause.js";
import { Job, type JobSize } from "../threads/job.js";
import { checkThreadOptions, type ThreadOptions } from "../threads/options.js";
import { testCases } from "./cases.js";
import {
  checkTies,
  type Evaluation,
  RankingMetrics,
  type RankingOptions,
  rankOf,
  subsetRows,
} from "./metrics.js";
import type { EvaluationConfig } from "./rank-memory.js";
import { evaluationProgram, isRankSlice, type RankSlice } from "./rank-program.js";
import { evaluateScorer } from "./scorer.js";

export interface EvaluateOptions extends RankingOptions, ThreadOptions {}

/** Slots played at a time. */
const SLOTS = 64;
const WORKER_SLICE_MS = 100;

const RANKING = ["cutoffs", "ties", "items", "lists", "windowLength", "signal", "onProgress"];
const NAMES = [...RANKING, "threads", "numerics", "createWorker"];

/** What is ranked and how, with nothing left open. */
export type ResolvedRanking = Required<Pick<EvaluateOptions, "cutoffs" | "ties" | "lists">>;

/** Fills in defaults and checks what can be checked without a model. Throws ConfigError. */
export function resolveEvaluateOptions(options: EvaluateOptions = {}): ResolvedRanking {
  checkNames(options, NAMES, "evaluation");
  checkThreadOptions(options);
  const { cutoffs = [20], ties = "standard", lists = false } = options;
  if (!Array.isArray(cutoffs) || cutoffs.length === 0) {
    throw new ConfigError("cutoffs", "at least one list length", cutoffs);
  }
  for (const [i, cutoff] of cutoffs.entries()) checkInteger(`cutoffs[${i}]`, cutoff, 1);
  checkTies(ties);
  checkBoolean("lists", lists);
  if (options.windowLength !== undefined) checkWindowLength(options.windowLength);
  if (options.items !== undefined) checkList("items", options.items, "item ids");
  checkSignal(options.signal);
  checkFunction("onProgress", options.onProgress);
  return { cutoffs, ties, lists };
}

/**
 * Recall@N, MRR@N and NDCG@N of next-item prediction, by the rules of Hidasi et al. 2016, §4: every
 * event but a session's first is a test case, ranked among all items after all clicks before it, or
 * after the last `windowLength` of them.
 *
 * @param model    a model, or a baseline such as `markov(sessions)`
 * @param sessions may be over another catalogue: events of unknown items are dropped and counted
 * @throws ConfigError when an option is out of range or there is no test case; WorkerError when a
 *   thread fails; the signal's reason when aborted
 */
export async function evaluate(
  model: GRU4Rec | Scorer,
  sessions: Sessions,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { cutoffs, ties, lists } = resolveEvaluateOptions(options);
  checkSessions("sessions", sessions);
  if (!(model instanceof GRU4Rec)) return evaluateScorer(model, sessions, options);
  const { signal, onProgress } = options;
  const metrics = new RankingMetrics(cutoffs);
  const subset = options.items && subsetRows(model.items, options.items);
  const { known, unknownEvents, totalEvents, played } = testCases(sessions, model.items);
  signal?.throwIfAborted();

  const ranked = subset?.length ?? model.items.size;
  const list = lists ? Math.min(Math.max(...cutoffs), ranked) : 0;
  const { windowLength = model.options.windowLength } = options;
  const config: EvaluationConfig = {
    ...{
      model: { ...model.options, windowLength },
      items: model.items.size,
      slots: Math.min(SLOTS, known.length),
    },
    ...{ subset: subset?.length ?? 0, list },
  };
  const started = performance.now();
  const job = await Job.start("evaluation", evaluationProgram, config, options, sizeOf(config));
  try {
    await load(job, model, known, subset);
    for (;;) {
      const slice = job.inline ? SLICE_MS : WORKER_SLICE_MS;
      const ranks = await job.together("run", slice, isRankSlice);
      addRanks(metrics, ranks, list, ties);
      const seconds = (performance.now() - started) / 1000;
      const eventsPerSecond = metrics.events / Math.max(seconds, 1e-6);
      onProgress?.({ events: metrics.events, totalEvents, eventsPerSecond });
      if (ranks.done) {
        const figures = { events: metrics.events, sessions: played, unknownEvents, ties };
        return { ...metrics.result(model.items), ...figures, seconds, eventsPerSecond };
      }
      signal?.throwIfAborted();
    }
  } finally {
    job.dispose();
  }
}

function addRanks(
  metrics: RankingMetrics,
  { greater, equal, lists }: RankSlice,
  list: number,
  ties: Evaluation["ties"],
): void {
  for (let i = 0; i < greater.length; ++i) metrics.add(rankOf(greater[i]!, equal[i]!, ties));
  for (let at = 0; at < lists.length; at += list) {
    const items = lists.subarray(at, at + list);
    const end = items.indexOf(-1);
    metrics.addList(end < 0 ? items : items.subarray(0, end));
  }
}

async function load(
  job: Job,
  model: GRU4Rec,
  { itemIndices, offsets }: Sessions,
  subset: Int32Array | undefined,
): Promise<void> {
  await doorOf(model).during(async (weights) => {
    for (const tensor of weights.tensors) {
      for (const { name, begin, rows } of piecesOf(tensor)) {
        const values = weights.read(tensor, begin, rows);
        await job.call("loadWeights", { name, begin, values }, [values.buffer]);
      }
    }
  });
  if (subset) await job.call("loadSubset", subset);
  await job.call("begin", { itemIndices, offsets });
}

/** More threads than are useful cost more at the barriers than they bring. */
export function sizeOf({ items, subset, slots, model }: EvaluationConfig): JobSize {
  const scoring = (subset || items) * slots * model.layers.at(-1)!;
  const click = stackProducts(model, embeddingWidth(model));
  const playing = slots * Math.max(1, model.windowLength) * click;
  return { useful: Math.max(1, Math.floor(scoring / 2 ** 20)), products: scoring + playing };
}
