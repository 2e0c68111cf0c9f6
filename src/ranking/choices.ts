/** Options that say which events are test cases, and among what their items are ranked. */

import { checkBoolean, checkChoice } from "../checks.js";

/** Which events are test cases. */
export interface CaseOptions {
  /** Only the last event of each session is one, after all events before it. Default false. */
  readonly lastOnly?: boolean;
  /**
   * What becomes of an event whose item the model does not know: it is no test case (`"drop"`, the
   * default), or it is one and nobody finds it (`"miss"`), as is an event before which nothing is known.
   * In either case the events after it are asked for without it.
   */
  readonly unknown?: "drop" | "miss";
}

/** Which events are test cases, and among what they are ranked. */
export interface ChoiceOptions extends CaseOptions {
  /**
   * Leave the items that the session had before out of the ranking and of the lists. A target that it had
   * is then a miss. Default false.
   */
  readonly excludeSeen?: boolean;
}

export type ResolvedChoices = Required<ChoiceOptions>;

export const CHOICE_DEFAULTS: ResolvedChoices = {
  lastOnly: false,
  excludeSeen: false,
  unknown: "drop",
};
export const CHOICE_OPTIONS: readonly string[] = Object.keys(CHOICE_DEFAULTS);

/** Fills in defaults. Throws ConfigError naming an option with a value that it cannot have. */
export function resolveChoices({
  lastOnly = CHOICE_DEFAULTS.lastOnly,
  excludeSeen = CHOICE_DEFAULTS.excludeSeen,
  unknown = CHOICE_DEFAULTS.unknown,
}: ChoiceOptions): ResolvedChoices {
  checkBoolean("lastOnly", lastOnly);
  checkBoolean("excludeSeen", excludeSeen);
  checkChoice("unknown", unknown, ["drop", "miss"]);
  return { lastOnly, excludeSeen, unknown };
}
