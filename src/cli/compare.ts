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
  partLine,
  rankLines,
} from "./compare-table.js";
import { askedModels } from "./compared-models.js";
import { DATA_OPTIONS } from "./data-options.js";
import {
  CommandError,
  EXIT_FAILED,
  EXIT_USAGE,
  InterruptedError,
  orAborted,
  warner,
} from "./errors.js";
import { addOptions, type Given, kebabCase, pickOptions } from "./flags.js";
import type { Io } from "./io.js";
import { CASE_OPTIONS, EVALUATION_OPTIONS, JSON_OPTION, RUN_OPTIONS } from "./options.js";
import { createReport, type Report } from "./output.js";
import { checkTargets, stoppedPath } from "./targets.js";
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
finished and writes them into the files, which say so; a file that is there stays, and NAME.stopped.html is written
beside it. A saved model is named by its path, and must be of the items that the others are fitted on.`;

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
  const names = checkCompare(options);
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
  const rows = await rowsOf(models, test, drawing);
  const part = failure && { finished: models.length, left: names.slice(models.length) };
  report.comparedTable(rows, part);
  const failed = models.filter(({ evaluation }) => !evaluation);
  const left = [...failed.map(({ name }) => name), ...(part?.left ?? [])];
  const notes = [...(part ? [partLine(part)] : []), ...warnings, ...failed.map(comparedLine)];
  const finished = rows.map(({ model }) => model);
  const written: Readonly<Record<string, () => string>> = {
    markdown: () => markdownTable(rows, part),
    csv: () => csvTable(rows, left),
    html: () => htmlReport(rows, log, test, notes),
    perSession: () => [...rankLines(finished, test, left)].join(""),
  };
  for (const { name, path } of rows.length === 0 ? [] : files) {
    const bytes = new TextEncoder().encode(written[name]!());
    const free = part ? await stoppedPath(path) : path;
    report.saved(free, await saveModel({ toBytes: () => bytes }, free));
  }
  if (io.signal.aborted) {
    const fate = rows.length === 0 && files.length > 0 ? "; no file was written" : "";
    throw new InterruptedError(`stopped after ${models.length} of ${names.length} models${fate}`);
  }
  if (failure) throw failure.error;
  if (rows.length > 0) return;
  const message = "compare: expected a model with figures, got none. No file was written.";
  throw new CommandError(message, EXIT_FAILED);
}

/** Those that are over, and what ended the comparison before the others were. */
async function compared(
  log: Sessions,
  test: Sessions,
  options: CompareOptions,
  report: Report,
  io: Io,
): Promise<{ readonly models: ComparedModel[]; readonly failure?: { readonly error: unknown } }> {
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
  } catch (error) {
    if (error instanceof ConfigError && models.length === 0) throw error;
    return { models, failure: { error } };
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
  const finished = models.filter(({ evaluation }) => evaluation !== undefined);
  const intervals = await intervalsOf(finished, test, drawing);
  return finished.map((model, i) => ({ model, intervals: intervals[i]! }));
}
