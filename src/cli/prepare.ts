/** `gru4rec prepare`: a log of any size, made into Parquet files that the other commands read at once. */
import type { Command } from "commander";
import { ConfigError } from "../index.js";
import type { Role, Rules } from "../prepare/plan.js";
import { type Prepared, prepare } from "../prepare/prepare.js";
import { PRESETS, type Preset } from "../prepare/presets.js";
import { printedSql } from "../prepare/print.js";
import type { Size, SplitRules } from "../prepare/splits-sql.js";
import { type ColumnOptions, checkData, type DataOptions } from "./clicks.js";
import { CommandError, EXIT_USAGE } from "./errors.js";
import { addOptions, type Given, kebabCase, pickOptions } from "./flags.js";
import type { Io } from "./io.js";
import { JSON_OPTION } from "./options.js";
import { createReport, type Report } from "./output.js";
import { LOG_OPTIONS, PREPARE_OPTIONS, RULE_OPTIONS } from "./prepare-options.js";
import { NO_PROGRESS, type Progress } from "./progress.js";
import { checkTargets } from "./targets.js";

const DAY = 86_400;
const GIGABYTE = 1e9;
const EXTENSION = ".parquet";

export function addPrepare(program: Command, io: Io): void {
  const command = program
    .command("prepare")
    .description("make a click log of any size into Parquet files to train and measure on")
    .argument("[logs...]", "tables: CSV, JSON or Parquet, packed or not; paths, patterns or -");
  addOptions(command, "Data:", LOG_OPTIONS);
  addOptions(command, "Preparation:", RULE_OPTIONS);
  addOptions(command, "Work:", PREPARE_OPTIONS);
  addOptions(command, "Output:", JSON_OPTION);
  const presets = Object.entries(PRESETS).map(
    ([name, { files }]) => `  ${name.padEnd(14)}${files}`,
  );
  command.addHelpText(
    "after",
    `
Presets, and the files that they are made of:
${presets.join("\n")}
They write train-full and test, and train and validation, which are cut from train-full.

Needs DuckDB:  npm install @duckdb/node-api
Examples:
  gru4rec prepare clicks.csv --min-support 5 --min-length 2 -o clicks.parquet
  gru4rec prepare clicks.csv --split sessions --test-days 1 --last-part 1/64 -o clicks.parquet
  gru4rec prepare yoochoose-clicks.dat --preset rsc15 -o rsc15.parquet
  gru4rec prepare --preset rees46 --print-sql > rees46.sql`,
  );
  command.action((logs: string[], given: Given) => runPrepare(logs, given, io));
}

/** @throws CommandError, ConfigError, FormatError */
async function runPrepare(logs: readonly string[], given: Given, io: Io): Promise<void> {
  const preset = presetOf(given);
  const columns = pickOptions(LOG_OPTIONS, given) as ColumnOptions;
  const reading = { ...preset?.reading, ...columns };
  refuseSequences(reading);
  const rules = preset?.rules ?? rulesOf(pickOptions(RULE_OPTIONS, given) as DataOptions);
  if (given.printSql === true) {
    refuseWork(logs, given);
    io.stdout.write(printedSql({ ...preset?.table, ...reading }, rules));
    return;
  }
  if (logs.length === 0) throw new CommandError("prepare: expected a log, got none", EXIT_USAGE);
  const pathOf = pathsOf(given.output, rules.roles);
  const targets = rules.roles.map((role) => ({ flag: "--output", path: pathOf(role) }));
  await checkTargets(targets, logs);
  const report = createReport(io, given.json === true);
  const bars = new Bars(report);
  const memory = (given.memory as number | undefined) ?? 2 * GIGABYTE;
  try {
    const prepared = await prepare(logs, {
      reading,
      source: preset?.source,
      rules,
      memory,
      pathOf,
      signal: io.signal,
      watch: (what, done, total) => bars.update(what, done, total),
    });
    bars.finish();
    tell(prepared, report);
  } finally {
    bars.finish();
  }
}

/** @throws ConfigError: such files fit into memory, and their events are in order already */
function refuseSequences({ format }: ColumnOptions): void {
  if (format !== "sequences" && format !== "pairs") return;
  const remedy = `Files of ${format} need no preparation: train and evaluate read them as they are.`;
  throw new ConfigError("format", "a table of clicks", format, remedy);
}

/** @throws CommandError naming what only the work itself needs */
function refuseWork(logs: readonly string[], given: Given): void {
  const [flag] = ["output", "memory", "json"].filter((name) => given[name] !== undefined);
  const found = logs[0] ?? (flag && `--${flag}`);
  if (found === undefined) return;
  const message = `--print-sql: expected no log and nothing to write, got ${found}`;
  throw new CommandError(message, EXIT_USAGE);
}

/** @throws CommandError when there is none of the name, or rules are given beside it */
function presetOf(given: Given): Preset | undefined {
  const { preset: name } = given;
  if (name === undefined) return undefined;
  const preset = Object.hasOwn(PRESETS, String(name)) ? PRESETS[String(name)] : undefined;
  if (!preset) {
    const names = Object.keys(PRESETS).join(", ");
    throw new CommandError(`--preset: expected ${names}, got ${JSON.stringify(name)}`, EXIT_USAGE);
  }
  const [rule] = Object.keys(pickOptions(RULE_OPTIONS, given));
  if (rule === undefined) return preset;
  const message = `--preset: expected no other rules beside it, got --${kebabCase(rule)}, too`;
  throw new CommandError(message, EXIT_USAGE);
}

/** @throws ConfigError naming what contradicts or has no effect */
function rulesOf(options: DataOptions): Rules {
  checkData(options, {});
  const { minSupport = 1, minLength = 1, filterOnce = false } = options;
  const { dropRepeats, dropAllRepeats, lastDays, lastPart } = options;
  const repeats = dropAllRepeats ? "all" : dropRepeats ? "next" : "none";
  const split = splitOf(options);
  const held = (["validation", "test"] as const).filter(
    (role) => split && (split.by === "leave-one-out" || split[role]),
  );
  return {
    filters: { minSupport, minLength, filterOnce, repeats },
    ...(split && { split }),
    ...(lastDays !== undefined && { recent: { seconds: lastDays * DAY } }),
    ...(lastPart !== undefined && { recent: { part: lastPart } }),
    roles: ["train", ...held],
  };
}

function splitOf(options: DataOptions): SplitRules | undefined {
  if (options.split === "leave-one-out") return { by: options.split };
  const test = sizeOf(options.testDays, options.testSessions);
  const validation = sizeOf(options.validationDays, options.validationSessions);
  if (!test && !validation) return undefined;
  const by = options.split === "sessions" ? "sessions" : "time";
  return { by, ...(test && { test }), ...(validation && { validation }) };
}

function sizeOf(days: number | undefined, sessions: number | undefined): Size | undefined {
  if (days !== undefined) return { seconds: days * DAY };
  return sessions === undefined ? undefined : { sessions };
}

/** @throws CommandError when the file is not to be called as what it is */
function pathsOf(output: unknown, roles: readonly Role[]): (role: Role) => string {
  if (typeof output !== "string") {
    throw new CommandError("--output: expected the file to write, got none", EXIT_USAGE);
  }
  if (!output.endsWith(EXTENSION)) {
    const found = JSON.stringify(output.slice(-200));
    throw new CommandError(
      `--output: expected a name that ends in ${EXTENSION}, got ${found}`,
      EXIT_USAGE,
    );
  }
  const base = output.slice(0, -EXTENSION.length);
  return (role) => (roles.length === 1 ? output : `${base}.${role}${EXTENSION}`);
}

/** A bar for each thing that is done. */
class Bars {
  readonly #report: Report;
  #what = "";
  #bar: Progress = NO_PROGRESS;

  constructor(report: Report) {
    this.#report = report;
  }

  update(what: string, done: number, total: number): void {
    if (what !== this.#what) {
      this.#bar.finish();
      this.#bar = this.#report.progress(what);
      this.#what = what;
    }
    this.#bar.update(done, total);
  }

  finish(): void {
    this.#bar.finish();
  }
}

function tell({ report: reading, files, leftOut }: Prepared, report: Report): void {
  for (const [i, { role, path, events, sessions, items }] of files.entries()) {
    const whole = i === 0 && { fileEvents: reading.events, leftOut, report: reading };
    report.data({ role, path, events, sessions, items, ...whole });
  }
  for (const { path, bytes } of files) report.saved(path, bytes);
}
