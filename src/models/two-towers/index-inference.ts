/** The weights of an index in memory: the query tower, and the vectors of the candidates. */

import { Arena, type Tensor } from "../../wasm/arena.js";
import { compileKernels, type KernelModule, linkKernels } from "../../wasm/kernels.js";
import type { Context } from "../context.js";
import { RowScores } from "../row-scores.js";
import type { VisitReader } from "../session.js";
import { TowerInference } from "./inference.js";
import type { ResolvedTowerOptions } from "./options.js";

export class IndexInference implements VisitReader {
  readonly query: TowerInference;
  readonly scores: RowScores;
  readonly #options: ResolvedTowerOptions;
  readonly #arena = new Arena();
  readonly #vectors: Tensor;

  private constructor(
    module: KernelModule,
    options: ResolvedTowerOptions,
    candidates: number,
    query: TowerInference,
  ) {
    const arena = this.#arena;
    const { W } = query.parameters;
    this.query = query;
    this.#options = options;
    this.#vectors = arena.plan(candidates, W);
    const { ptr } = this.#vectors;
    const table = { ptr, rows: candidates, stride: W, weights: W, hasBias: false };
    this.scores = new RowScores(module, arena, table);
    this.scores.link(linkKernels(module, arena.commit(false)));
  }

  /** Room for an index, all weights 0. Throws ConfigError when it does not fit into memory. */
  static async create(
    options: ResolvedTowerOptions,
    items: number,
    candidates: number,
  ): Promise<IndexInference> {
    const module = await compileKernels("portable", false);
    const query = await TowerInference.create(options, items, 0);
    return new IndexInference(module, options, candidates, query);
  }

  /** f32[candidates, W], a view: to be filled before the first query. */
  get vectors(): Float32Array<ArrayBuffer> {
    return this.#arena.floats(this.#vectors);
  }

  fresh(): Context {
    return { recent: [] };
  }

  after(context: Context, item: number): Context | undefined {
    const { padding, windowLength } = this.#options;
    if (item < 0 && padding === "masked") return undefined;
    const recent = "recent" in context ? context.recent : [];
    const row = item < 0 ? this.query.parameters.items : item;
    return { recent: [...recent, row].slice(-windowLength) };
  }

  stateOf(context: Context, moment: number): Float32Array {
    return this.query.query("recent" in context ? context.recent : [], moment);
  }

  dispose(): void {
    this.query.dispose();
    this.#arena.dispose();
  }
}
