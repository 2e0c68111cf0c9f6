/** What an experiment is: the rows of one table, measured on one log by one protocol. */

import type { Measures } from "../../src/index.js";
import type { LogName } from "./logs.js";

/** Options of a model and of its training in one object, as `compare` takes them. */
export type Options = Readonly<Record<string, unknown>>;

/** A model that is trained and measured, once for each seed. */
export interface Row {
  readonly label: string;
  /** `"gru4rec"`, `"two-towers"` or a kind of baseline. */
  readonly model: string;
  /** Those that differ from the defaults. */
  readonly options?: Options;
  /** The search that its options are from; without options it is not over. */
  readonly tuning?: string;
  /** Empty where nothing is drawn at random. */
  readonly seeds: readonly number[];
  /** What an ablation changes: rows of one group stand together. */
  readonly group?: string;
  readonly note?: string;
}

/** A figure of a measure at a cutoff: `"recall@10"`. */
export type Measure = `${"recall" | "mrr" | "ndcg"}@${1 | 5 | 10 | 20}`;

/** Whether lists hold the items that the session had before. */
export type List = "all" | "unseen";

/** What others print for the same log. */
export interface Published {
  readonly model: string;
  readonly values: Readonly<Partial<Record<Measure, number>>>;
  /** Markdown. */
  readonly source: string;
}

export interface Experiment {
  readonly name: string;
  readonly title: string;
  readonly log: LogName;
  /** Three sentences: what is trained on, what is asked, among what it is ranked. */
  readonly protocol: string;
  readonly caveats: readonly string[];
  readonly measures: readonly Measure[];
  /** The list that the published figures stand beside comes first. */
  readonly lists: readonly List[];
  readonly rows: readonly Row[];
  readonly published: readonly Published[];
  /** Of an ablation the row from which each other row differs in one thing, and the measure of its plot. */
  readonly ablation?: { readonly base: string; readonly measure: Measure };
}

/** A row that was trained and measured with one seed: a line of the results file. */
export interface Run {
  readonly log: LogName;
  readonly model: string;
  /** All of them, defaults included, without the seed. */
  readonly options: Options;
  readonly seed: number | null;
  /** At the cutoffs 1, 5, 10 and 20, six digits behind the point. */
  readonly values: Readonly<Partial<Record<List, Measures>>>;
  /** Why there are no values: the training diverged. */
  readonly failure?: string;
  /** Test cases. */
  readonly events: number;
  /** Mean loss of each epoch; null where the process ended before it was told. */
  readonly losses: readonly (number | null)[];
  /** Training and measuring, without the time between a stop and its resumption. */
  readonly minutes: number;
  /** What repeats it. */
  readonly command: string;
  /** Hash of the sources that matter. */
  readonly code: string;
  /** The commit that changed them last; null where there is no git. */
  readonly commit: string | null;
  readonly version: string;
  readonly node: string;
  readonly machine: string;
  readonly threads: number | "auto";
  /** Hash of each file of the log. */
  readonly data: Readonly<Record<string, string>>;
}
