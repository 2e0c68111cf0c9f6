/** The training job as each of its threads runs it: loads, plays epochs in slices, gives back. */

import { namedTensors, rawTables } from "../../models/gru4rec/parameters.js";
import { statesBefore } from "../../network/carry.js";
import { prepareDense } from "../../network/dense.js";
import { prepareForward } from "../../network/forward.js";
import { JobTensors } from "../../network/job-tensors.js";
import type { ColumnPiece } from "../../network/transfer.js";
import { ln } from "../../portable-math.js";
import type { Program, Thread } from "../../threads/program.js";
import { doSteps } from "../../threads/slices.js";
import type { Tensor } from "../../wasm/arena.js";
import { counterChance } from "../chance.js";
import { Control, Fault } from "../control.js";
import { diagnose } from "../diagnosis.js";
import type { Place, SliceReport } from "../messages.js";
import { PhaseClock, type Profile } from "../profile.js";
import { type Feed, type Feeder, feederOf } from "./feed.js";
import { planTraining, type TrainingConfig, type TrainingMemory } from "./memory.js";
import { aliasTable } from "./negatives.js";
import { TrainingStep } from "./step.js";

export const trainingProgram: Program<TrainingConfig> = (arena, config, threads) => {
  const memory = planTraining(arena, config, threads);
  return (thread) => {
    const task = new TrainingTask(thread, memory, config);
    const { parameters } = memory;
    const tensors = [...namedTensors(parameters), ...rawTables(parameters)];
    return {
      ...new JobTensors(arena, tensors).task,
      loadColumn: (piece: ColumnPiece) => task.loadColumn(piece),
      loadSupport: (support: Int32Array) => task.loadSupport(support),
      beginEpoch: (epoch: number) => task.beginEpoch(epoch),
      goTo: (place: Place) => task.goTo(place),
      run: (milliseconds: number) => task.run(milliseconds),
      place: () => task.place(),
    };
  };
};

class TrainingTask {
  readonly #thread: Thread;
  readonly #memory: TrainingMemory;
  readonly #config: TrainingConfig;
  readonly #step: TrainingStep;
  readonly #control: Int32Array;
  readonly #key: Uint32Array;
  readonly #feeder: Feeder;
  readonly #clock: PhaseClock | undefined;
  #feed: Feed | undefined;
  /** Which hidden buffer the next step begins with, and the last one began with. */
  #parity: 0 | 1 = 0;
  #before: 0 | 1 = 0;
  /** Of the epoch so far; only rank 0 counts. */
  #played = { events: 0, steps: 0, loss: 0 };

  constructor(given: Thread, memory: TrainingMemory, config: TrainingConfig) {
    const { arena, rank } = given;
    this.#clock = config.profile && rank === 0 ? new PhaseClock() : undefined;
    const barrier = this.#clock?.around(given.barrier) ?? given.barrier;
    const thread = { ...given, barrier };
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    const chance = counterChance(thread, memory, config);
    this.#step = new TrainingStep(thread, memory, config, chance, this.#clock);
    this.#control = arena.integers(memory.control);
    this.#key = arena.words(memory.key);
    this.#feeder = feederOf(arena, memory, config);
    if (rank !== 0) return;
    prepareForward(arena, memory.parameters, memory.forward);
    prepareDense(arena, memory.dense);
    this.#key[0] = config.model.seed;
  }

  loadColumn({ name, at, values }: ColumnPiece): void {
    const { itemIndices, offsets, order } = this.#memory;
    const columns: Readonly<Record<string, Tensor>> = { itemIndices, offsets, order };
    this.#thread.arena.integers(columns[name]!).set(values, at);
  }

  /** Makes the tables that negatives and the logQ correction are read from. */
  loadSupport(support: Int32Array): void {
    const { arena } = this.#thread;
    const { coin, alias } = aliasTable(support, this.#config.learning.sampleAlpha);
    arena.words(this.#memory.coin).set(coin);
    arena.words(this.#memory.alias).set(alias);
    const lnSupport = arena.floats(this.#memory.lnSupport);
    // Items without support are never drawn; as a target one counts as seen once.
    for (const [item, count] of support.entries()) lnSupport[item] = ln(Math.max(1, count));
  }

  beginEpoch(epoch: number): void {
    this.#parity = 0;
    this.#played = { events: 0, steps: 0, loss: 0 };
    this.#clock?.reset();
    if (this.#thread.rank !== 0) return;
    this.#key[2] = epoch;
    this.#feed = this.#feeder(epoch);
  }

  /** Where the epoch stands; only rank 0 knows. */
  place(): Place {
    const hidden = this.#states().map((state) => state.slice());
    return { ...this.#played, position: this.#feed!.position(), hidden };
  }

  /** Goes on from a place in the epoch that was just begun; only rank 0. */
  goTo({ events, steps, loss, position, hidden }: Place): void {
    this.#played = { events, steps, loss };
    this.#feed!.seek(position);
    for (const [i, state] of this.#states().entries()) state.set(hidden[i]!);
  }

  /** Hidden states that the next step begins with; windows start at 0: nothing is carried over. */
  #states(): Float32Array[] {
    const { arena } = this.#thread;
    const { layers } = this.#memory.forward;
    if (this.#config.model.windowLength > 0) return [];
    return statesBefore(layers, this.#parity).map((state) => arena.floats(state));
  }

  /** Plays steps until the time is used up or the epoch is over. Every thread runs it at once. */
  run(milliseconds: number): SliceReport {
    const control = this.#control;
    const goOn = control.subarray(Control.goOn, Control.goOn + 1);
    this.#clock?.enter("mini-batch");
    const done = doSteps(this.#thread, goOn, milliseconds, {
      next: () => {
        this.#key[3] = this.#played.steps;
        // After a fault the mini-batch that met it stays in memory, for the diagnosis.
        if (control[Control.fault] !== Fault.none) return "pause";
        return this.#feed!.next(this.#parity) ? "step" : "end";
      },
      step: () => this.#play(),
    });
    if (control[Control.fault] !== Fault.none) return this.#diverged();
    return { ...this.#played, ...this.#phases(), done };
  }

  #play(): void {
    const loss = this.#step.run(this.#parity);
    this.#played.events += this.#control[Control.outputs]!;
    this.#played.steps += 1;
    this.#played.loss += loss;
    this.#before = this.#parity;
    // Windows start at 0: nothing is carried over.
    if (this.#config.model.windowLength === 0) this.#parity = this.#parity === 0 ? 1 : 0;
    this.#clock?.enter("mini-batch");
  }

  /** Stops the clock until the next slice. */
  #phases(): { phases?: Profile } {
    this.#clock?.enter(undefined);
    return this.#clock ? { phases: this.#clock.seconds } : {};
  }

  /** The last step's report. */
  #diverged(): SliceReport {
    const { rank, arena } = this.#thread;
    const report = { ...this.#played, done: false };
    if (rank !== 0) return report;
    return { ...report, finding: diagnose(arena, this.#memory, this.#before) };
  }
}
