/**
 * The preparations of public data sets, from the files that are downloaded.
 *
 * `rsc15` is the one of "Session-based recommendations with recurrent neural networks" (Hidasi et al. 2016):
 * one pass of filters, repeats stay. `yoochoose`, `rees46`, `coveo`, `retailrocket` and `diginetica` are
 * those of "The effect of third party implementations on reproducibility" (Hidasi & Czapp 2023): repeats
 * dropped, filters until nothing changes, clicks of equal times in the order of their items. `otto` is
 * prepared like these, from its clicks; `movielens` as for comparisons of sequential models: all ratings,
 * users and items of five or more.
 */

import type { ReadOptions } from "../data/read/options.js";
import type { FilterRules } from "./filters-sql.js";
import type { Role, Rules } from "./plan.js";

export interface Preset {
  /** For the help. */
  readonly files: string;
  readonly reading: ReadOptions;
  readonly rules: Rules;
  /** What is in the files, where the reading does not tell: what reads them finds out. */
  readonly source?: "ratings" | "otto";
  /** What the values of the files would tell, and a table of a warehouse does not. */
  readonly table?: ReadOptions;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

const FILTERS: FilterRules = { minLength: 2, minSupport: 5, filterOnce: false, repeats: "next" };
const ROLES: readonly Role[] = ["train-full", "test", "train", "validation"];

/**
 * @param seconds of the test; the validation has as many before it
 * @param end the last moment, unless it is that of the events
 */
function splitTwice(seconds: number, end?: number): Rules {
  const split = { by: "time", test: { seconds }, validation: { seconds } } as const;
  return {
    filters: FILTERS,
    ties: "item",
    split: end === undefined ? split : { ...split, end },
    roles: ROLES,
  };
}

/** SessionId, Timestamp, ItemId, Category */
const YOOCHOOSE: ReadOptions = {
  header: false,
  sessionColumn: 1,
  timeColumn: 2,
  itemColumn: 3,
  orderColumn: "none",
};

export const PRESETS: Readonly<Record<string, Preset>> = {
  rsc15: {
    files: "yoochoose-clicks.dat",
    reading: YOOCHOOSE,
    rules: {
      filters: { ...FILTERS, filterOnce: true, repeats: "none" },
      split: {
        by: "sessions",
        test: { seconds: DAY },
        validation: { seconds: DAY },
        knownItems: true,
      },
      roles: ROLES,
    },
  },
  yoochoose: {
    files: "yoochoose-clicks.dat yoochoose-test.dat",
    reading: YOOCHOOSE,
    rules: splitTwice(DAY),
  },
  diginetica: {
    files: "train-item-views.csv",
    // The date is the same for all of a session, or nearly: its first one and milliseconds since then.
    reading: { timeColumn: "eventdate", orderColumn: "timeframe" },
    rules: { ...splitTwice(WEEK), clock: "first and tie" },
  },
  retailrocket: {
    files: "events.csv",
    reading: {
      userColumn: "visitorid",
      itemColumn: "itemid",
      timeColumn: "timestamp",
      timeUnit: "milliseconds",
      eventColumn: "event",
      events: ["view"],
      orderColumn: "none",
      gap: HOUR,
    },
    rules: splitTwice(WEEK, 1_442_545_200),
  },
  rees46: {
    files: "2019-Oct.csv 2019-Nov.csv",
    reading: {
      userColumn: "user_id",
      itemColumn: "product_id",
      timeColumn: "event_time",
      eventColumn: "event_type",
      events: ["view"],
      orderColumn: "none",
      gap: HOUR,
    },
    rules: { ...splitTwice(DAY, 1_575_158_400), keptFirst: true },
  },
  coveo: {
    files: "browsing_train.csv",
    reading: {
      sessionColumn: "session_id_hash",
      itemColumn: "product_sku_hash",
      timeColumn: "server_timestamp_epoch_ms",
      timeUnit: "milliseconds",
      eventColumn: "product_action",
      events: ["detail"],
      orderColumn: "none",
      gap: HOUR,
    },
    rules: splitTwice(DAY),
  },
  otto: {
    files: "otto-recsys-train.jsonl",
    source: "otto",
    table: { timeUnit: "milliseconds" },
    reading: {
      sessionColumn: "session",
      itemColumn: "aid",
      timeColumn: "ts",
      eventColumn: "type",
      events: ["clicks"],
      orderColumn: "none",
    },
    rules: splitTwice(WEEK),
  },
  movielens: {
    files: "ratings.dat, u.data or ratings.csv",
    source: "ratings",
    table: { timeUnit: "seconds" },
    reading: { userColumn: 1, itemColumn: 2, timeColumn: 4, orderColumn: "none", gap: "none" },
    rules: {
      filters: { minLength: 5, minSupport: 5, filterOnce: false, repeats: "none" },
      split: { by: "leave-one-out" },
      roles: ["train", "validation", "test"],
    },
  },
};
