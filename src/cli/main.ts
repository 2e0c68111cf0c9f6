#!/usr/bin/env node
/** The `gru4rec` program: ties the command line to this process, its streams and signals. */
import { EXIT_FAILED, EXIT_INTERRUPTED, InterruptedError } from "./errors.js";
import type { Io } from "./io.js";
import { reportError, runCli } from "./run.js";

/** npm and npx pass on a Ctrl-C that the terminal has sent to the whole group already: both are one. */
const SAME_PRESS_MS = 300;

const stop = new AbortController();
let stoppedAt = 0;
for (const name of ["SIGINT", "SIGTERM"] as const) {
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

// A reader that has seen enough (`| head`) ends the program, quietly.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : EXIT_FAILED);
  });
}
process.on("uncaughtException", (error) => {
  reportError(error, io);
  process.exit(EXIT_FAILED);
});

runCli(process.argv.slice(2), io).then((exitCode) => {
  process.exitCode = exitCode;
  // Work that cannot be aborted, such as reading a file, may still be going on.
  if (stop.signal.aborted) process.exit(exitCode);
});
