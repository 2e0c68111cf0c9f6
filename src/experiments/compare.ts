/** Compares models: each is fitted on one log and asked for the same test cases, one model after the other. */

import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkList,
  checkNames,
  checkObject,
  checkSignal,
} from "../checks.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { ConfigError, DivergedError, words } from "../errors.js";
import type { Signal } from "../platform.js";
import { rankCases } from "../ranking/case-ranks.js";
import { CHOICE_OPTIONS, type ChoiceOptions } from "../ranking/choices.js";
import { type EvaluateOptions, resolveEvaluateOptions } from "../ranking/evaluate.js";
import type { Ties } from "../ranking/metrics.js";
import { THREAD_OPTIONS, type ThreadOptions } from "../threads/options.js";
import { type Candidate, candidateOf, type Fitted, MODELS } from "./candidates.js";
import type { ComparedModel } from "./compared.js";
import { checkCatalogue, checkFitted, type FittedModels, fittedCandidate } from "./fitted.js";
import { leakOf, MOST_LEAK } from "./split-flaws.js";

/** Options of `compare`. */
export interface CompareOptions extends ChoiceOptions, ThreadOptions {
  /**
   * Kinds of baselines, `"gru4rec"`, `"two-towers"`, and the names of `fitted`; all of them but the towers unless
   * given. A label behind a colon tells several of one kind apart: `"gru4rec:wide"`.
   */
  readonly models?: readonly string[];
  /**
   * Options of the models by their names. Those of a GRU4Rec, or of two towers, are of the model and of its training;
   * towers have no features here.
   */
  readonly modelOptions?: Readonly<Record<string, object>>;
  /**
   * Models that are there already, two towers and indices among them, by other names than those of kinds. They rank the
   * items of the log, and no others.
   */
  readonly fitted?: FittedModels;
  /**
   * So many at once, ≥ 1: trainings in workers of their own, all else in turns on the calling thread. More than one
   * leaves times out, which would mean nothing. Default 1: one after the other, each with all threads.
   */
  readonly jobs?: number;
  /** List lengths. Default 1, 5, 10, 20. */
  readonly cutoffs?: readonly number[];
  /** How equal scores count. Default `"standard"`. */
  readonly ties?: Ties;
  /** Sessions by which the best epoch of a GRU4Rec, or of two towers, is kept. */
  readonly validation?: Sessions | undefined;
  /** Compare although more than 1 % of the test cases come before the training ends. Default false. */
  readonly allowLeak?: boolean;
  /** The split is leave-one-out, which always trains on what is later than tests. Default false. */
  readonly leaveOneOut?: boolean;
  /** Ends the work; its reason is thrown. */
  readonly signal?: Signal | undefined;
  /** Called several times a second. */
  readonly onProgress?: ((progress: CompareProgress) => void) | undefined;
}

/** How far a comparison is. */
export interface CompareProgress {
  /** The model at work. */
  readonly model: string;
  /** What is done with it. */
  readonly stage: "fitting" | "measuring";
  /** The share of that which is done, from 0 to 1. */
  readonly share: number;
}

const WHAT = ["models", "modelOptions", "fitted", "jobs"];
const OWN = ["cutoffs", "ties", "validation", "allowLeak", "leaveOneOut"];
const NAMES = [...WHAT, ...OWN, ...CHOICE_OPTIONS, ...THREAD_OPTIONS, "signal", "onProgress"];

/**
 * Fits each model and measures it; yields it when it is done, in the order of the names, so that leaving the loop
 * keeps what is finished. A model whose training diverges is told as a failure, and the others go on. All models rank
 * among all items of the training.
 *
 * @param log  sessions to fit on
 * @param test sessions to measure on; over another catalogue they lose what training does not hold, as in `evaluate`
 * @throws ConfigError before the first model when a name or an option is wrong (naming the nearest), there is no
 *   test case, a fitted model is of another catalogue, or more than 1 % of them come before the training ends (Hidasi & Czapp 2023, arXiv 2307.14951)
 */
export async function* compare(
  log: Sessions,
  test: Sessions,
  options: CompareOptions = {},
): AsyncGenerator<ComparedModel, void, void> {
  const { candidates, evaluation } = prepared(options);
  checkSessions("log", log);
  checkSessions("test", test);
  const { allowLeak = false, leaveOneOut = false, jobs = 1, fitted = {}, signal } = options;
  if (!allowLeak && !leaveOneOut) refuseLeak(log, test);
  for (const { name, isFitted } of candidates) {
    if (isFitted) checkCatalogue(name, fitted[name]!, log.items);
  }
  const own = new AbortController();
  const forward = (): void => own.abort(signal?.reason);
  signal?.addEventListener("abort", forward);
  if (signal?.aborted) forward();
  const asked = { log, test, options: { ...options, signal: own.signal }, evaluation };
  const running: Promise<ComparedModel>[] = [];
  try {
    for (let done = 0; done < candidates.length; ++done) {
      for (let next = running.length; next < Math.min(done + jobs, candidates.length); ++next) {
        running.push(measured(candidates[next]!, asked));
        running[next]!.catch(() => {}); // it is thrown when its turn comes
      }
      yield await running[done]!;
    }
  } finally {
    signal?.removeEventListener("abort", forward);
    own.abort();
    await Promise.allSettled(running);
  }
}

interface Asked {
  readonly log: Sessions;
  readonly test: Sessions;
  readonly options: CompareOptions;
  readonly evaluation: EvaluateOptions;
}

async function measured(
  { name, options, isFitted = false, fit }: Candidate,
  { log, test, options: asked, evaluation }: Asked,
): Promise<ComparedModel> {
  const { threads, numerics, createWorker, onWarning, signal, validation, onProgress } = asked;
  const { lastOnly, excludeSeen, unknown } = evaluation;
  const running = { threads, numerics, createWorker, onWarning, signal };
  const choices = { lastOnly, excludeSeen, unknown };
  const given = Object.entries({ ...running, ...(validation && { validation, ...choices }) });
  const fitting = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const tell = (stage: CompareProgress["stage"]) => (share: number) =>
    onProgress?.({ model: name, stage, share });
  const isTimed = (asked.jobs ?? 1) === 1;
  const started = performance.now();
  const seconds = (): number | undefined =>
    isTimed && !isFitted ? (performance.now() - started) / 1000 : undefined;
  let fitted: Fitted | undefined;
  try {
    fitted = await fit(log, fitting, tell("fitting"));
    const { model, bytes, epochs } = fitted;
    const costs = { trainSeconds: seconds(), bytes, epochs };
    const told = tell("measuring");
    const { evaluation: figures, ranks } = await rankCases(model, test, {
      ...evaluation,
      ...(signal && { signal }),
      onProgress: ({ events, totalEvents }) => told(events / totalEvents),
    });
    const requestsPerSecond = isTimed ? figures.eventsPerSecond : undefined;
    const found = { ...costs, requestsPerSecond, evaluation: figures, ranks };
    return { name, options, ...found, failure: undefined };
  } catch (failure) {
    if (!(failure instanceof DivergedError)) throw failure;
    const none = { evaluation: undefined, ranks: new Float64Array(0) };
    const costs = { trainSeconds: seconds(), requestsPerSecond: undefined, bytes: 0, epochs: [] };
    return { name, options, ...costs, ...none, failure };
  } finally {
    fitted?.dispose();
  }
}

/**
 * Checks the options of a comparison, without any data.
 *
 * @returns the names of the models, in their order
 * @throws ConfigError as `compare`
 */
export function checkCompare(options: CompareOptions): readonly string[] {
  return prepared(options).candidates.map(({ name }) => name);
}

function prepared(options: CompareOptions): {
  readonly candidates: readonly Candidate[];
  readonly evaluation: EvaluateOptions & { readonly cutoffs: readonly number[] };
} {
  checkNames(options, NAMES, "comparison");
  const { fitted = {}, jobs = 1 } = options;
  checkFitted(fitted);
  const { models = [...MODELS, ...Object.keys(fitted)] } = options;
  const { modelOptions = {}, validation, allowLeak, leaveOneOut } = options;
  const { cutoffs = [1, 5, 10, 20], ties, lastOnly, excludeSeen, unknown, ...more } = options;
  const { threads, numerics, createWorker, onWarning, signal } = more;
  checkFunction("onProgress", options.onProgress);
  for (const [name, value] of Object.entries({ allowLeak, leaveOneOut })) {
    if (value !== undefined) checkBoolean(name, value);
  }
  const asked = { cutoffs, ties, lastOnly, excludeSeen, unknown };
  checkSignal(signal);
  const given = Object.entries({ ...asked, threads, numerics, createWorker, onWarning });
  const evaluation = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  resolveEvaluateOptions(evaluation);
  if (validation !== undefined) checkSessions("validation", validation);
  checkList("models", models, "names of models");
  checkObject("modelOptions", modelOptions, "an object of options by model");
  checkInteger("jobs", jobs, 1);
  const names = [...models];
  if (names.length === 0) throw new ConfigError("models", "at least one", words("none"));
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) throw new ConfigError("models", "every name once", name);
  }
  for (const name of Object.keys(modelOptions)) {
    if (!names.includes(name)) throw new ConfigError("modelOptions", names.join(", "), name);
  }
  const isValidated = validation !== undefined;
  for (const name of Object.keys(fitted)) {
    if (!names.includes(name)) throw new ConfigError("fitted", names.join(", "), name);
    if (!Object.hasOwn(modelOptions, name)) continue;
    throw new ConfigError(`options of ${name}`, "none, as it is fitted", modelOptions[name]);
  }
  const candidates = names.map((name) =>
    Object.hasOwn(fitted, name)
      ? fittedCandidate(name, fitted[name]!)
      : candidateOf(name, modelOptions[name], isValidated),
  );
  return { candidates, evaluation: { ...evaluation, lists: true, cutoffs } };
}

function refuseLeak(log: Sessions, test: Sessions): void {
  const { events, share } = leakOf(log, test);
  if (share <= MOST_LEAK) return;
  const expected = "test events after the last one of training";
  const found = words(`${events} before it, ${(100 * share).toFixed(1)} % of them`);
  throw new ConfigError("test", expected, found, "Split by time, or set `allowLeak`.");
}
