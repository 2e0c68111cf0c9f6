/** The command line itself: its commands, and how it prints help. */
import { readFileSync } from "node:fs";
import { Command, type HelpConfiguration } from "commander";
import { addCompare } from "./compare.js";
import { addDemo } from "./demo.js";
import { addEvaluate } from "./evaluate.js";
import { addExplain } from "./explain.js";
import { addExport } from "./export.js";
import type { Given } from "./flags.js";
import { addInspect } from "./inspect.js";
import { type Io, inkFor } from "./io.js";
import { addMovieLens } from "./movielens.js";
import { addPrepare } from "./prepare.js";
import { addRecommend } from "./recommend.js";
import { addTrain } from "./train.js";
import { addTune } from "./tune.js";
import { addUpdate } from "./update.js";
import { widen } from "./wide.js";

/** In the order of the help. */
const COMMANDS = [
  addDemo,
  addInspect,
  addPrepare,
  addTrain,
  addTune,
  addUpdate,
  addEvaluate,
  addRecommend,
  addExplain,
  addExport,
  addCompare,
  addMovieLens,
];

/** The whole command line; `parseAsync` runs it and throws what its command throws. */
export function createProgram(io: Io): Command {
  const program = new Command("gru4rec")
    .description("Session-based recommendation with recurrent neural networks.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureHelp(helpStyle(io))
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // The error is thrown, too; main() prints it.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 100, 100),
      getErrHelpWidth: () => Math.min(io.stderr.columns ?? 100, 100),
      getOutHasColors: () => inkFor(io.stdout, io.env).bold("x") !== "x",
      getErrHasColors: () => inkFor(io.stderr, io.env).bold("x") !== "x",
    })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      "after",
      "\nStart with the demo, which needs no data:  gru4rec demo" +
        "\nOptions of a command:                      gru4rec train --help",
    );
  for (const add of COMMANDS) add(program, io);
  program.hook("preAction", (_, command) => {
    if (command.opts<Given>().wide === true) widen();
  });
  return program;
}

function helpStyle(io: Io): HelpConfiguration {
  const ink = inkFor(io.stdout, io.env);
  return {
    styleTitle: (text) => ink.bold(text),
    styleCommandText: (text) => ink.cyan(text),
    styleOptionText: (text) => ink.cyan(text),
    styleSubcommandText: (text) => ink.cyan(text),
    styleArgumentText: (text) => ink.cyan(text),
  };
}

function packageVersion(): string {
  const path = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
