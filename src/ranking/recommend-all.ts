/** Recommending for many visits at once as its user sees it: one promise of the lists. */

import {
  checkFunction,
  checkInstance,
  checkInteger,
  checkList,
  checkNames,
  checkSignal,
} from "../checks.js";
import { checkId, type Id } from "../data/events.js";
import type { Items } from "../data/items.js";
import { doorOf, GRU4Rec } from "../models/gru4rec/gru4rec.js";
import type { Inference } from "../models/gru4rec/inference.js";
import { embeddingWidth } from "../models/gru4rec/parameters.js";
import type { Recommendation, RecommendOptions } from "../models/recommendations.js";
import { stackProducts } from "../network/stack.js";
import { piecesOf } from "../network/weights.js";
import { SLICE_MS } from "../pause.js";
import { Job, type JobSize, sharesMemory } from "../threads/job.js";
import { checkThreadOptions, type ThreadOptions } from "../threads/options.js";
import { compileKernels, isFused } from "../wasm/kernels.js";
import type { ListsConfig } from "./list-memory.js";
import { isListSlice, type ListSlice, listsProgram } from "./list-program.js";
import { type PlannedVisits, plannedVisits } from "./visits.js";

export interface RecommendAllOptions
  extends Omit<RecommendOptions, "quantize">,
    Omit<ThreadOptions, "numerics"> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RecommendAllProgress) => void;
}

export interface RecommendAllProgress {
  /** Visits whose lists are there. */
  readonly visits: number;
  readonly totalVisits: number;
  readonly visitsPerSecond: number;
}

const NAMES = ["count", "exclude", "only", "threads", "createWorker", "signal", "onProgress"];
/** The longest list: a list is kept sorted while it grows. */
const LONGEST = 1024;
/** Visits of a block: in turns with what else the calling thread does, or in workers. */
const SLOTS_HERE = 32;
const SLOTS = 256;
const WORKER_SLICE_MS = 100;
/** Weights that become bytes in a few milliseconds. */
const PART = 2 ** 19;

/**
 * What `model.recommend` gives for each of many visits, items and scores to the bit, in a fraction of the
 * time and in threads: lists of tonight's mails, of a cache, of all visitors of a day.
 *
 * @param visits clicked items of each visit, oldest first; lists come in their order
 * @param options `count` is at most 1024; `exclude` and `only` hold for all visits
 * @throws ConfigError when an option is out of range; WorkerError when a thread fails; the signal's reason
 *   when aborted
 */
export async function recommendAll(
  model: GRU4Rec,
  visits: Iterable<Iterable<Id>>,
  options: RecommendAllOptions = {},
): Promise<Recommendation[][]> {
  checkInstance("model", model, GRU4Rec, "a GRU4Rec");
  checkNames(options, NAMES, "recommendAll");
  checkThreadOptions(options);
  const { count = 20, signal, onProgress } = options;
  checkInteger("count", count, 0, LONGEST);
  checkSignal(signal);
  checkFunction("onProgress", onProgress);
  const left = leftOut(model.items, options);
  const planned = plannedVisits(model, visits);
  const lists: Recommendation[][] = Array.from({ length: planned.length }, () => []);
  const door = doorOf(model);
  door.check();
  signal?.throwIfAborted();
  if (planned.order.length === 0 || count === 0) return lists;

  const config = await configOf(model, planned, options, count);
  const started = performance.now();
  const threads = { ...options, numerics: "portable" as const };
  const job = await Job.start("lists", listsProgram, config, threads, sizeOf(config));
  try {
    await door.during((weights) => loadWeights(job, weights));
    const { clicks, offsets, order } = planned;
    await job.call("loadVisits", { clicks, offsets });
    const parts = job.inline ? Math.ceil((config.items * model.options.layers.at(-1)!) / PART) : 1;
    for (let part = 0; part < parts; ++part) await job.together("quantize", { part, parts });
    await job.together("begin", left);
    let done = 0;
    for (;;) {
      const slice = await job.together("run", job.inline ? SLICE_MS : WORKER_SLICE_MS, isListSlice);
      done += put(lists, slice, order.subarray(done), config.count, model.items);
      const seconds = Math.max(1e-6, (performance.now() - started) / 1000);
      const progress = { visits: done, totalVisits: order.length, visitsPerSecond: done / seconds };
      onProgress?.(progress);
      if (slice.done) return lists;
      signal?.throwIfAborted();
    }
  } finally {
    job.dispose();
  }
}

async function loadWeights(job: Job, weights: Inference): Promise<void> {
  for (const tensor of weights.tensors) {
    for (const { name, begin, rows } of piecesOf(tensor)) {
      const values = weights.read(tensor, begin, rows);
      await job.call("loadWeights", { name, begin, values }, [values.buffer]);
    }
  }
}

/** Rows that no list may hold. */
function leftOut(items: Items, { exclude, only }: RecommendAllOptions): Int32Array {
  const rowsOf = (path: string, ids: Iterable<Id>): Set<number> => {
    checkList(path, ids, "item ids");
    return new Set(Array.from(ids, (id, i) => items.indexOf(checkId(id, () => `${path}[${i}]`))));
  };
  const never = exclude === undefined ? new Set() : rowsOf("exclude", exclude);
  const kept = only === undefined ? undefined : rowsOf("only", only);
  const isLeft = (row: number): boolean => never.has(row) || (kept !== undefined && !kept.has(row));
  return Int32Array.from(items.ids.keys()).filter(isLeft);
}

async function configOf(
  model: GRU4Rec,
  { order, clicks }: PlannedVisits,
  options: RecommendAllOptions,
  count: number,
): Promise<ListsConfig> {
  const { threads } = options;
  const fast = isFused("fast");
  return {
    ...{ model: model.options, items: model.items.size, count: Math.min(count, model.items.size) },
    ...{ visits: order.length, clicks: clicks.length },
    slots: threads === 0 ? SLOTS_HERE : SLOTS,
    bounding: fast ? await compileKernels("fast", sharesMemory(threads)) : undefined,
  };
}

/** Puts lists into their places and returns how many. */
function put(
  lists: Recommendation[][],
  { items, scores }: ListSlice,
  order: Int32Array,
  count: number,
  catalogue: Items,
): number {
  const done = items.length / count;
  for (let n = 0; n < done; ++n) {
    const list = lists[order[n]!]!;
    for (let i = n * count; i < (n + 1) * count && items[i]! >= 0; ++i) {
      list.push({ itemId: catalogue.idOf(items[i]!), score: scores[i]! });
    }
  }
  return done;
}

function sizeOf({ visits, items, slots, model, clicks }: ListsConfig): JobSize {
  const D = model.layers.at(-1)!;
  const perVisit = items * D + (clicks / visits) * stackProducts(model, embeddingWidth(model));
  const useful = Math.max(1, Math.floor((visits * perVisit) / 2 ** 26));
  return { useful: Math.min(useful, Math.ceil(visits / 8)), products: slots * perVisit };
}
