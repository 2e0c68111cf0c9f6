/** Click logs for the commands: read, filtered, split, checked, reported. */
import { ConfigError, filterSessions, type Sessions, splitByTime } from "../index.js";
import { readSessions } from "../node.js";
import { CommandError, EXIT_USAGE } from "./errors.js";
import { pickOptions } from "./flags.js";
import type { TestClicks } from "./measure.js";
import type { Report } from "./output.js";
import { COLUMN_OPTIONS } from "./reading-options.js";

/** Seconds. */
const DAY = 86_400;

/** How to read a click log; names as in the library's `ReadOptions`. */
export type ColumnOptions = Omit<NonNullable<Parameters<typeof readSessions>[1]>, "name">;

export interface DataOptions extends ColumnOptions {
  readonly test?: string;
  readonly testDays?: number;
  readonly testSessions?: number;
  readonly validation?: string;
  readonly validationDays?: number;
  readonly validationSessions?: number;
  readonly minSupport?: number;
  readonly minLength?: number;
  readonly dropRepeats?: boolean;
}

/** What names or holds out a validation; undefined where nothing does. */
export function validationOf(options: DataOptions): string | number | undefined {
  return options.validation ?? options.validationDays ?? options.validationSessions;
}

export interface TrainClicks {
  readonly train: Sessions;
  readonly test?: TestClicks;
  readonly validation?: TestClicks;
}

/**
 * Reads what to train on, and what to measure on if the options name or hold out any: the test from
 * the end of the file, the validation from before it.
 *
 * Filters apply to the file to train on only, before the split.
 *
 * @throws FormatError, ConfigError, CommandError when nothing is left to train on
 */
export async function readClicks(
  path: string,
  options: DataOptions,
  report: Report,
): Promise<TrainClicks> {
  const file = await readFile(path, options);
  const { testDays, testSessions, validationDays, validationSessions } = options;
  const whole = filtered(file, options);
  const { train: rest, held } = split(whole, "test", testDays, testSessions);
  const { train, held: heldBefore } = split(rest, "validation", validationDays, validationSessions);
  const { events, length, items } = train;
  if (events === length) {
    const { session, user } = file.report?.columns ?? {};
    const column = JSON.stringify((session ?? user)?.name);
    throw new CommandError(
      `${path}: expected sessions of at least 2 events in column ${column}, got only sessions of 1. ` +
        `Check ${session ? "--session-column" : "--gap and --user-column"}.`,
      EXIT_USAGE,
    );
  }
  let test: TestClicks | undefined = held && { path, sessions: held };
  if (options.test !== undefined) test = await readTest(options.test, options);
  let validation: TestClicks | undefined = heldBefore && { path, sessions: heldBefore };
  if (options.validation !== undefined) validation = await readTest(options.validation, options);

  report.data({
    role: "train",
    path,
    events,
    sessions: length,
    items: items.size,
    ...(train !== file && { fileEvents: file.events }),
    report: file.report,
  });
  return { train, ...(test && { test }), ...(validation && { validation }) };
}

/** Reads sessions to measure on. */
export async function readTest(path: string, options: ColumnOptions): Promise<TestClicks> {
  const sessions = await readFile(path, options);
  return { path, sessions, report: sessions.report };
}

function readFile(path: string, options: ColumnOptions): Promise<Sessions> {
  return readSessions(path, pickOptions(COLUMN_OPTIONS, { ...options }));
}

function filtered(sessions: Sessions, options: DataOptions): Sessions {
  const { minSupport, minLength, dropRepeats } = options;
  if (minSupport === undefined && minLength === undefined && !dropRepeats) return sessions;
  return filterSessions(sessions, {
    ...(minSupport !== undefined && { minSupport }),
    ...(minLength !== undefined && { minLength }),
    ...(dropRepeats && { dropRepeats }),
  });
}

/** Holds out the sessions of the last days, or the last sessions; `name` is the flags' first word. */
function split(
  sessions: Sessions,
  name: "test" | "validation",
  days: number | undefined,
  count: number | undefined,
): { readonly train: Sessions; readonly held?: Sessions } {
  if (days === undefined && count === undefined) return { train: sessions };
  try {
    const how = count === undefined ? { testSeconds: days! * DAY } : { testSessions: count };
    const { train, test } = splitByTime(sessions, how);
    return { train, held: test };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const inFlags = error.message
      .replace(`got ${days! * DAY}`, `got ${days}`)
      .replaceAll("testSeconds", `--${name}-days`)
      .replaceAll("testSessions", `--${name}-sessions`);
    throw new CommandError(inFlags, EXIT_USAGE, { cause: error });
  }
}
