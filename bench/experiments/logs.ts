/** The logs of the experiments: their files, where users get them, and how they are split. */

import { type Sessions, splitByTime, splitLeaveOneOut } from "../../src/index.js";

export interface Log {
  /** Below the folder of the data. */
  readonly files: readonly string[];
  /** `refit` is leave-one-out with the last item but one in the training, too: what is chosen on it is learnt anew with it. */
  readonly split: "time" | "leave-one-out" | "refit";
  /** Unix seconds at which the test begins, of a log in one file. */
  readonly testFrom?: number;
  /** Where users get it. */
  readonly from: string;
}

const CHALLENGE =
  "It is made from yoochoose-clicks.dat of the RecSys Challenge 2015 (https://www.kaggle.com/datasets/chadgostopp/recsys-challenge-2015)";
const AMAZON =
  "It is the file of S3-Rec (https://github.com/RUCAIBox/CIKM2020-S3Rec), made from the reviews of https://cseweb.ucsd.edu/~jmcauley/datasets/amazon/links.html";
const SEQUENCES = "one user a line, oldest item first";
const COLUMNS = "columns SessionId, ItemId, Time";

export type LogName =
  | "yoochoose1_64"
  | "rsc15_100k"
  | "diginetica"
  | "globo"
  | "amazon-beauty"
  | "amazon-sports"
  | "amazon-beauty-refit"
  | "ml-1m-sequences";

export const LOGS: Readonly<Record<LogName, Log>> = {
  yoochoose1_64: {
    files: ["yoochoose1_64/train.tsv.gz", "yoochoose1_64/test.tsv.gz"],
    split: "time",
    from: `${CHALLENGE}: the most recent 1/64 of the training, and the last day; ${COLUMNS}.`,
  },
  rsc15_100k: {
    files: ["rsc15_100k/train.tsv.gz", "rsc15_100k/test.tsv.gz"],
    split: "time",
    from: `${CHALLENGE}: 1 to 8 April 2014; ${COLUMNS}.`,
  },
  diginetica: {
    files: ["diginetica/train.tsv.gz", "diginetica/test.tsv.gz"],
    split: "time",
    from: `It is made from train-item-views.csv of the CIKM Cup 2016 (https://competitions.codalab.org/competitions/11161): the last week is the test; ${COLUMNS}.`,
  },
  globo: {
    files: ["globo/events.tsv.gz"],
    split: "time",
    // 16 October 2017.
    testFrom: 1_508_112_000,
    from: `It is made from the clicks of https://www.kaggle.com/datasets/gspmoreira/news-portal-user-interactions-by-globocom, all of them; ${COLUMNS}.`,
  },
  "amazon-beauty": {
    files: ["amazon-beauty/sequences.txt.gz"],
    split: "leave-one-out",
    from: `${AMAZON}: Beauty, ${SEQUENCES}.`,
  },
  "amazon-sports": {
    files: ["amazon-sports/sequences.txt.gz"],
    split: "leave-one-out",
    from: `${AMAZON}: Sports and Outdoors, ${SEQUENCES}.`,
  },
  "amazon-beauty-refit": {
    files: ["amazon-beauty/sequences.txt.gz"],
    split: "refit",
    from: `${AMAZON}: Beauty, ${SEQUENCES}.`,
  },
  "ml-1m-sequences": {
    files: ["ml-1m-sequences/sequences.txt.gz"],
    split: "leave-one-out",
    from: `It is made from ratings.dat of MovieLens 1M (https://grouplens.org/datasets/movielens/1m/): users and items of five ratings or more, ${SEQUENCES}.`,
  },
};

/** What options are chosen on: the test is in neither. */
export interface Held {
  readonly train: Sessions;
  readonly validation: Sessions;
}

/** A log in parts. */
export interface Split {
  readonly train: Sessions;
  readonly test: Sessions;
  /** By time the training and its last sessions, by leave-one-out the training and the last item but one. */
  readonly held: () => Held;
}

/** @param files of the log, in its order */
export function splitLog(name: LogName, [first, second]: readonly Sessions[]): Split {
  const { split, testFrom = 0 } = LOGS[name];
  if (split !== "time") {
    const { train, validation, test } = splitLeaveOneOut(first!);
    const learnt = split === "refit" ? validation : train;
    return { train: learnt, test, held: () => ({ train, validation }) };
  }
  if (second) return { train: first!, test: second, held: () => lastSessions(first!) };
  const last = first!.times.reduce((most, time) => Math.max(most, time), 0);
  const { train, test } = splitByTime(first!, { testSeconds: last - testFrom });
  return { train, test, held: () => lastSessions(train) };
}

/** A tenth, and of a large log 5,000: more would take longer to measure than to learn from. */
function lastSessions(log: Sessions): Held {
  const testSessions = Math.min(Math.round(log.length / 10), 5_000);
  const { train, test } = splitByTime(log, { testSessions });
  return { train, validation: test };
}

/** What tells the reader how to read the files of a log. */
export function readingOf(name: LogName): { readonly format?: "sequences" } {
  return LOGS[name].split === "time" ? {} : { format: "sequences" };
}
