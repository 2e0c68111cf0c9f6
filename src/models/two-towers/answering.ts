/**
 * How a job answers with two towers: the query tower turns clicks into states, the vectors of the
 * candidates score them.
 */

import type { Items } from "../../data/items.js";
import { forward } from "../../network/forward.js";
import { forwardHead } from "../../network/head.js";
import type { Arena } from "../../wasm/arena.js";
import type {
  Answering,
  AnsweringConfig,
  AnsweringPlan,
  AnsweringWeights,
  Reading,
  VisitBuffers,
} from "../answering.js";
import { momentOf } from "./feature-options.js";
import { planIndex, vectorsIn } from "./index-plan.js";
import type { TowerInference } from "./inference.js";
import { queryProducts } from "./products.js";
import { addTime, planQuery } from "./query.js";
import type { QueryTowerOptions } from "./query-options.js";

/** The parts of an answering that differ between towers and an index; the rest follows from the options. */
export interface TowerAnswers {
  /** What may be clicked, and what is recommended. */
  readonly items: Items;
  readonly answers: Items;
  readonly options: QueryTowerOptions;
}

export function towerAnswering(
  { items, answers, options }: TowerAnswers,
  door: Pick<Answering, "check" | "during">,
): Answering {
  const { query, score } = queryProducts(options);
  return {
    kind: "two-towers",
    plan: planTowerAnswers,
    config: { options, items: items.size, answers: answers.size },
    reading: readingOf(options, items.size),
    items,
    answers,
    products: { click: query / options.windowLength, score },
    momentOf: (time) => momentOf(options, time),
    ...door,
  };
}

/** How towers read a visit. With padding "unmasked" unknown items are read as the row of the pad. */
export function readingOf(options: QueryTowerOptions, items: number): Reading {
  const { windowLength, padding, timeBoundaries } = options;
  const pad = padding === "unmasked" ? items : undefined;
  return { windowLength, pad, unknown: pad, timeBoundaries };
}

/**
 * Weights of towers as those of an index of all their items.
 *
 * @param towers whose features are folded in
 */
export function towerWeights(towers: TowerInference): AnsweringWeights {
  const { items, width, W } = towers.parameters;
  const table = { ptr: 0, rows: items, width: W, stride: W, length: items * W };
  const vectors = vectorsIn(table, width);
  return {
    tensors: [...towers.tensorsOf("query"), vectors],
    read: (tensor, begin, rows) =>
      tensor === vectors ? towers.vectors(begin, rows) : towers.read(tensor, begin, rows),
  };
}

export function planTowerAnswers(arena: Arena, config: AnsweringConfig): AnsweringPlan {
  const options = config.options as QueryTowerOptions;
  const { parameters, table, tensors } = planIndex(arena, options, config.items, config.answers);
  const { query } = parameters;
  return {
    tensors,
    table,
    visits: (positions, slots): VisitBuffers => {
      const buffers = planQuery(arena, parameters, slots, positions);
      return {
        states: buffers.output,
        prepare: () => {},
        read: (kernels, step, begin, end) =>
          forward(
            kernels,
            buffers.network,
            buffers.forward,
            { ...step, outputs: "last" },
            begin,
            end,
          ),
        finish: (kernels, moments, panel, begin, end) => {
          addTime(kernels, query.time, buffers, moments, begin, end);
          forwardHead(kernels, query.head, buffers.head, panel, begin, end);
        },
        carry: () => {}, // windows begin anew
      };
    },
  };
}
