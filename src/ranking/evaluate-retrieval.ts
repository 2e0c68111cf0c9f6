/** Top-K accuracy of two towers, by brute force over the whole catalogue. */

import { checkInteger, checkNames } from "../checks.js";
import type { Examples } from "../data/examples.js";
import { ConfigError } from "../errors.js";
import { rowsOf } from "../models/two-towers/example-rows.js";
import { foldedOptions } from "../models/two-towers/fold.js";
import type { TowerInference } from "../models/two-towers/inference.js";
import { productsOf } from "../models/two-towers/products.js";
import { duringFolded, type TwoTowers } from "../models/two-towers/two-towers.js";
import { piecesOf } from "../network/weights.js";
import { SLICE_MS } from "../pause.js";
import { Job, type JobSize } from "../threads/job.js";
import { checkThreadOptions, type ThreadOptions } from "../threads/options.js";
import {
  checkTies,
  type EvaluationProgress,
  type Measures,
  RankingMetrics,
  rankOf,
  type Ties,
} from "./metrics.js";
import { type RankConfig, type RankCounts, retrievalRankProgram } from "./tower-ranks.js";

export interface EvaluateRetrievalOptions extends ThreadOptions {
  /** List lengths K, each an integer ≥ 1. Default `[1, 5, 10, 50, 100]`. */
  readonly cutoffs?: readonly number[];
  /** Default `"standard"`: candidates with the target's own score come after it. */
  readonly ties?: Ties;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EvaluationProgress) => void;
}

/** `recall[K]` is the top-K categorical accuracy: the share of examples whose item is in the first K. */
export interface RetrievalEvaluation extends Measures {
  /** Examples. */
  readonly events: number;
  readonly ties: Ties;
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

const CUTOFFS = [1, 5, 10, 50, 100];
const NAMES = ["cutoffs", "ties", "signal", "onProgress", "threads", "numerics", "createWorker"];
const WORKER_SLICE_MS = 100;
const PIECE = 2 ** 20;

/**
 * Ranks the item of every example among the catalogue.
 *
 * @throws ConfigError when an option or the examples do not fit; WorkerError when a thread fails; the
 *   signal's reason when aborted
 */
export async function evaluateRetrieval(
  model: TwoTowers,
  examples: Examples,
  options: EvaluateRetrievalOptions = {},
): Promise<RetrievalEvaluation> {
  const { cutoffs, ties } = resolveRetrievalEvaluation(options);
  const { signal, onProgress } = options;
  const rows = await rowsOf(model, examples);
  if (examples.length === 0) throw new ConfigError("examples", "at least one", 0);
  signal?.throwIfAborted();
  const metrics = new RankingMetrics(cutoffs);
  const totalEvents = examples.length;
  const config: RankConfig = {
    ...{ model: foldedOptions(model.options), items: model.items.size, examples: totalEvents },
  };
  const started = performance.now();
  const name = "retrieval-ranks";
  const job = await Job.start(name, retrievalRankProgram, config, options, sizeOf(config));
  try {
    await duringFolded(model, ({ towers }) => load(job, towers, { ...rows }));
    for (;;) {
      const slice = job.inline ? SLICE_MS : WORKER_SLICE_MS;
      const { greater, equal, done } = await job.together<RankCounts>("run", slice);
      for (let i = 0; i < greater.length; ++i) metrics.add(rankOf(greater[i]!, equal[i]!, ties));
      const seconds = (performance.now() - started) / 1000;
      const { events } = metrics;
      const eventsPerSecond = events / Math.max(seconds, 1e-6);
      onProgress?.({ events, totalEvents, eventsPerSecond });
      if (done) return { ...metrics.result(model.items), events, ties, seconds, eventsPerSecond };
      signal?.throwIfAborted();
    }
  } finally {
    job.dispose();
  }
}

/** Fills in defaults and checks them. Throws ConfigError. */
export function resolveRetrievalEvaluation(
  options: EvaluateRetrievalOptions = {},
): Required<Pick<EvaluateRetrievalOptions, "cutoffs" | "ties">> {
  checkNames(options, NAMES, "evaluation");
  checkThreadOptions(options);
  const { cutoffs = CUTOFFS, ties = "standard" } = options;
  if (cutoffs.length === 0) throw new ConfigError("cutoffs", "at least one list length", cutoffs);
  for (const [i, cutoff] of cutoffs.entries()) checkInteger(`cutoffs[${i}]`, cutoff, 1);
  checkTies(ties);
  return { cutoffs, ties };
}

async function load(
  job: Job,
  weights: TowerInference,
  rows: Readonly<Record<string, Int32Array>>,
): Promise<void> {
  for (const tensor of [...weights.tensors.query, ...weights.tensors.candidate]) {
    for (const { name, begin, rows: n } of piecesOf(tensor)) {
      const values = weights.read(tensor, begin, n);
      await job.call("loadWeights", { name, begin, values }, [values.buffer]);
    }
  }
  for (const [name, all] of Object.entries(rows)) {
    for (let at = 0; at < all.length; at += PIECE) {
      const values = all.slice(at, at + PIECE);
      await job.call("loadExamples", { name, at, values }, [values.buffer]);
    }
  }
  await job.together("begin");
}

/** More threads than this cost more to start than they bring. */
function sizeOf({ items, examples, model }: RankConfig): JobSize {
  const { query, score } = productsOf(model);
  const products = examples * (query + items * score);
  return { useful: Math.max(1, Math.floor(products / 2 ** 26)), products };
}
