/** Click logs for the commands: read, filtered, split, checked, reported. */
import {
  type EvaluateOptions,
  type FilterOptions,
  filterSessions,
  resolveFilterOptions,
  type Sessions,
} from "../index.js";
import { readSessions } from "../node.js";
import { FILTER_OPTIONS } from "./data-options.js";
import { CommandError, EXIT_USAGE } from "./errors.js";
import { pickOptions } from "./flags.js";
import type { TestClicks } from "./measure.js";
import type { Report } from "./output.js";
import { followed } from "./reading.js";
import { COLUMN_OPTIONS } from "./reading-options.js";
import {
  type Choices,
  checkSplit,
  choicesOf,
  chosenIn,
  partsOf,
  type SplitFlags,
} from "./splits.js";

/** How to read a click log; names as in the library's `ReadOptions`. */
export type ColumnOptions = Omit<NonNullable<Parameters<typeof readSessions>[1]>, "name">;

export interface DataOptions extends ColumnOptions, FilterOptions, SplitFlags {}

/** The flag that names or holds out a validation; undefined if there is none. */
export function validationOf(options: SplitFlags): string | number | undefined {
  const { split, validation, validationDays, validationSessions } = options;
  if (split === "leave-one-out") return split;
  return validation ?? validationDays ?? validationSessions;
}

export interface TrainClicks {
  readonly train: Sessions;
  readonly test?: TestClicks;
  readonly validation?: TestClicks;
  /** What is asked of test and validation, unless flags say otherwise. */
  readonly choices: Choices;
}

/**
 * Reads the sessions to train on, and those to measure on if the options name or hold out any: the test from
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
  signal: AbortSignal,
): Promise<TrainClicks> {
  const file = await readFile(path, options, report, signal);
  const log = filtered(file, options);
  const { train, ...held } = partsOf(log, options);
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
  const told = new Set(train.leftOut.map(({ reason }) => reason));
  const heldOut = (sessions: Sessions | undefined): TestClicks | undefined => {
    const leftOut = sessions?.leftOut.filter(({ reason }) => !told.has(reason));
    return sessions && { path, sessions, leftOut: leftOut! };
  };
  const read = (path: string | undefined) =>
    path === undefined ? undefined : readTest(path, options, report, signal);
  const test = (await read(options.test)) ?? heldOut(held.test);
  const validation = (await read(options.validation)) ?? heldOut(held.validation);

  report.data({
    role: "train",
    path,
    events,
    sessions: length,
    items: items.size,
    ...(train !== file && { fileEvents: file.events }),
    leftOut: train.leftOut,
    report: file.report,
  });
  if (options.split === "leave-one-out") report.note(LEAKS);
  const choices = choicesOf(options);
  return { train, ...(test && { test }), ...(validation && { validation }), choices };
}

const LEAKS =
  "Leave-one-out trains on what others did later than a test event: its figures compare with nothing but " +
  "those of the same split.";

/** Reads sessions to measure on. */
export async function readTest(
  path: string,
  options: ColumnOptions,
  report: Report,
  signal: AbortSignal,
): Promise<TestClicks> {
  const sessions = await readFile(path, options, report, signal);
  return { path, sessions, leftOut: [], report: sessions.report };
}

function readFile(
  path: string,
  options: ColumnOptions,
  report: Report,
  signal: AbortSignal,
): Promise<Sessions> {
  const columns = pickOptions(COLUMN_OPTIONS, { ...options });
  return followed(report, signal, (following) => readSessions(path, { ...columns, ...following }));
}

/** The log as filters leave it; itself where there are none. */
export function filtered(sessions: Sessions, options: FilterOptions): Sessions {
  const filters = pickOptions(FILTER_OPTIONS, { ...options });
  return Object.keys(filters).length === 0 ? sessions : filterSessions(sessions, filters);
}

/** @throws ConfigError, before a file is read, naming what contradicts or has no effect */
export function checkData(options: DataOptions, evaluation: EvaluateOptions): void {
  resolveFilterOptions(pickOptions(FILTER_OPTIONS, { ...options }));
  checkSplit(options, chosenIn(evaluation));
}
