/** The few kernels that answer on the calling thread: a page that only recommends loads no others. */

import type { Kernels } from "./abi.js";

/** What assembly/serving.ts exports; a test compares the names. */
// biome-ignore format: names read as one list
export type ServingKernels = Pick<
  Kernels,
  | "activate" | "addBags" | "addRow" | "addRows" | "boundRows" | "clearRows" | "copyRows" | "dotRows"
  | "gatherRows" | "gemmAB" | "gemmABt" | "gruGates" | "gruGatesAfter" | "gruOutput" | "listRowsFrom"
  | "lstmOutput" | "lstmState" | "normalizeRows" | "quantizeRows" | "quantizeStates" | "topK"
>;
