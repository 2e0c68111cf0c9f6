/** What a query is compared with. */

import { Arena, type Tensor } from "../../wasm/arena.js";
import { linkKernels } from "../../wasm/kernels.js";
import { TopList } from "../top-list.js";

/** Vectors of candidates and the exact highest products with a query. */
export class Candidates {
  readonly #arena = new Arena();
  readonly #vectors: Tensor;
  readonly #query: Tensor;
  readonly #list: TopList;
  readonly #kernels: ReturnType<typeof linkKernels>;
  readonly #W: number;

  constructor(module: Parameters<typeof linkKernels>[0], count: number, W: number) {
    this.#vectors = this.#arena.plan(count, W);
    this.#query = this.#arena.plan(W);
    this.#list = new TopList(this.#arena, count);
    this.#kernels = linkKernels(module, this.#arena.commit(false));
    this.#W = W;
  }

  /** f32[count, W] */
  get vectors(): Float32Array {
    return this.#arena.floats(this.#vectors);
  }

  top(query: Float32Array, exclude: Iterable<number>, count: number): ReturnType<TopList["take"]> {
    this.#arena.floats(this.#query).set(query);
    const [out, table] = [this.#list.scores.ptr, this.#vectors.ptr];
    const rows = this.#vectors.shape[0]!;
    this.#kernels.dotRows(out, 0, rows, table, this.#W, this.#query.ptr, this.#W);
    const scores = this.#list.view();
    for (const item of exclude) scores[item] = Number.NEGATIVE_INFINITY;
    return this.#list.take(this.#kernels, count);
  }

  dispose(): void {
    this.#arena.dispose();
  }
}
