/**
 * How a job answers with two towers: the query tower turns clicks into states, the vectors of the
 * candidates score them.
 */

import type { Items } from "../../data/items.js";
import { forward } from "../../network/forward.js";
import { forwardHead } from "../../network/head.js";
import { type Table, tablesOf } from "../../network/tables.js";
import { type NamedTensor, named } from "../../network/weights.js";
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
import type { TowerInference } from "./inference.js";
import type { ResolvedTowerOptions } from "./options.js";
import { planTowers, towerTensors } from "./parameters.js";
import { productsOf } from "./products.js";
import { addTime, planQuery } from "./query.js";

/** The parts of an answering that differ between towers and an index; the rest follows from the options. */
export interface TowerAnswers {
  /** What may be clicked, and what is recommended. */
  readonly items: Items;
  readonly answers: Items;
  /** Of towers whose features are folded in. */
  readonly options: ResolvedTowerOptions;
}

export function towerAnswering(
  { items, answers, options }: TowerAnswers,
  door: Pick<Answering, "check" | "during">,
): Answering {
  const { query, score } = productsOf(options);
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
export function readingOf(options: ResolvedTowerOptions, items: number): Reading {
  const { windowLength, padding, timeBoundaries } = options;
  const pad = padding === "unmasked" ? items : undefined;
  return { windowLength, pad, unknown: pad, timeBoundaries };
}

/**
 * The weights that `planTowerAnswers` plans room for.
 *
 * @param vectors f32[rows, W] of answers, made or copied when they are asked for
 */
export function towerWeights(
  towers: TowerInference,
  answers: number,
  vectors: (begin: number, rows: number) => Float32Array<ArrayBuffer>,
): AnsweringWeights {
  const { W } = towers.parameters;
  const table = { ptr: 0, rows: answers, width: W, stride: W, length: answers * W };
  return {
    tensors: [...towers.tensorsOf("query"), vectorsIn(table)],
    read: (tensor, begin, rows) =>
      tensor.table === table ? vectors(begin, rows) : towers.read(tensor, begin, rows),
  };
}

function vectorsIn(table: Table): NamedTensor {
  return named("candidates", table, table.rows, [table.width], [0]);
}

export function planTowerAnswers(arena: Arena, config: AnsweringConfig): AnsweringPlan {
  const options = config.options as ResolvedTowerOptions;
  const parameters = planTowers(arena, options, config.items, 0);
  const { W, query } = parameters;
  const table = tablesOf(arena)(config.answers, W);
  const { ptr, rows, stride } = table;
  return {
    tensors: [...towerTensors(parameters).query, vectorsIn(table)],
    table: { ptr, rows, stride, weights: W, hasBias: false },
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
