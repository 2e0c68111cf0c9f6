/** Evaluation as its user sees it: one promise of the figures, of a model or of a baseline. */

import {
  checkBoolean,
  checkChoice,
  checkFunction,
  checkInteger,
  checkList,
  checkNames,
  checkSignal,
} from "../checks.js";
import type { Examples } from "../data/examples.js";
import type { Scorer } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import type { Answering } from "../models/answering.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import { checkWindowLength } from "../models/gru4rec/options.js";
import type { RetrievalIndex } from "../models/two-towers/retrieval-index.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import { loadColumns } from "../network/transfer.js";
import type { Job } from "../threads/job.js";
import { checkThreadOptions, THREAD_OPTIONS, type ThreadOptions } from "../threads/options.js";
import { type JobSize, jobSize } from "../threads/size.js";
import { answeringOf } from "./answering.js";
import { type CaseColumns, type JobCases, longestHistory } from "./case-columns.js";
import { figuresOf, jobCases } from "./cases.js";
import { CHOICE_OPTIONS, resolveChoices } from "./choices.js";
import { drive, loadAnswering, type Pace } from "./drive.js";
import {
  type Evaluation,
  RankingMetrics,
  type RankingOptions,
  type ResolvedRanking,
  rankOf,
  subsetRows,
  TIES,
} from "./metrics.js";
import type { RankConfig } from "./rank-memory.js";
import { isRankSlice, type RankSlice, rankProgram } from "./rank-program.js";

/** Options of `evaluate`. */
export interface EvaluateOptions extends RankingOptions, ThreadOptions {}

/** Slots played at a time. */
const SLOTS = 64;

const RANKING = ["cutoffs", "ties", "items", "lists", ...CHOICE_OPTIONS];
const NAMES = [...RANKING, "windowLength", "signal", "onProgress", ...THREAD_OPTIONS];

/** Fills in defaults and checks what can be checked without a model. Throws ConfigError. */
export function resolveEvaluateOptions(options: EvaluateOptions = {}): ResolvedRanking {
  checkNames(options, NAMES, "evaluation");
  checkThreadOptions(options);
  const { cutoffs = [20], ties = "standard", lists = false } = options;
  if (!Array.isArray(cutoffs) || cutoffs.length === 0) {
    throw new ConfigError("cutoffs", "at least one list length", cutoffs);
  }
  for (const [i, cutoff] of cutoffs.entries()) checkInteger(`cutoffs[${i}]`, cutoff, 1);
  checkChoice("ties", ties, TIES);
  checkBoolean("lists", lists);
  const choices = resolveChoices(options);
  if (options.windowLength !== undefined) checkWindowLength(options.windowLength);
  if (options.items !== undefined) checkList("items", options.items, "item ids");
  checkSignal(options.signal);
  checkFunction("onProgress", options.onProgress);
  return { cutoffs, ties, lists, ...choices };
}

/**
 * Recall@N, MRR@N and NDCG@N of next-item prediction, by the rules of Hidasi et al. 2016, §4: every
 * event but a session's first is a test case, ranked among all items after all clicks before it, or
 * after the last `windowLength` of them. An example is a test case as it is.
 *
 * @param model    a model, or a baseline such as `markov(sessions)`
 * @param sessions may be over another catalogue: events of unknown items are dropped and counted. Two
 *   towers and their indices also take examples, all items of which they know
 * @throws ConfigError when an option is out of range or there is no test case; WorkerError when a
 *   thread fails; the signal's reason when aborted
 */
export function evaluate(
  model: GRU4Rec | TwoTowers | RetrievalIndex | Scorer,
  sessions: Sessions,
  options?: EvaluateOptions,
): Promise<Evaluation>;
export function evaluate(
  model: TwoTowers | RetrievalIndex,
  cases: Sessions | Examples,
  options?: EvaluateOptions,
): Promise<Evaluation>;
export function evaluate(
  model: GRU4Rec | TwoTowers | RetrievalIndex | Scorer,
  given: Sessions | Examples,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  return evaluated(model, given, options);
}

/** The ranks of some test cases of a model, with what says which ones they are. */
export type ToldRanks = (slice: RankSlice, columns: CaseColumns, config: RankConfig) => void;

/** @param told hears the ranks of a model as they come; what is no model has its own ways */
export async function evaluated(
  model: GRU4Rec | TwoTowers | RetrievalIndex | Scorer,
  given: Sessions | Examples,
  options: EvaluateOptions,
  told?: ToldRanks,
): Promise<Evaluation> {
  const resolved = resolveEvaluateOptions(options);
  const answering = readingAs(answeringOf(model), options.windowLength);
  if (!answering) {
    checkSessions("sessions", given);
    const { evaluateScorer } = await import("./scorer.js"); // a page that trains needs it for baselines alone
    return evaluateScorer(model as Scorer, given as Sessions, resolved, options);
  }
  const subset = options.items && subsetRows(answering.answers, options.items);
  const cases = await jobCases(answering, given, resolved);
  options.signal?.throwIfAborted();
  return ranked(answering, cases, { subset, resolved, options, told });
}

/** The same model with another window, where it can read one. */
function readingAs(
  answering: Answering | undefined,
  windowLength: number | undefined,
): Answering | undefined {
  if (!answering || windowLength === undefined) return answering;
  const { kind, reading } = answering;
  if (windowLength === reading.windowLength) return answering;
  if (kind === "gru4rec") return { ...answering, reading: { ...reading, windowLength } };
  const expected = `the window of the towers, ${reading.windowLength}`;
  throw new ConfigError("windowLength", expected, windowLength, "Leave it out.");
}

interface Asking {
  readonly subset: Int32Array | undefined;
  readonly resolved: ResolvedRanking;
  readonly options: EvaluateOptions;
  readonly told: ToldRanks | undefined;
}

async function ranked(
  answering: Answering,
  { columns, totalEvents, ...counts }: JobCases,
  { subset, resolved, options, told }: Asking,
): Promise<Evaluation> {
  const { answers, kind, plan } = answering;
  const { cutoffs, ties } = resolved;
  const metrics = new RankingMetrics(cutoffs);
  const config = configOf(answering, { columns, played: counts.played }, subset, resolved);
  const program = { name: `${kind}-ranks`, program: rankProgram(plan), config };
  const run = { ...program, size: sizeOf(config, answering), isReport: isRankSlice };
  const load = (job: Job): Promise<void> => loadRanks(job, answering, columns, subset);
  let pace: Pace | undefined;
  for await (const slice of drive(run, load, options)) {
    addRanks(metrics, slice.report, config.list, ties);
    told?.(slice.report, columns, config);
    pace = slice.pace(metrics.events);
    const { perSecond: eventsPerSecond } = pace;
    options.onProgress?.({ events: metrics.events, totalEvents, eventsPerSecond });
  }
  const { seconds, perSecond: eventsPerSecond } = pace!;
  metrics.addMisses(counts.missedEvents);
  const figures = { ...metrics.result(answers), ...figuresOf(metrics, counts, resolved) };
  return { ...figures, seconds, eventsPerSecond };
}

function configOf(
  { config, reading, answers }: Answering,
  { columns, played }: Pick<JobCases, "columns" | "played">,
  subset: Int32Array | undefined,
  { cutoffs, lists, lastOnly, excludeSeen }: ResolvedRanking,
): RankConfig {
  const lengths = Object.entries(columns).map(([name, { length }]) => [name, length] as const);
  const ranked = subset?.length ?? answers.size;
  const list = lists ? Math.min(Math.max(...cutoffs), ranked) : 0;
  const seen = list > 0 && excludeSeen ? longestHistory(columns) : 0;
  return {
    answering: config,
    reading,
    columns: Object.fromEntries(lengths),
    slots: Math.min(SLOTS, played),
    subset: subset?.length ?? 0,
    list,
    kept: Math.min(ranked, list + seen),
    lastOnly,
    excludeSeen,
  };
}

function addRanks(
  metrics: RankingMetrics,
  { greater, equal, lists }: RankSlice,
  list: number,
  ties: Evaluation["ties"],
): void {
  for (let i = 0; i < greater.length; ++i) {
    const isLeftOut = greater[i]! < 0;
    metrics.add(isLeftOut ? Number.POSITIVE_INFINITY : rankOf(greater[i]!, equal[i]!, ties));
  }
  for (let at = 0; at < lists.length; at += list) {
    const items = lists.subarray(at, at + list);
    const end = items.indexOf(-1);
    metrics.addList(end < 0 ? items : items.subarray(0, end));
  }
}

async function loadRanks(
  job: Job,
  answering: Answering,
  columns: CaseColumns,
  subset: Int32Array | undefined,
): Promise<void> {
  await loadAnswering(job, answering);
  if (subset) await job.call("loadSubset", subset);
  await loadColumns(job, columns);
  await job.call("begin");
}

/** More threads than are useful cost more at the barriers than they bring. */
export function sizeOf(
  {
    subset,
    slots,
    reading,
    answering,
  }: Pick<RankConfig, "subset" | "slots" | "reading" | "answering">,
  { products }: Pick<Answering, "products">,
): JobSize {
  const scoring = (subset || answering.answers) * slots * products.score;
  const playing = slots * Math.max(1, reading.windowLength) * products.click;
  return jobSize("large steps", scoring, scoring + playing);
}
