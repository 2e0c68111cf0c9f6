/**
 * Worker threads of the prebuilt modules. Their program stands in the modules once: each module is one function
 * (scripts/build-bundle.mjs), and a worker gets the texts of these functions.
 *
 *     page     gru4rec()     two-towers(gru4rec's names)     what a page imports
 *     worker   gru4rec()     two-towers(gru4rec's names)     $serveThread()
 */

import { port } from "#port";
import type { PlanAnswering } from "../models/answering.js";
import { planGru4rec } from "../models/gru4rec/answering.js";
import { rankProgram } from "../ranking/rank-program.js";
import type { Program } from "../threads/program.js";
import { serve } from "../threads/serve.js";
import { trainingProgram } from "../training/sampled/program.js";

/** The function that the module is made into. */
declare const wholeModule: object;

type Programs = Record<string, Program<never>>;

/** What threads can do: programs by name, and rankings of every model that answers. */
interface Abilities {
  readonly programs?: Programs;
  readonly models?: Record<string, PlanAnswering>;
  readonly rankings?: Record<string, (plan: PlanAnswering) => Program<never>>;
}

const all: Required<Abilities> = {
  programs: { training: trainingProgram },
  models: { gru4rec: planGru4rec },
  rankings: { ranks: rankProgram },
};

/** The functions of the other modules. */
const others: object[] = [];

/** Called by another module, on the page and in its workers. */
export function enable(module: object, { programs, models, rankings }: Abilities): void {
  others.push(module);
  Object.assign(all.programs, programs);
  Object.assign(all.models, models);
  Object.assign(all.rankings, rankings);
}

/** Answers the page's messages. */
export function serveThread(): void {
  const programs: Programs = { ...all.programs };
  for (const [model, plan] of Object.entries(all.models)) {
    for (const [ranking, make] of Object.entries(all.rankings)) {
      programs[`${model}-${ranking}`] = make(plan);
    }
  }
  serve(port, programs);
}

/**
 * The program of a worker, in place of `program.web.js`.
 *
 * @public
 */
export function program(): string {
  const loaded = others.map((module) => `(${module})(library);`).join("");
  return `{const library=(${wholeModule})();${loaded}library.$serveThread()}`;
}
