/** `npm run experiments`: reads the flags, and says in words what went wrong. */

import { parseArgs } from "node:util";
import { ConfigError } from "../../src/index.js";
import { type Asked, list, render, runExperiments, runTunings } from "./command.js";

const HELP = `npm run experiments [-- NAME …] [--only ROW] [--seed N] [--data DIR] [--threads N] [--again] | --tune NAME … | --list | --render

Runs what is missing of the tables of docs/experiments.md, or of those that are named, and writes each run down as it
ends. The same command goes on after Ctrl-C or a kill.

  --only ROW    rows whose labels have these words
  --seed N      runs of this seed, and those that have none
  --data DIR    the folder of the logs; else GRU4REC_DATA, else ../shared/data
  --threads N   as many; the digits are the same for any number
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
  again: { type: "boolean", default: false },
  tune: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  render: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

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
    else await runExperiments(askedOf(values, positionals), place, io);
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
  { only, seed, data, threads, again }: ReturnType<typeof parsed>["values"],
  names: readonly string[],
): Asked {
  return {
    names,
    only,
    seed: seed === undefined ? undefined : wholeNumber("--seed", seed),
    data: data ?? process.env.GRU4REC_DATA ?? "../shared/data",
    threads: threads === undefined ? "auto" : wholeNumber("--threads", threads),
    again,
  };
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new ConfigError(flag, "an integer ≥ 0", text);
}
