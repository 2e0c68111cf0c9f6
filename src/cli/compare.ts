/** `gru4rec compare`: which model does best on a log, and how sure that is. */
import type { Command } from "commander";
import {
  type ComparedModel,
  type CompareOptions,
  ConfigError,
  checkCompare,
  compare,
  type EvaluateOptions,
  type IntervalOptions,
  inspectSplit,
  intervalsOf,
  type Sessions,
} from "../index.js";
import { saveModel } from "../node.js";
import { checkData, type DataOptions, readClicks } from "./clicks.js";
import { htmlReport } from "./compare-html.js";
import {
  COMPARED_OPTIONS,
  COMPARISON_FILES,
  DOUBT_OPTIONS,
  JOBS_OPTION,
} from "./compare-options.js";
import {
  type ComparedRow,
  comparedLine,
  csvTable,
  markdownTable,
  rankLines,
} from "./compare-table.js";
import { askedModels } from "./compared-models.js";
import { DATA_OPTIONS } from "./data-options.js";
import { CommandError, EXIT_USAGE, InterruptedError, orAborted, warner } from "./errors.js";
import { addOptions, type Given, kebabCase, pickOptions } from "./flags.js";
import type { Io } from "./io.js";
import { CASE_OPTIONS, EVALUATION_OPTIONS, JSON_OPTION, RUN_OPTIONS } from "./options.js";
import { createReport, type Report } from "./output.js";
import { checkTargets } from "./targets.js";
import { ENGINE_OPTIONS } from "./wide.js";

const { lists: _, ...MEASURED } = EVALUATION_OPTIONS;
const MEASURING = { ...MEASURED, ...CASE_OPTIONS, ...RUN_OPTIONS };

export function addCompare(program: Command, io: Io): void {
  const command = program
    .command("compare")
    .description("fit several models on a click log and measure them on the same test")
    .argument("<clicks>", "a table: CSV, JSON or Parquet, packed or not; a path, pattern or -");
  addOptions(command, "Data:", DATA_OPTIONS);
  addOptions(command, "Models:", { ...COMPARED_OPTIONS, ...JOBS_OPTION });
  addOptions(command, "Evaluation:", { ...MEASURING, ...DOUBT_OPTIONS });
  addOptions(command, "Engine:", ENGINE_OPTIONS);
  addOptions(command, "Output:", { ...COMPARISON_FILES, ...JSON_OPTION });
  command.addHelpText("after", EXAMPLES);
  command.action((path: string, given: Given) => runCompare(path, given, io));
}

const EXAMPLES = `
Examples:
  gru4rec compare clicks.tsv.gz --test-days 1 --models pop,markov,v-sknn,gru4rec
  gru4rec compare train.tsv.gz --test test.tsv.gz --model-options options.json --html report.html
  gru4rec compare train.tsv.gz --test test.tsv.gz --models markov,./model.safetensors
  gru4rec compare users.txt --format sequences --split leave-one-out --cutoffs 5,10

Models run one after the other, with all threads, unless --jobs says otherwise. Ctrl-C prints those that are
finished. A saved model is named by its path, and must be of the items that the others are fitted on.`;

type Measuring = Omit<EvaluateOptions, "lists" | "items" | "onProgress">;

/** @throws CommandError, ConfigError, FormatError */
async function runCompare(path: string, given: Given, io: Io): Promise<void> {
  const data = pickOptions(DATA_OPTIONS, given) as DataOptions;
  const measuring = pickOptions(MEASURING, given) as Measuring;
  checkData(data, measuring);
  const leaveOneOut = data.split === "leave-one-out";
  if (!leaveOneOut && (data.test ?? data.testDays ?? data.testSessions) === undefined) {
    const message =
      "--test: expected something to measure on, got none. Give --test, --test-days or --split.";
    throw new CommandError(message, EXIT_USAGE);
  }
  const files = Object.keys(COMPARISON_FILES).flatMap((name) => {
    const file = given[name];
    return typeof file === "string" ? [{ name, flag: `--${kebabCase(name)}`, path: file }] : [];
  });
  await checkTargets(files, [path, data.test, data.validation]);
  using asked = await askedModels(given);
  const options: CompareOptions = {
    ...measuring,
    ...asked.options,
    ...(given.allowLeak === true && { allowLeak: true }),
    ...(leaveOneOut && { leaveOneOut }),
  };
  checkCompare(options);
  const report = createReport(io, given.json === true);
  const clicks = await orAborted(readClicks(path, data, report, io.signal), io.signal);
  const { train: log, test: held, validation, choices } = clicks;
  const test = held!.sessions;
  const { warnings } = await inspectSplit(log, test, { leaveOneOut, signal: io.signal });
  const flaws = leaveOneOut ? warnings.slice(1) : warnings; // the caveat was told when the log was split
  for (const flaw of flaws) report.note(`Warning: ${flaw}`);
  const whole = { ...choices, ...options, ...(validation && { validation: validation.sessions }) };
  const drawing: IntervalOptions = {
    ...pickOptions({ samples: DOUBT_OPTIONS.samples!, seed: DOUBT_OPTIONS.seed! }, given),
    ...(whole.cutoffs && { cutoffs: whole.cutoffs }),
  };
  await intervalsOf([], test, drawing); // checks them before the work
  const { models, failure } = await compared(log, test, whole, report, io);
  const finished = models.filter(({ evaluation }) => evaluation !== undefined);
  const rows = await rowsOf(finished, test, drawing);
  report.comparedTable(rows);
  if (failure) throw failure;
  const failed = models.filter(({ evaluation }) => !evaluation).map((model) => comparedLine(model));
  const written: Readonly<Record<string, () => string>> = {
    markdown: () => markdownTable(rows),
    csv: () => csvTable(rows),
    html: () => htmlReport(rows, log, test, [...warnings, ...failed]),
    perSession: () => [...rankLines(finished, test)].join(""),
  };
  for (const { name, path } of files) {
    const bytes = new TextEncoder().encode(written[name]!());
    report.saved(path, await saveModel({ toBytes: () => bytes }, path));
  }
}

/** Those that are finished, and what ended the comparison before the others were. */
async function compared(
  log: Sessions,
  test: Sessions,
  options: CompareOptions,
  report: Report,
  io: Io,
): Promise<{ readonly models: ComparedModel[]; readonly failure?: unknown }> {
  const models: ComparedModel[] = [];
  let bar = report.progress("comparing");
  let label = "";
  const isAlone = (options.jobs ?? 1) === 1;
  try {
    const watched = {
      ...options,
      signal: io.signal,
      onWarning: warner(report),
      onProgress: ({ model, stage, share }: Told): void => {
        if (isAlone && label !== `${stage} ${model}`) {
          bar.finish();
          label = `${stage} ${model}`;
          bar = report.progress(label);
        }
        if (isAlone) bar.update(share, 1);
      },
    };
    for await (const model of compare(log, test, watched)) {
      bar.clear();
      models.push(model);
      report.compared(model);
    }
    return { models };
  } catch (failure) {
    if (failure instanceof ConfigError && models.length === 0) throw failure;
    const left = `stopped after ${models.length} models; no file was written`;
    return { models, failure: io.signal.aborted ? new InterruptedError(left) : failure };
  } finally {
    bar.finish();
  }
}

interface Told {
  readonly model: string;
  readonly stage: string;
  readonly share: number;
}

async function rowsOf(
  models: readonly ComparedModel[],
  test: Sessions,
  drawing: IntervalOptions,
): Promise<ComparedRow[]> {
  const intervals = await intervalsOf(models, test, drawing);
  return models.map((model, i) => ({ model, intervals: intervals[i]! }));
}
