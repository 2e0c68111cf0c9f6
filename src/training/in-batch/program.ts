/** The retrieval training as each of its threads runs it: loads, plays epochs in slices, gives back. */

import type { Bags } from "../../data/item-features.js";
import { towerTensors } from "../../models/two-towers/parameters.js";
import { prepareDense } from "../../network/dense.js";
import type { Table } from "../../network/tables.js";
import { type NamedTensor, readRows, type WeightPiece, writeRows } from "../../network/weights.js";
import type { Program, Thread } from "../../threads/program.js";
import { aliasTable } from "../sampled/negatives.js";
import { loadLists, prepareBags } from "./bags.js";
import { type Feed, feederOf } from "./feed.js";
import { planRetrieval, type RetrievalConfig, type RetrievalMemory } from "./memory.js";
import { Control, RetrievalStep } from "./step.js";

/** What was not finite in the last step, after which nothing was played. */
const FAULTS = [undefined, "a loss", "a weight"] as const;

/** Where an epoch stands after a slice of it. */
export interface RetrievalSlice {
  readonly events: number;
  readonly steps: number;
  /** Sum of the weighted losses of these examples. */
  readonly loss: number;
  /** Whether the epoch is over. */
  readonly done: boolean;
  readonly fault?: Exclude<(typeof FAULTS)[number], undefined>;
}

type ExampleColumn =
  | "contexts"
  | "targets"
  | "moments"
  | "order"
  | "weights"
  | "excludedStarts"
  | "excluded";

/** A piece of the examples: elements from `at` on. */
export interface ExamplePiece {
  readonly name: ExampleColumn;
  readonly at: number;
  readonly values: Int32Array | Float32Array;
}

/** What candidates are drawn and corrected by. */
export interface CandidateChances {
  /** i32[items] examples of each item. */
  readonly support: Int32Array;
  /** f32[items] what is subtracted from the scores of own and of drawn candidates. */
  readonly lnOwn: Float32Array;
  readonly lnDrawn: Float32Array;
}

export const retrievalProgram: Program<RetrievalConfig> = (arena, config, threads) => {
  const memory = planRetrieval(arena, config, threads);
  return (thread) => {
    const task = new RetrievalTask(thread, memory, config);
    return {
      loadWeights: (piece: WeightPiece) => task.loadWeights(piece),
      loadExamples: (piece: ExamplePiece) => task.loadExamples(piece),
      loadChances: (chances: CandidateChances) => task.loadChances(chances),
      loadBags: (bags: readonly Bags[]) => task.loadBags(bags),
      beginEpoch: (epoch: number) => task.beginEpoch(epoch),
      run: (milliseconds: number) => task.run(milliseconds),
      storeWeights: (rows: { name: string; begin: number; rows: number }) => task.store(rows),
    };
  };
};

class RetrievalTask {
  readonly #thread: Thread;
  readonly #memory: RetrievalMemory;
  readonly #config: RetrievalConfig;
  readonly #tensors: ReadonlyMap<string, NamedTensor>;
  readonly #step: RetrievalStep;
  readonly #control: Int32Array;
  readonly #key: Uint32Array;
  readonly #feeder: (epoch: number) => Feed;
  #feed: Feed | undefined;
  /** Of the epoch so far; only rank 0 counts losses. */
  #played = { events: 0, steps: 0, loss: 0 };

  constructor(thread: Thread, memory: RetrievalMemory, config: RetrievalConfig) {
    const { arena, rank } = thread;
    const { query, candidate } = towerTensors(memory.parameters);
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#tensors = new Map([...query, ...candidate].map((tensor) => [tensor.name, tensor]));
    this.#step = new RetrievalStep(thread, memory, config);
    this.#control = arena.integers(memory.control);
    this.#key = arena.words(memory.key);
    this.#feeder = feederOf(arena, memory, config);
    if (rank !== 0) return;
    prepareDense(arena, [...memory.dense, memory.projection.update]);
    for (const bags of [memory.queryBags, memory.candidateBags]) prepareBags(arena, bags);
    if (memory.inverse) arena.floats(memory.inverse).fill(1 / config.task.temperature);
    if (config.task.optimizer === "adagrad") this.#fillAccumulators();
    this.#key[0] = config.model.seed;
  }

  loadWeights({ name, begin, values }: WeightPiece): void {
    const tensor = this.#tensors.get(name)!;
    writeRows(this.#floats(tensor.table), tensor, begin, values);
  }

  loadExamples({ name, at, values }: ExamplePiece): void {
    const { arena } = this.#thread;
    const { [name]: tensor } = this.#memory;
    const view = name === "weights" ? arena.floats(tensor) : arena.integers(tensor);
    view.set(values, at);
  }

  loadChances({ support, lnOwn, lnDrawn }: CandidateChances): void {
    const { arena } = this.#thread;
    const { coin, alias } = aliasTable(support, this.#config.task.sampleAlpha);
    arena.words(this.#memory.coin).set(coin);
    arena.words(this.#memory.alias).set(alias);
    arena.floats(this.#memory.lnOwn).set(lnOwn);
    arena.floats(this.#memory.lnDrawn).set(lnDrawn);
  }

  loadBags(bags: readonly Bags[]): void {
    const { lists } = this.#memory;
    for (const [f, of] of bags.entries()) loadLists(this.#thread.arena, lists[f]!, of);
  }

  beginEpoch(epoch: number): void {
    this.#played = { events: 0, steps: 0, loss: 0 };
    if (this.#thread.rank !== 0) return;
    this.#key[2] = epoch;
    this.#feed = this.#feeder(epoch);
  }

  /** Plays steps until the time is used up or the epoch is over. Every thread runs it at once. */
  run(milliseconds: number): RetrievalSlice {
    const { rank, barrier } = this.#thread;
    const until = performance.now() + milliseconds;
    const control = this.#control;
    const played = this.#played;
    for (let steps = 0; ; ++steps) {
      let done = false;
      if (rank === 0) {
        const pause = steps > 0 && performance.now() >= until;
        const goesOn = !pause && this.#feed!();
        done = !pause && !goesOn;
        control[Control.goOn] = goesOn ? 1 : 0;
        this.#key[3] = played.steps;
      }
      barrier();
      const fault = FAULTS[control[Control.fault]!];
      if (fault) return { ...played, done: false, fault };
      if (control[Control.goOn] === 0) return { ...played, done };
      const open = control[Control.open]!;
      const loss = this.#step.run();
      played.events += open;
      played.steps += 1;
      // A mean is made of the same losses as a sum.
      played.loss += loss * (this.#config.task.reduction === "mean" ? open : 1);
    }
  }

  /** Copies rows of a tensor out; undefined when one of its weights is not finite. */
  store(piece: { name: string; begin: number; rows: number }): Float32Array | undefined {
    const tensor = this.#tensors.get(piece.name)!;
    const values = readRows(this.#floats(tensor.table), tensor, piece.begin, piece.rows);
    return values.every(Number.isFinite) ? values : undefined;
  }

  /** Sums of squares stand behind the weights of each row. */
  #fillAccumulators(): void {
    const { dense, projection, queryRows, candidateRows, timeRows } = this.#memory;
    const { queryBags, candidateBags } = this.#memory;
    const features = [...queryBags.updates, ...candidateBags.updates].map(({ feature }) => feature);
    const sparse = [queryRows, candidateRows, ...(timeRows ? [timeRows] : [])];
    for (const { table } of [...dense, projection.update, ...sparse, ...features]) {
      const { rows, stride, width } = table;
      const memory = this.#floats(table);
      for (let row = 0; row < rows; ++row) {
        const at = row * stride + width;
        memory.fill(this.#config.task.initialAccumulator, at, at + width);
      }
    }
  }

  #floats(table: Table): Float32Array {
    return this.#thread.arena.floats({ ...table, shape: [] });
  }
}
