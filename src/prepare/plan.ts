/** The whole of a preparation: its steps, and the tables that are written when they are done. */

import { type FilterRules, filterSteps, type Recent, recentStep } from "./filters-sql.js";
import { type SessionRules, sessionSteps } from "./sessions-sql.js";
import { type SplitRules, splitSteps } from "./splits-sql.js";
import { IN_TIME, type Step } from "./steps.js";

/** What a file holds. "train-full" is what "train" and "validation" were cut from. */
export type Role = "train" | "validation" | "test" | "train-full";

export interface Rules extends SessionRules {
  readonly filters: FilterRules;
  readonly split?: SplitRules;
  /** Of what is trained on. */
  readonly recent?: Recent;
  /** What orders clicks of a session at equal seconds: as they were read, unless by their item. */
  readonly ties?: "item";
  /** The files to write. */
  readonly roles: readonly Role[];
}

export interface Plan {
  /** Make the events that all else takes from. */
  readonly sessions: readonly Step[];
  readonly steps: readonly Step[];
  readonly outputs: readonly {
    readonly role: Role;
    readonly table: string;
    readonly sql: string;
  }[];
}

/** @param gap seconds without a click that end a session; "none" where a visitor is one */
export function planOf(rules: Rules, gap: number | "none"): Plan {
  const { filters, split, recent, ties } = rules;
  const train = trainTable(split);
  const order = ties === "item" ? "seconds, item, line" : IN_TIME;
  const steps = [
    ...filterSteps(filters, order),
    ...(split ? splitSteps(split) : []),
    ...(recent ? [recentStep(train, recent)] : []),
  ];
  const outputs = rules.roles.map((role) => {
    const table = role === "train" ? train : role.replace("-", "_");
    const select = `SELECT session AS "SessionId", item AS "ItemId", seconds AS "Time"`;
    return { role, table, sql: `${select} FROM ${table} ORDER BY session, ${order}` };
  });
  return { sessions: sessionSteps(gap, rules), steps, outputs };
}

function trainTable(split: SplitRules | undefined): string {
  if (split === undefined) return "events";
  return split.by === "leave-one-out" || split.validation ? "train" : "train_full";
}
