/** The weights of two towers in one arena, and the vectors of their candidates. */

import { type HeadBuffers, outputOf, planHead } from "../../network/head.js";
import { type NamedTensor, named } from "../../network/weights.js";
import { Arena, type Tensor } from "../../wasm/arena.js";
import { compileServing, linkKernels, type ServingModule } from "../../wasm/kernels.js";
import { PANEL_FLOATS } from "../../wasm/panel.js";
import type { ServingKernels } from "../../wasm/serving.js";
import { StoredWeights } from "../stored-weights.js";
import type { ResolvedTowerOptions } from "./options.js";
import { allTensors, type FeatureShape, planTowers, type TowerParameters } from "./parameters.js";
import { forwardCandidates } from "./query.js";

/** Candidates whose vectors are made at a time. */
const CANDIDATES = 1024;

export class TowerInference extends StoredWeights {
  readonly parameters: TowerParameters;
  readonly #kernels: ServingKernels;
  readonly #candidate: HeadBuffers;
  /** Where the vectors of a piece of candidates stand. */
  readonly #vectors: NamedTensor;
  readonly #rows: Tensor;
  readonly #panel: Tensor;

  private constructor(
    module: ServingModule,
    options: ResolvedTowerOptions,
    items: number,
    features: readonly FeatureShape[],
  ) {
    const arena = new Arena();
    const parameters = planTowers(arena, options, items, undefined, features);
    super(arena, allTensors(parameters));
    this.parameters = parameters;
    const { candidate, itemWidth, width, W } = parameters;
    this.#candidate = planHead(arena, candidate.head, CANDIDATES, itemWidth);
    const { ptr, length } = outputOf(this.#candidate);
    const table = { ptr, rows: CANDIDATES, width: W, stride: W, length };
    this.#vectors = named("vectors", table, CANDIDATES, [width], [0]);
    this.#rows = arena.plan(CANDIDATES);
    this.#panel = arena.plan(PANEL_FLOATS);
    this.#kernels = linkKernels(module, arena.commit(false));
  }

  /**
   * Room for both towers; all weights are 0. With features it is for weights only: what answers has them
   * folded in (fold.ts).
   */
  static async create(
    options: ResolvedTowerOptions,
    items: number,
    features: readonly FeatureShape[] = [],
  ): Promise<TowerInference> {
    const module = await compileServing("portable");
    return new TowerInference(module, options, items, features);
  }

  /** The tensors of one tower. */
  tensorsOf(tower: "query" | "candidate"): NamedTensor[] {
    return this.tensors.filter(({ name }) => name.startsWith(`${tower}.`));
  }

  /** Vectors of at most `CANDIDATES` rows of candidate.E, f32[n, width], a copy. */
  candidates(rows: Int32Array): Float32Array<ArrayBuffer> {
    this.arena.integers(this.#rows).set(rows);
    const step = { rows: this.#rows.ptr, panel: this.#panel.ptr };
    forwardCandidates(this.#kernels, this.parameters, this.#candidate, step, 0, rows.length);
    return this.read(this.#vectors, 0, rows.length);
  }

  /** Vectors of items [begin, begin + n), f32[n, width]. */
  vectors(begin: number, n: number): Float32Array<ArrayBuffer> {
    const made = new Float32Array(n * this.parameters.width);
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
