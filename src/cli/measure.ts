/** Measuring a model: what `train`, `evaluate` and the demo share. */
import type {
  Evaluation,
  EvaluationProgress,
  Id,
  Items,
  LeftOutEvents,
  Sessions,
} from "../index.js";
import { CommandError, EXIT_USAGE, InterruptedError, warner } from "./errors.js";
import type { DataReport, Report } from "./output.js";
import type { Progress } from "./progress.js";
import type { Choices } from "./splits.js";

/** Sessions to measure on, and the file that they were read from. */
export interface TestClicks {
  readonly path: string;
  readonly sessions: Sessions;
  /** Events that filters or the split left out. */
  readonly leftOut: readonly LeftOutEvents[];
  /** How the file was read; absent for the file of the training data. */
  readonly report?: DataReport["report"];
}

/**
 * Checks that `test` has something to score for this model, and reports it.
 *
 * @throws CommandError when no session has two events of items that the model knows
 */
export function checkTest(
  test: TestClicks,
  model: { readonly items: Items },
  report: Report,
  { unknown = "drop", role = "test" }: Choices & { readonly role?: "test" | "validation" } = {},
): void {
  const { path, sessions, leftOut, report: reading } = test;
  const { sessions: known, unknownEvents } = sessions.over(model.items);
  report.data({
    role,
    path,
    events: sessions.events,
    sessions: sessions.length,
    items: sessions.items.size,
    unknownEvents,
    unknownItems: unknownOf(sessions.items, model.items),
    unknown,
    leftOut,
    ...(reading && { report: reading }),
  });
  if (!known) {
    throw new CommandError(
      `${path}: expected events of items that the model knows, got only unknown items. ` +
        "Check --item-column, and that both files name items alike.",
      EXIT_USAGE,
    );
  }
  if (known.events === known.length) {
    throw new CommandError(
      `${path}: expected sessions with at least 2 events of known items, got only shorter ones. ` +
        "Check --session-column.",
      EXIT_USAGE,
    );
  }
}

/** The same for the data of a validation. */
export function checkTests(
  { test, validation }: { readonly test?: TestClicks; readonly validation?: TestClicks },
  model: { readonly items: Items },
  report: Report,
  choices: Choices,
): void {
  if (test) checkTest(test, model, report, choices);
  if (validation) checkTest(validation, model, report, { ...choices, role: "validation" });
}

/** Ids of the items that the model does not know, the most frequent first. */
function unknownOf({ ids, support }: Items, known: Items): readonly Id[] {
  const rows = Array.from(ids, (_, row) => row).filter((row) => !known.has(ids[row]!));
  return rows.sort((a, b) => support[b]! - support[a]!).map((row) => ids[row]!);
}

/** Progress and abort, as options of the library. */
interface Watch {
  readonly signal: AbortSignal;
  readonly onWarning: (warning: Error) => void;
  readonly onProgress: (progress: EvaluationProgress) => void;
}

/** Evaluates behind a progress bar, and reports the outcome. */
export async function measure(
  evaluation: (watch: Watch) => Promise<Evaluation>,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const found = await measuring(report, signal, (bar) =>
    evaluation({
      signal,
      onWarning: warner(report),
      onProgress: ({ events, totalEvents }) => bar.update(events, totalEvents),
    }),
  );
  report.evaluation(found);
}

/** Runs work with the progress bar of measuring. */
export async function measuring<Result>(
  report: Pick<Report, "progress">,
  signal: AbortSignal,
  work: (bar: Progress) => Promise<Result>,
): Promise<Result> {
  const bar = report.progress("measuring");
  try {
    return await work(bar);
  } catch (error) {
    if (signal.aborted) throw new InterruptedError("stopped before the measures were complete");
    throw error;
  } finally {
    bar.finish();
  }
}
