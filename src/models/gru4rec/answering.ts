/** How a job answers with a GRU4Rec: its network turns clicks into states, its output table scores them. */

import { carryHidden } from "../../network/carry.js";
import { forward, planForward, prepareForward } from "../../network/forward.js";
import type { Arena } from "../../wasm/arena.js";
import type { AnsweringConfig, AnsweringPlan, VisitBuffers } from "../answering.js";
import { outputScores } from "./inference.js";
import type { ResolvedModelOptions } from "./options.js";
import { namedTensors, planParameters } from "./parameters.js";

export function planGru4rec(arena: Arena, { options, items }: AnsweringConfig): AnsweringPlan {
  const parameters = planParameters(arena, options as ResolvedModelOptions, items);
  return {
    tensors: namedTensors(parameters),
    table: outputScores(parameters),
    visits: (positions, slots): VisitBuffers => {
      const buffers = planForward(arena, parameters, positions * slots, slots);
      return {
        states: buffers.out,
        prepare: () => prepareForward(arena, parameters, buffers),
        read: (kernels, step, begin, end) =>
          forward(kernels, parameters, buffers, { ...step, outputs: "last" }, begin, end),
        finish: () => {},
        carry: (parity, moves) => carryHidden(arena, buffers.layers, parity, moves),
      };
    },
  };
}
