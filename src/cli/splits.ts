/** How flags split a click log: what contradicts is found before it is read. */
import {
  ConfigError,
  type EvaluateOptions,
  recentSessions,
  type Sessions,
  splitByTime,
  splitLeaveOneOut,
} from "../index.js";
import { CommandError, EXIT_USAGE } from "./errors.js";

/** Seconds. */
const DAY = 86_400;

export interface SplitFlags {
  readonly split?: string;
  readonly test?: string;
  readonly testDays?: number;
  readonly testSessions?: number;
  readonly validation?: string;
  readonly validationDays?: number;
  readonly validationSessions?: number;
  readonly lastDays?: number;
  readonly lastPart?: number;
}

/** Which test cases there are, as flags say it, or a split. */
export type Choices = Pick<EvaluateOptions, "lastOnly" | "excludeSeen" | "unknown">;

/** Parts of a log; all of it is trained on where nothing is held out. */
export interface Parts {
  readonly train: Sessions;
  readonly test?: Sessions;
  readonly validation?: Sessions;
}

const SPLITS = ["time", "sessions", "leave-one-out"];
const FILES = ["test", "validation"] as const;
const SIZES = ["testDays", "testSessions", "validationDays", "validationSessions"] as const;
const RECENT = ["lastDays", "lastPart"] as const;

/** @throws ConfigError naming what contradicts, or has no effect */
export function checkSplit(flags: SplitFlags, choices: Choices): void {
  const { split } = flags;
  const given = (names: readonly (keyof SplitFlags)[]) => names.find((name) => name in flags);
  if (split !== undefined && !SPLITS.includes(split)) {
    throw new ConfigError("split", '"time", "sessions" or "leave-one-out"', split);
  }
  const isLeftOut = split === "leave-one-out";
  const other = given([...FILES, ...SIZES, ...RECENT]);
  if (isLeftOut && other) {
    const remedy = "It holds out the last two events of each session, and trains on all others.";
    throw new ConfigError(other, "nothing beside --split leave-one-out", flags[other], remedy);
  }
  if (split !== undefined && !isLeftOut && !given(SIZES)) {
    const remedy = "Give `testDays` or `testSessions`.";
    throw new ConfigError("split", "how much is held out beside it", split, remedy);
  }
  if (isLeftOut || given([...FILES, ...SIZES])) return;
  const [name, value] = Object.entries(choices)[0] ?? [];
  if (name === undefined) return;
  const remedy = "Give `test`, `testDays` or `split`.";
  throw new ConfigError(name, "something to measure on beside it", value, remedy);
}

/** The choices among the options of an evaluation. */
export function chosenIn(options: EvaluateOptions): Choices {
  const names = ["lastOnly", "excludeSeen", "unknown"];
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

/** What is asked, unless flags say otherwise. */
export function choicesOf({ split }: SplitFlags): Choices {
  return split === "leave-one-out" ? { lastOnly: true, unknown: "miss" } : {};
}

/** Holds out what the flags name, then keeps the most recent part of what is left to train on. */
export function partsOf(log: Sessions, flags: SplitFlags): Parts {
  if (flags.split === "leave-one-out") return splitLeaveOneOut(log);
  const { lastDays, lastPart } = flags;
  const parts = inDays(flags, () => heldOut(log, flags));
  if (lastDays === undefined && lastPart === undefined) return parts;
  const recent = lastPart === undefined ? { lastSeconds: lastDays! * DAY } : { lastPart };
  return { ...parts, train: inDays(flags, () => recentSessions(parts.train, recent)) };
}

function heldOut(log: Sessions, flags: SplitFlags): Parts {
  const { testDays, testSessions, validationDays, validationSessions } = flags;
  const whole = flags.split === "sessions";
  const isValidated = validationDays !== undefined || validationSessions !== undefined;
  if (testDays !== undefined || testSessions !== undefined) {
    const test = sizeOf(testDays, testSessions);
    if (!isValidated) return splitByTime(log, { ...test, whole });
    const validation =
      validationSessions === undefined
        ? { validationSeconds: validationDays! * DAY }
        : { validationSessions };
    return splitByTime(log, { ...test, ...validation, whole });
  }
  if (!isValidated) return { train: log };
  const alone = splitByTime(log, { ...sizeOf(validationDays, validationSessions), whole });
  return { train: alone.train, validation: alone.test };
}

function sizeOf(days: number | undefined, testSessions: number | undefined) {
  return testSessions === undefined ? { testSeconds: days! * DAY } : { testSessions };
}

/** Errors of the library count seconds, those of the command days. */
function inDays<Result>(flags: SplitFlags, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, part = ""] = /^(test|validation|last)/.exec(error.path) ?? [];
    const isAlone = flags.testDays === undefined && flags.testSessions === undefined;
    const named = part === "test" && isAlone ? "validation" : part;
    const days = flags[`${named}Days` as "testDays"];
    const text = error.message
      .replace(`got ${Number(days) * DAY}`, `got ${days}`)
      .replaceAll(`${part}Seconds`, `--${named}-days`)
      .replaceAll(`${part}Sessions`, `--${named}-sessions`)
      .replaceAll("lastPart", "--last-part");
    throw new CommandError(text, EXIT_USAGE, { cause: error });
  }
}
