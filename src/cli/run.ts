/** One run of the command line, from its arguments to its exit code. */
import { CommanderError } from "commander";
import { describeError, EndedError, EXIT_INTERRUPTED, EXIT_USAGE, OutputError } from "./errors.js";
import { type Io, inkFor } from "./io.js";
import { createProgram } from "./program.js";

/**
 * Runs the command in `args` (without node and script). An error is printed as one sentence on `io.stderr`; with
 * GRU4REC_DEBUG=1 its stack follows.
 *
 * @returns the exit code
 */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  try {
    await createProgram(io).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return reportCommandLine(error, io);
    return reportError(error, io);
  }
}

/** Prints `error` as one sentence. Returns its exit code. */
export function reportError(error: unknown, io: Io): number {
  const { reason } = io.signal;
  if (reason instanceof OutputError && !(error instanceof EndedError)) {
    if (!reason.isQuiet) say(reason.message, io);
    return reason.exitCode;
  }
  const { message, exitCode } = describeError(error);
  if (exitCode === EXIT_INTERRUPTED) io.stderr.write(`${message}\n`);
  else say(message, io);
  if (io.env.GRU4REC_DEBUG === "1" && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  return exitCode;
}

/** Commander throws for help and version, too, after printing them. */
function reportCommandLine(error: CommanderError, io: Io): number {
  if (error.exitCode === 0) return 0;
  if (error.code === "commander.help") return EXIT_USAGE; // no command given: the help was the answer
  const message = error.message.replace(/^error: /, "").replace(/\s*\n\((.*)\)\s*$/, ". $1");
  say(message, io);
  return EXIT_USAGE;
}

function say(message: string, io: Io): void {
  io.stderr.write(`${inkFor(io.stderr, io.env).red("error:")} ${message}\n`);
}
