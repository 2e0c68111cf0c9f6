/** Training within batches as each thread of its job plays it: see `training/task.ts`. */

import { prepareDense } from "../../network/dense.js";
import type { Program, Thread } from "../../threads/program.js";
import { InBatchControl as Control } from "../control.js";
import { diagnose, type Finding, type ScoreBlock } from "../diagnosis.js";
import type { PhaseClock } from "../profile.js";
import { type Feed, type Player, trainingOf } from "../task.js";
import { prepareBags } from "./bags.js";
import { type Feeder, feederOf } from "./feed.js";
import { planRetrieval, type RetrievalConfig, type RetrievalMemory } from "./memory.js";
import { RetrievalStep } from "./step.js";

class InBatchPlayer implements Player {
  readonly #thread: Thread;
  readonly #memory: RetrievalMemory;
  readonly #config: RetrievalConfig;
  readonly #step: RetrievalStep;
  readonly #control: Int32Array;
  readonly #feeder: Feeder;

  constructor(
    thread: Thread,
    memory: RetrievalMemory,
    config: RetrievalConfig,
    clock: PhaseClock | undefined,
  ) {
    const { arena, rank } = thread;
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#step = new RetrievalStep(thread, memory, config, clock);
    this.#control = arena.integers(memory.control);
    this.#feeder = feederOf(arena, memory, config);
    if (rank !== 0) return;
    prepareDense(arena, [...memory.dense, memory.projection.update]);
    for (const bags of [memory.queryBags, memory.candidateBags]) prepareBags(arena, bags);
    if (memory.inverse) arena.floats(memory.inverse).fill(1 / config.task.temperature);
  }

  /** Every batch stands for itself. */
  begin(): void {}

  feed(epoch: number): Feed {
    return this.#feeder(epoch);
  }

  play(): number {
    const loss = this.#step.run();
    // A mean is made of the same losses as a sum.
    return this.#config.task.reduction === "mean" ? loss * this.#openOf() : loss;
  }

  events(): number {
    return this.#openOf();
  }

  carried(): Float32Array[] {
    return [];
  }

  diagnose(): Finding {
    const { arena } = this.#thread;
    const { tensors, parameters, query, softmax } = this.#memory;
    return diagnose(arena, {
      fault: this.#control[Control.fault]!,
      tensors,
      items: parameters.items,
      states: query.forward.layers.map(({ states }) => states.flat()),
      scores: this.#scores(),
      losses: arena.floats(softmax.losses).subarray(0, this.#openOf()),
      touched: () => this.#step.touched(),
    });
  }

  /** What all threads have of scores; where there was none too large, of what became of them. */
  #scores(): ScoreBlock[] {
    const { arena } = this.#thread;
    const { softmax, occurrences, candidateRows } = this.#memory;
    const { columns, scratch } = softmax;
    const rows = this.#config.task.hardNegatives > 0 ? occurrences : candidateRows.distinct;
    const items = arena.integers(rows).subarray(0, this.#control[Control.rows]);
    return scratch.map(({ scores }) => ({
      scores: arena.floats(scores),
      ld: columns,
      columns,
      items,
    }));
  }

  #openOf(): number {
    return this.#control[Control.open]!;
  }
}

export const retrievalProgram: Program<RetrievalConfig> = trainingOf(
  planRetrieval,
  (thread, memory, config, clock) => new InBatchPlayer(thread, memory, config, clock),
);
