/**
 * The weights of two towers in an arena of their own: one query at a time, one thread, synchronous.
 */

import { type HeadBuffers, outputOf, planHead } from "../../network/head.js";
import type { NamedTensor } from "../../network/weights.js";
import type { Kernels } from "../../wasm/abi.js";
import { Arena, type Tensor } from "../../wasm/arena.js";
import { compileKernels, linkKernels } from "../../wasm/kernels.js";
import { PANEL_FLOATS } from "../../wasm/panel.js";
import { StoredWeights } from "../stored-weights.js";
import type { ResolvedTowerOptions } from "./options.js";
import { allTensors, type FeatureShape, planTowers, type TowerParameters } from "./parameters.js";
import { forwardCandidates, forwardQuery, planQuery, type QueryBuffers } from "./query.js";
import { layWindows, type WindowLayout } from "./windows.js";

/** Candidates whose vectors are made at a time. */
const CANDIDATES = 1024;
const FIRST_SLOT = Int32Array.of(0);

export class TowerInference extends StoredWeights {
  readonly parameters: TowerParameters;
  readonly #kernels: Kernels;
  readonly #query: QueryBuffers;
  readonly #candidate: HeadBuffers;
  readonly #layout: WindowLayout;
  readonly #items: Tensor;
  readonly #rows: Tensor;
  readonly #moment: Tensor;
  readonly #panel: Tensor;

  private constructor(
    module: Parameters<typeof linkKernels>[0],
    options: ResolvedTowerOptions,
    items: number,
    candidates: number,
    features: readonly FeatureShape[],
  ) {
    const arena = new Arena();
    const T = options.windowLength;
    const parameters = planTowers(arena, options, items, candidates, undefined, features);
    super(arena, allTensors(parameters));
    this.parameters = parameters;
    const { candidate, itemWidth } = this.parameters;
    this.#query = planQuery(arena, this.parameters, 1, T);
    this.#candidate = planHead(arena, candidate.head, CANDIDATES, itemWidth);
    this.#layout = { windowLength: T, padding: options.padding, pad: items };
    this.#items = arena.plan(T);
    this.#rows = arena.plan(CANDIDATES);
    this.#moment = arena.plan(1);
    this.#panel = arena.plan(PANEL_FLOATS);
    this.#kernels = linkKernels(module, arena.commit(false));
  }

  /**
   * Room for both towers, or with 0 candidates for the query's; all weights are 0. With features it is
   * for weights only: what answers has them folded in (fold.ts).
   */
  static async create(
    options: ResolvedTowerOptions,
    items: number,
    candidates: number = items,
    features: readonly FeatureShape[] = [],
  ): Promise<TowerInference> {
    const module = await compileKernels("portable", false);
    return new TowerInference(module, options, items, candidates, features);
  }

  /** The tensors of one tower. */
  tensorsOf(tower: "query" | "candidate"): NamedTensor[] {
    return this.tensors.filter(({ name }) => name.startsWith(`${tower}.`));
  }

  /**
   * The vector of a context, f32[W], a copy.
   *
   * @param context i32[≤ windowLength] rows of query.E, oldest first, at least one
   * @param moment row of query.T; without meaning where time does not count
   */
  query(context: readonly number[], moment: number): Float32Array<ArrayBuffer> {
    const { windowLength: T } = this.#layout;
    const window = new Int32Array(T).fill(-1);
    window.set(context.slice(-T));
    const starts = new Int32Array(T + 1);
    layWindows(window, FIRST_SLOT, this.#layout, this.arena.integers(this.#items), starts);
    this.arena.integers(this.#moment)[0] = moment;
    const moments = this.#moment.ptr;
    const step = { items: this.#items.ptr, starts, moments, panel: this.#panel.ptr };
    forwardQuery(this.#kernels, this.parameters, this.#query, step, 0, 1);
    return this.arena.floats(this.#query.output).slice();
  }

  /** Vectors of at most `CANDIDATES` rows of candidate.E, f32[n, W], a copy. */
  candidates(rows: Int32Array): Float32Array<ArrayBuffer> {
    this.arena.integers(this.#rows).set(rows);
    const step = { rows: this.#rows.ptr, panel: this.#panel.ptr };
    forwardCandidates(this.#kernels, this.parameters, this.#candidate, step, 0, rows.length);
    const { W } = this.parameters;
    return this.arena.floats(outputOf(this.#candidate)).slice(0, rows.length * W);
  }

  /** Vectors of items [begin, begin + n), f32[n, W]. */
  vectors(begin: number, n: number): Float32Array<ArrayBuffer> {
    const made = new Float32Array(n * this.parameters.W);
    let at = 0;
    for (const rows of piecesOf(Int32Array.from({ length: n }, (_, i) => begin + i))) {
      const piece = this.candidates(rows);
      made.set(piece, at);
      at += piece.length;
    }
    return made;
  }
}

/** Rows of the catalogue in pieces that `candidates` takes. */
export function* piecesOf(rows: Int32Array): Generator<Int32Array> {
  for (let at = 0; at < rows.length; at += CANDIDATES) yield rows.subarray(at, at + CANDIDATES);
}
