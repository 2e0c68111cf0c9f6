/** `npm run experiments`: reads the flags, and says in words what went wrong. */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Io } from "../../src/cli/io.js";
import { ConfigError } from "../../src/index.js";
import { type Asked, list, type Place, render, runExperiments, runTunings } from "./command.js";
import { MINUTES, playTimed, runMinutes } from "./minutes.js";

const HELP = `npm run experiments [-- NAME …] [--only ROW] [--seed N] [--data DIR] [--threads N] [--every S] [--again] | --tune NAME … | --list | --render

Runs what is missing of the tables of docs/experiments.md, or of those that are named, and writes each run down as it
ends. The same command goes on after Ctrl-C or a kill. \`minutes\` is the table of seconds to the official code's quality.

  --only ROW    rows whose labels have these words
  --seed N      runs of this seed, and those that have none
  --data DIR    the folder of the logs; else GRU4REC_DATA, else ../shared/data
  --threads N   as many; the digits are the same for any number
  --every S     seconds between two checkpoints (60)
  --again       what is finished, too
  --tune        searches for the options of tuned rows, on validation data alone; its trials are kept
  --list        the names, and how many of their runs are finished
  --render      only writes the page anew
`;

const OPTIONS = {
  only: { type: "string" },
  seed: { type: "string" },
  data: { type: "string" },
  threads: { type: "string" },
  every: { type: "string", default: "60" },
  again: { type: "boolean", default: false },
  tune: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  render: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
  /** Not for users: the process that `minutes` looks at the clock for. */
  timed: { type: "string" },
} as const;

// Whoever reads along may go (`| head`): runs are written down all the same.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const stop = new AbortController();
  process.on("SIGINT", () => interrupt(stop));
  process.on("SIGTERM", () => interrupt(stop));
  const { stdout, stderr, env } = process;
  const io = { stdout, stderr, env, signal: stop.signal };
  const place = { root: process.cwd(), sources: process.cwd() };
  try {
    const { values, positionals } = parsed(args);
    if (values.help) stdout.write(HELP);
    else if (values.list) await list(place, io);
    else if (values.render) await render(place);
    else if (values.tune) await runTunings(askedOf(values, positionals), place, io);
    else if (values.timed !== undefined) await playTimed(values.timed);
    else await runWhatIsAsked(askedOf(values, positionals), place, io);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) {
      stderr.write("Stopped. What is finished is written down; the same command goes on.\n");
      return 130;
    }
    stderr.write(`experiments: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
}

async function runWhatIsAsked(asked: Asked, place: Place, io: Io): Promise<void> {
  const tables = asked.names.filter((name) => name !== MINUTES);
  const isAll = asked.names.length === 0;
  if (isAll || tables.length > 0) await runExperiments({ ...asked, names: tables }, place, io);
  if (!isAll && tables.length === asked.names.length) return;
  await runMinutes(asked, place.root, fileURLToPath(import.meta.url), io);
  await render(place);
}

/** The second time it ends at once. */
function interrupt(stop: AbortController): void {
  if (stop.signal.aborted) process.exit(130);
  stop.abort(new Error("interrupted"));
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new ConfigError("flags", "those of --help", (error as Error).message);
  }
}

function askedOf(
  { only, seed, data, threads, every, again }: ReturnType<typeof parsed>["values"],
  names: readonly string[],
): Asked {
  return {
    names,
    only,
    seed: seed === undefined ? undefined : wholeNumber("--seed", seed),
    data: data ?? process.env.GRU4REC_DATA ?? "../shared/data",
    threads: threads === undefined ? "auto" : wholeNumber("--threads", threads),
    every: wholeNumber("--every", every),
    again,
  };
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new ConfigError(flag, "an integer ≥ 0", text);
}
