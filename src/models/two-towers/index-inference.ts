/**
 * The weights of an index in one arena: the query tower, and the vectors of the candidates. One
 * query at a time, one thread, synchronous; kernels are the portable ones, so that every engine gives the
 * same scores.
 */

import { Arena, type Tensor } from "../../wasm/arena.js";
import { compileServing, linkKernels, type ServingModule } from "../../wasm/kernels.js";
import { PANEL_FLOATS } from "../../wasm/panel.js";
import type { ServingKernels } from "../../wasm/serving.js";
import type { VisitBuffers } from "../answering.js";
import type { Context } from "../context.js";
import { RowScores } from "../row-scores.js";
import type { VisitReader } from "../session.js";
import { StoredWeights } from "../stored-weights.js";
import { planTowerAnswers } from "./answering.js";
import type { QueryTowerOptions } from "./query-options.js";
import { layWindows } from "./windows.js";

const FIRST_SLOT = Int32Array.of(0);

export class IndexInference extends StoredWeights implements VisitReader {
  readonly scores: RowScores;
  readonly #options: QueryTowerOptions;
  /** The row of an unknown item, and of a pad. */
  readonly #unknown: number;
  readonly #kernels: ServingKernels;
  readonly #visit: VisitBuffers;
  readonly #items: Tensor;
  readonly #moment: Tensor;
  readonly #panel: Tensor;

  private constructor(
    module: ServingModule,
    options: QueryTowerOptions,
    items: number,
    candidates: number,
  ) {
    const arena = new Arena();
    const config = { options, items, answers: candidates };
    const { table, tensors, visits } = planTowerAnswers(arena, config);
    super(arena, tensors);
    this.#options = options;
    this.#unknown = items;
    this.#visit = visits(options.windowLength, 1);
    this.#items = arena.plan(options.windowLength);
    this.#moment = arena.plan(1);
    this.#panel = arena.plan(PANEL_FLOATS);
    this.scores = new RowScores(module, arena, table);
    this.#kernels = linkKernels(module, arena.commit(false));
    this.scores.link(this.#kernels);
  }

  /** Room for an index, all weights 0. Throws ConfigError when it does not fit into memory. */
  static async create(
    options: QueryTowerOptions,
    items: number,
    candidates: number,
  ): Promise<IndexInference> {
    const module = await compileServing("portable");
    return new IndexInference(module, options, items, candidates);
  }

  fresh(): Context {
    return { recent: [] };
  }

  after(context: Context, item: number): Context | undefined {
    const { padding, windowLength } = this.#options;
    if (item < 0 && padding === "masked") return undefined;
    const recent = "recent" in context ? context.recent : [];
    const row = item < 0 ? this.#unknown : item;
    return { recent: [...recent, row].slice(-windowLength) };
  }

  /** The vector of a context, f32[W], a copy. */
  stateOf(context: Context, moment: number): Float32Array<ArrayBuffer> {
    const { windowLength, padding } = this.#options;
    const window = new Int32Array(windowLength).fill(-1);
    window.set("recent" in context ? context.recent : []);
    const starts = new Int32Array(windowLength + 1);
    const layout = { windowLength, padding, pad: this.#unknown };
    layWindows(window, FIRST_SLOT, layout, this.arena.integers(this.#items), starts);
    this.arena.integers(this.#moment)[0] = moment;
    const panel = this.#panel.ptr;
    const step = { items: this.#items.ptr, starts, parity: 0, fresh: true, panel } as const;
    this.#visit.read(this.#kernels, step, 0, 1);
    this.#visit.finish(this.#kernels, this.#moment.ptr, panel, 0, 1);
    return this.arena.floats(this.#visit.states).slice();
  }
}
