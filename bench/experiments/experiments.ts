/** All experiments, in the order in which docs/experiments.md shows them. */

import { ABLATIONS } from "./tables/ablations.js";
import { SEQUENCES } from "./tables/sequences.js";
import { SESSIONS } from "./tables/sessions.js";
import type { Experiment } from "./types.js";

/** Tables under a heading. */
export interface Part {
  readonly heading: string;
  readonly experiments: readonly Experiment[];
}

export const PARTS: readonly Part[] = [
  { heading: "Sessions", experiments: SESSIONS },
  { heading: "Sequences", experiments: SEQUENCES },
  { heading: "What each thing brings", experiments: ABLATIONS },
];

export const EXPERIMENTS: readonly Experiment[] = PARTS.flatMap(({ experiments }) => experiments);
