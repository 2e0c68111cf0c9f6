/** Whether a race that stands in the worker program is noticed. */

import { workerProgram } from "./bundle.js";
import type { Race } from "./planted.js";
import { races } from "./pool.js";
import { RUNS } from "./runs.js";

const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7];
/** The one in which writes are watched, which takes longer. */
const WATCHED = 1;

const right = new Map<string, string>();

/** How it shows: in which job, and as other bits or an error; undefined where it does not. */
export async function noticed(race: Race): Promise<string | undefined> {
  races.program = await workerProgram(race);
  for (const seed of SEEDS) {
    races.seed = seed;
    races.watched = seed === WATCHED;
    for (const [name, run] of Object.entries(RUNS)) {
      if (!right.has(name)) right.set(name, await run(0));
      try {
        if ((await run(4)) !== right.get(name)) return `${name}, seed ${seed}: other bits`;
      } catch (error) {
        return `${name}, seed ${seed}: ${(error as Error).message}`;
      }
    }
  }
  return undefined;
}
