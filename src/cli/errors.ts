/** Exit codes, and the one sentence that is printed for an error. */
import { ConfigError, FormatError } from "../index.js";
import { inFlags } from "./flags.js";
import type { Report } from "./output.js";

/** The work failed: training diverged, a disk is full. */
export const EXIT_FAILED = 1;
/** The command line or an input file is wrong. */
export const EXIT_USAGE = 2;
/** Stopped by Ctrl-C or SIGTERM: the shells' 128 + SIGINT. */
export const EXIT_INTERRUPTED = 130;

/** Ends the command with this message. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(
    message: string,
    readonly exitCode: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The reason of an abort by Ctrl-C, SIGTERM or SIGHUP. */
export class InterruptedError extends CommandError {
  constructor(message = "stopped; nothing was written") {
    super(message, EXIT_INTERRUPTED);
  }
}

/**
 * The reason of an abort when standard output is closed. If the reader has seen enough (`| head`), that is no
 * failure: nothing is printed, unless a training was ended.
 */
export class OutputError extends CommandError {
  readonly isQuiet: boolean;

  constructor(cause: NodeJS.ErrnoException) {
    const isQuiet = cause.code === "EPIPE";
    const found = { EPIPE: "a closed pipe", ENOSPC: "a full disk" }[cause.code ?? ""];
    const message = `standard output: expected to be written to, got ${found ?? cause.message}`;
    super(message, isQuiet ? 0 : EXIT_FAILED, { cause });
    this.isQuiet = isQuiet;
  }
}

/** Says which model was kept when a training ended early. */
export class EndedError extends CommandError {}

/** The line to print for `error`, and its exit code. */
export function describeError(error: unknown): { message: string; exitCode: number } {
  if (!(error instanceof Error)) return { message: String(error), exitCode: EXIT_FAILED };
  const message = inFlags(error).replace(/\s*\n\s*/g, " ");
  if (error instanceof CommandError) return { message, exitCode: error.exitCode };
  const isInput = error instanceof ConfigError || error instanceof FormatError;
  return { message, exitCode: isInput ? EXIT_USAGE : EXIT_FAILED };
}

/** Warnings that a report has printed: training and measuring may give the same one. */
const told = new WeakMap<object, Set<string>>();

/** Prints warnings of the library on standard error, each of them once. */
export function warner(report: Pick<Report, "note">): (warning: Error) => void {
  const before = told.get(report) ?? new Set<string>();
  told.set(report, before);
  return (warning) => {
    const { message } = describeError(warning);
    if (before.has(message)) return;
    before.add(message);
    report.note(message);
  };
}

/** `promise`, unless `signal` is aborted first: then its reason. For work that cannot be stopped itself. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
