/**
 * A model's weights in one arena, ready to score: one slot, one thread, synchronous.
 *
 * Kernels are the portable ones, so that every engine gives the same scores.
 */

import { statesBefore } from "../../network/carry.js";
import { type ForwardBuffers, forward, planForward } from "../../network/forward.js";
import { Arena, type Tensor } from "../../wasm/arena.js";
import { compileServing, linkKernels, type ServingModule } from "../../wasm/kernels.js";
import { PANEL_FLOATS } from "../../wasm/panel.js";
import type { ServingKernels } from "../../wasm/serving.js";
import type { Context, HiddenState } from "../context.js";
import type { ScoredTable } from "../quantized.js";
import { RowScores } from "../row-scores.js";
import type { VisitReader } from "../session.js";
import { StoredWeights } from "../stored-weights.js";
import type { ResolvedModelOptions } from "./options.js";
import { namedTensors, type Parameters, planParameters } from "./parameters.js";

/** A step of one slot at one position, whose state before it is there. */
const ONE_CLICK = { parity: 0, fresh: false, outputs: "last" } as const;

export class Inference extends StoredWeights implements VisitReader {
  readonly parameters: Parameters;
  readonly #kernels: ServingKernels;
  readonly #buffers: ForwardBuffers;
  readonly #item: Tensor;
  readonly #starts = Int32Array.of(0, 1);
  readonly #panel: Tensor;
  readonly #options: ResolvedModelOptions;
  /** Of the output table. */
  readonly scores: RowScores;

  private constructor(module: ServingModule, options: ResolvedModelOptions, items: number) {
    const arena = new Arena();
    const parameters = planParameters(arena, options, items);
    super(arena, namedTensors(parameters));
    this.parameters = parameters;
    this.#buffers = planForward(arena, this.parameters, 1, 1);
    this.#item = arena.plan(1);
    this.#panel = arena.plan(PANEL_FLOATS);
    this.#options = options;
    this.scores = new RowScores(module, arena, outputScores(this.parameters));
    this.#kernels = linkKernels(module, arena.commit(false));
    this.scores.link(this.#kernels);
  }

  /** Room for a model, all weights 0. Throws ConfigError when it does not fit into memory. */
  static async create(options: ResolvedModelOptions, items: number): Promise<Inference> {
    return new Inference(await compileServing("portable"), options, items);
  }

  /** What was made of other weights. */
  override forget(): void {
    this.scores.forget();
  }

  /** The hidden state that every session begins with. */
  freshState(): HiddenState {
    return statesBefore(this.#buffers.layers, 0).map(({ length }) => new Float32Array(length));
  }

  /** One step: the hidden state after a click on `item`. */
  step(item: number, state: HiddenState): HiddenState {
    this.arena.integers(this.#item)[0] = item;
    this.#setHidden(state, 0);
    const step = {
      ...ONE_CLICK,
      starts: this.#starts,
      items: this.#item.ptr,
      panel: this.#panel.ptr,
    };
    forward(this.#kernels, this.parameters, this.#buffers, step, 0, 1);
    return statesBefore(this.#buffers.layers, 1).map((after) => this.arena.floats(after).slice());
  }

  /** The context that every visit begins with. */
  fresh(): Context {
    return this.#options.windowLength > 0 ? { recent: [] } : { hidden: this.freshState() };
  }

  /** The context after a click; undefined for an unknown item, which is skipped. */
  after(context: Context, item: number): Context | undefined {
    if (item < 0) return undefined;
    if ("hidden" in context) return { hidden: this.step(item, context.hidden) };
    return { recent: [...context.recent, item].slice(-this.#options.windowLength) };
  }

  /** What the last layer puts out after a context, f32[D]. */
  stateOf(context: Context): Float32Array {
    if ("hidden" in context) return this.#output(context.hidden);
    const { recent } = context;
    const { windowLength, padding } = this.#options;
    const pads = padding === "unmasked" ? windowLength - recent.length : 0;
    let hidden = this.freshState();
    for (const item of recent) hidden = this.step(item, hidden);
    for (let i = 0; i < pads; ++i) hidden = this.step(this.parameters.items, hidden);
    return this.#output(hidden);
  }

  #setHidden(state: HiddenState, parity: 0 | 1): void {
    for (const [i, tensor] of statesBefore(this.#buffers.layers, parity).entries()) {
      this.arena.floats(tensor).set(state[i]!);
    }
  }

  /** What the last layer puts out: the first of its states. */
  #output(state: HiddenState): Float32Array {
    return state.at(-this.parameters.layers.at(-1)!.cell.states)!;
  }
}

/** The output table as what hidden states are scored against. */
export function outputScores({ output, W }: Parameters): ScoredTable {
  const { ptr, rows, stride } = output;
  return { ptr, rows, stride, weights: W - 4, hasBias: true };
}
