#!/usr/bin/env node
/** The `gru4rec` program: ties the command line to this process, its streams and signals. */
import { EXIT_FAILED, EXIT_INTERRUPTED, InterruptedError, OutputError } from "./errors.js";
import type { Io } from "./io.js";
import { reportError, runCli } from "./run.js";

/** npm and npx repeat a Ctrl-C that the terminal has already sent to all: count both as one. */
const SAME_PRESS_MS = 300;

const stop = new AbortController();
let stoppedAt = 0;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    if (!stop.signal.aborted) {
      stoppedAt = performance.now();
      stop.abort(new InterruptedError());
    } else if (performance.now() - stoppedAt > SAME_PRESS_MS) {
      process.exit(EXIT_INTERRUPTED);
    }
  });
}

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: stop.signal,
};

/** Standard output is closed: stop the work as by Ctrl-C, so that a model is saved. */
let closed: OutputError | undefined;
let isOver = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (closed) return;
  closed = new OutputError(error);
  stop.abort(closed);
  if (isOver) process.exitCode = reportError(closed, io);
});
process.stderr.on("error", () => {}); // nobody is there to be told
process.on("uncaughtException", (error) => {
  reportError(error, io);
  process.exit(EXIT_FAILED);
});

runCli(process.argv.slice(2), io).then((exitCode) => {
  isOver = true;
  process.exitCode = closed && exitCode === 0 ? reportError(closed, io) : exitCode;
  // Work that cannot be aborted, such as reading a file, may still be going on.
  if (stop.signal.aborted) process.exit();
});
