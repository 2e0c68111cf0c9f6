/** Measuring a model on test sessions: what `train` and `evaluate` share. */
import { type EvaluateOptions, evaluate, type GRU4Rec, type Sessions } from "../index.js";
import { CommandError, EXIT_USAGE, InterruptedError } from "./errors.js";
import type { DataReport, Report } from "./output.js";

/** Sessions to measure on, and where they came from. */
export interface TestClicks {
  readonly path: string;
  readonly sessions: Sessions;
  /** How the file was read, unless it is that of the training data. */
  readonly report?: DataReport["report"];
}

/**
 * Checks that `test` has something to score for this model, and reports it.
 *
 * @throws CommandError when no session has two events of items that the model knows
 */
export function checkTest(
  test: TestClicks,
  model: GRU4Rec,
  report: Report,
  role: "test" | "validation" = "test",
): void {
  const { path, sessions, report: reading } = test;
  const { sessions: known, unknownEvents } = sessions.over(model.items);
  report.data({
    role,
    path,
    events: sessions.events,
    sessions: sessions.length,
    items: sessions.items.size,
    unknownEvents,
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

/** Evaluates behind a progress bar, and reports the outcome. */
export async function measure(
  model: GRU4Rec,
  { sessions }: TestClicks,
  options: EvaluateOptions & { readonly report: Report; readonly signal: AbortSignal },
): Promise<void> {
  const { report, signal, ...rest } = options;
  const bar = report.progress("measuring");
  try {
    const evaluation = await evaluate(model, sessions, {
      ...rest,
      signal,
      onProgress: ({ events, totalEvents }) => bar.update(events, totalEvents),
    });
    bar.finish();
    report.evaluation(evaluation);
  } catch (error) {
    if (signal.aborted) throw new InterruptedError("stopped before the measures were complete");
    throw error;
  } finally {
    bar.finish();
  }
}
