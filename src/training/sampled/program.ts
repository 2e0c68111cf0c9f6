/** Training with sampled scores as each thread of its job plays it: see `training/task.ts`. */

import { statesBefore } from "../../network/carry.js";
import { prepareDense } from "../../network/dense.js";
import { prepareForward } from "../../network/forward.js";
import type { Program, Thread } from "../../threads/program.js";
import { counterChance } from "../chance.js";
import { SampledControl as Control } from "../control.js";
import { diagnose, type Finding } from "../diagnosis.js";
import type { PhaseClock } from "../profile.js";
import { type Feed, type Player, trainingOf } from "../task.js";
import { type Feeder, feederOf } from "./feed.js";
import { planTraining, type TrainingConfig, type TrainingMemory } from "./memory.js";
import { TrainingStep } from "./step.js";

class SampledPlayer implements Player {
  readonly #thread: Thread;
  readonly #memory: TrainingMemory;
  readonly #config: TrainingConfig;
  readonly #step: TrainingStep;
  readonly #control: Int32Array;
  readonly #feeder: Feeder;
  /** Which hidden buffer the next step begins with, and the last one began with. */
  #parity: 0 | 1 = 0;
  #before: 0 | 1 = 0;

  constructor(
    thread: Thread,
    memory: TrainingMemory,
    config: TrainingConfig,
    clock: PhaseClock | undefined,
  ) {
    const { arena, rank } = thread;
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    const chance = counterChance(thread, memory, config);
    this.#step = new TrainingStep(thread, memory, config, chance, clock);
    this.#control = arena.integers(memory.control);
    this.#feeder = feederOf(arena, memory, config);
    if (rank !== 0) return;
    prepareForward(arena, memory.parameters, memory.forward);
    prepareDense(arena, memory.dense);
  }

  begin(): void {
    this.#parity = 0;
  }

  feed(epoch: number): Feed {
    return this.#feeder(epoch, () => this.#parity);
  }

  play(): number {
    const loss = this.#step.run(this.#parity);
    this.#before = this.#parity;
    // Windows start at 0: nothing is carried over.
    if (this.#config.model.windowLength === 0) this.#parity = this.#parity === 0 ? 1 : 0;
    return loss;
  }

  events(): number {
    return this.#control[Control.outputs]!;
  }

  carried(): Float32Array[] {
    const { arena } = this.#thread;
    const { layers } = this.#memory.forward;
    if (this.#config.model.windowLength > 0) return [];
    return statesBefore(layers, this.#parity).map((state) => arena.floats(state));
  }

  diagnose(): Finding {
    const { arena } = this.#thread;
    const { tensors, parameters, forward, losses } = this.#memory;
    const [before, after] = [this.#before, this.#before === 0 ? 1 : 0] as const;
    return diagnose(arena, {
      fault: this.#control[Control.fault]!,
      tensors,
      items: parameters.items,
      states: forward.layers.map(({ states }) =>
        states.flatMap((pair) => [pair[before], pair[after]]),
      ),
      scores: this.#step.scores(),
      losses: arena.floats(losses).subarray(0, this.events()),
      touched: () => this.#step.touched(),
    });
  }
}

export const trainingProgram: Program<TrainingConfig> = trainingOf(
  planTraining,
  (thread, memory, config, clock) => new SampledPlayer(thread, memory, config, clock),
);
