/** `gru4rec inspect`: what a click log is like, or what a file of this program holds. */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { Baseline, type InspectOptions, inspectSessions } from "../index.js";
import { fileKind, loadModel, readCheckpointFacts } from "../node.js";
import { type ColumnOptions, readTest } from "./clicks.js";
import { InterruptedError, orAborted } from "./errors.js";
import { addOptions, type Given, pickOptions } from "./flags.js";
import type { Io } from "./io.js";
import { kindOf } from "./model-words.js";
import type { OptionGroup } from "./option-row.js";
import { JSON_OPTION } from "./options.js";
import { createReport, type Report } from "./output.js";
import { COLUMN_OPTIONS } from "./reading-options.js";

const SEED_OPTION: OptionGroup = {
  seed: { kind: "count", value: "n", help: "of the shuffled sessions", byDefault: "0" },
};

export function addInspect(program: Command, io: Io): void {
  const command = program
    .command("inspect")
    .description("tell what a click log is like, or what a model file holds")
    .argument(
      "<file>",
      "a table (a path, pattern or -), a model, an index, a baseline or a checkpoint",
    );
  addOptions(command, "Data:", COLUMN_OPTIONS);
  addOptions(command, "Measures:", SEED_OPTION);
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText("after", "\nExample:\n  gru4rec inspect clicks.tsv.gz");
  command.action((path: string, given: Given) => {
    const report = createReport(io, given.json === true);
    return runInspect(path, given, report, io.signal);
  });
}

/** @throws CommandError, ConfigError, FormatError */
async function runInspect(
  path: string,
  given: Given,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const isFile = (await stat(path).catch(() => undefined))?.isFile();
  const kind = isFile ? await fileKind(path) : undefined;
  if (kind === undefined) return inspectLog(path, given, report, signal);
  const { size: bytes } = await stat(path);
  if (kind === "checkpoint") {
    const facts = await readCheckpointFacts(path);
    return report.stored({ path, kind, bytes, ...facts });
  }
  using model = await orAborted(loadModel(path, "any"), signal);
  report.model(model);
  const { items, ...facts } =
    model instanceof Baseline
      ? { items: model.items, options: { baseline: model.kind, ...model.options } }
      : { items: model.items, options: model.options, training: model.training };
  report.stored({ path, kind: kindOf(model), bytes, items: items.size, ...facts });
}

async function inspectLog(
  path: string,
  given: Given,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const columns = pickOptions(COLUMN_OPTIONS, given) as ColumnOptions;
  const seeds = pickOptions(SEED_OPTION, given) as Pick<InspectOptions, "seed">;
  const { sessions } = await orAborted(readTest(path, columns, report, signal), signal);
  const { events, length, items } = sessions;
  const counts = { events, sessions: length, items: items.size };
  report.data({ role: "log", path, ...counts, report: sessions.report });
  const bar = report.progress("looking");
  try {
    const onProgress = (share: number): void => bar.update(share * events, events);
    const found = await inspectSessions(sessions, { ...seeds, signal, onProgress });
    bar.finish();
    report.inspection(found);
  } catch (error) {
    throw signal.aborted ? new InterruptedError("stopped before the end") : error;
  } finally {
    bar.finish();
  }
}
