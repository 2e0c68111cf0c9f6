/** Recommending for many visits at once as its user sees it: one promise of the lists. */

import { checkFunction, checkInteger, checkNames, checkSignal } from "../checks.js";
import type { Id } from "../data/events.js";
import type { Items } from "../data/items.js";
import { DEFAULT_COUNT, type Recommendation } from "../data/recommendations.js";
import { isScorer, type Scorer } from "../data/scorer.js";
import { ConfigError } from "../errors.js";
import type { Answering } from "../models/answering.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import type { RecommendOptions } from "../models/recommendations.js";
import type { QueryOptions, RetrievalIndex } from "../models/two-towers/retrieval-index.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import { loadColumns } from "../network/transfer.js";
import type { Signal } from "../platform.js";
import { type Job, sharesMemory } from "../threads/job.js";
import { checkThreadOptions, THREAD_OPTIONS, type ThreadOptions } from "../threads/options.js";
import { type JobSize, jobSize } from "../threads/size.js";
import { compileKernels, isFused } from "../wasm/kernels.js";
import { answeringOf } from "./answering.js";
import { drive, loadAnswering } from "./drive.js";
import { leftOut } from "./left-out.js";
import type { ListsConfig } from "./list-memory.js";
import { isListSlice, type ListSlice, listsProgram } from "./list-program.js";
import { scorerLists } from "./scorer-lists.js";
import { type PlannedVisits, plannedVisits, type RecommendAllProgress } from "./visits.js";

/** Options of `recommendAll`. */
export interface RecommendAllOptions
  extends Omit<RecommendOptions, "quantize">,
    Omit<ThreadOptions, "numerics"> {
  /** Ends the work; the signal's reason is thrown. */
  readonly signal?: Signal | undefined;
  /** Called several times a second. */
  readonly onProgress?: ((progress: RecommendAllProgress) => void) | undefined;
}

const RUN_OPTIONS = THREAD_OPTIONS.filter((name) => name !== "numerics"); // to the bit those of `recommend`
const NAMES = ["count", "exclude", "only", "signal", "onProgress", ...RUN_OPTIONS];
/** The longest list: a list is kept sorted while it grows. */
const LONGEST = 1024;
/** Visits of a block: in turns with what else the calling thread does, or in workers. */
const SLOTS_HERE = 32;
const SLOTS = 256;
/** Weights that become bytes in a few milliseconds. */
const PART = 2 ** 19;

/**
 * What `recommend` gives for each of many visits, items and scores to the bit, in a fraction of the time
 * and in threads: lists of tonight's mails, of a cache, of all visitors of a day. Two towers give the
 * lists of an index of all their items. A baseline, or another scorer, answers on the calling thread.
 *
 * @param visits clicked items of each visit, oldest first; lists come in their order
 * @param options `count` is at most 1024; `exclude`, `only` and `time` hold for all visits
 * @throws ConfigError when an option is out of range; WorkerError when a thread fails; the signal's reason
 *   when aborted
 */
export function recommendAll(
  model: GRU4Rec | Scorer,
  visits: Iterable<Iterable<Id>>,
  options?: RecommendAllOptions,
): Promise<Recommendation[][]>;
export function recommendAll(
  model: TwoTowers | RetrievalIndex,
  visits: Iterable<Iterable<Id>>,
  options?: RecommendAllOptions & Pick<QueryOptions, "time">,
): Promise<Recommendation[][]>;
export async function recommendAll(
  model: GRU4Rec | TwoTowers | RetrievalIndex | Scorer,
  visits: Iterable<Iterable<Id>>,
  options: RecommendAllOptions & Pick<QueryOptions, "time"> = {},
): Promise<Recommendation[][]> {
  const answering = answeringOf(model);
  if (!answering && !isScorer(model)) {
    const expected = "a GRU4Rec, a TwoTowers, an index of one or a Scorer";
    throw new ConfigError("model", expected, model);
  }
  checkNames(options, answering?.momentOf ? [...NAMES, "time"] : NAMES, "recommendAll");
  checkThreadOptions(options);
  const { count = DEFAULT_COUNT, signal, onProgress } = options;
  checkInteger("count", count, 0, LONGEST);
  checkSignal(signal);
  checkFunction("onProgress", onProgress);
  if (!answering) return scorerLists(model as Scorer, visits, { ...options, count });
  const { answers } = answering;
  const left = leftOut(answers, options);
  const planned = plannedVisits(answering, visits);
  const moment = answering.momentOf?.(options.time) ?? -1;
  const lists: Recommendation[][] = Array.from({ length: planned.length }, () => []);
  answering.check();
  signal?.throwIfAborted();
  if (planned.order.length === 0 || count === 0) return lists;

  const config = await configOf(answering, planned, options, count, moment);
  const { kind, plan } = answering;
  const program = { name: `${kind}-lists`, program: listsProgram(plan), config };
  const run = { ...program, size: sizeOf(config, answering), isReport: isListSlice };
  const load = (job: Job): Promise<void> => loadLists(job, answering, planned, left);
  let done = 0;
  for await (const { report, pace } of drive(run, load, { ...options, numerics: "portable" })) {
    done += put(lists, report, planned.order.subarray(done), config.count, answers);
    const { perSecond: visitsPerSecond } = pace(done);
    onProgress?.({ visits: done, totalVisits: planned.order.length, visitsPerSecond });
  }
  return lists;
}

async function loadLists(
  job: Job,
  answering: Answering,
  { clicks, offsets }: PlannedVisits,
  left: Int32Array,
): Promise<void> {
  await loadAnswering(job, answering);
  await loadColumns(job, { clicks, offsets });
  const { config, products } = answering;
  const parts = job.inline ? Math.ceil((config.answers * products.score) / PART) : 1;
  for (let part = 0; part < parts; ++part) await job.together("quantize", { part, parts });
  await job.together("begin", left);
}

async function configOf(
  { config }: Answering,
  { order, clicks }: PlannedVisits,
  { threads }: RecommendAllOptions,
  count: number,
  moment: number,
): Promise<ListsConfig> {
  const fast = isFused("fast");
  return {
    answering: config,
    moment,
    count: Math.min(count, config.answers),
    visits: order.length,
    clicks: clicks.length,
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

function sizeOf(config: ListsConfig, { products }: Answering): JobSize {
  const { visits, slots, clicks, answering } = config;
  const perVisit = answering.answers * products.score + (clicks / visits) * products.click;
  const { useful, products: step } = jobSize("job", visits * perVisit, slots * perVisit);
  return { useful: Math.min(useful, Math.ceil(visits / 8)), products: step };
}
