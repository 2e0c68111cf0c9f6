/** The training job as each of its threads runs it: loads, plays epochs in slices, gives back. */

import { prepareForward } from "../../network/forward.js";
import { prepareDense } from "../../network/gradients.js";
import {
  areFinite,
  type NamedTensor,
  namedTensors,
  type RowRange,
  rawTables,
  readRows,
  type WeightPiece,
  writeRows,
} from "../../network/weights.js";
import { ln } from "../../portable-math.js";
import type { Program, Thread } from "../../threads/program.js";
import { counterChance } from "../chance.js";
import { Control, Fault } from "../control.js";
import { diagnose } from "../diagnosis.js";
import { type LogPiece, NOT_FINITE, type Place, type SliceReport } from "../messages.js";
import { PhaseClock, type Profile } from "../profile.js";
import { type Feed, type Feeder, feederOf } from "./feed.js";
import { planTraining, type TrainingConfig, type TrainingMemory } from "./memory.js";
import { aliasTable } from "./negatives.js";
import { TrainingStep } from "./step.js";

export const trainingProgram: Program<TrainingConfig> = (arena, config, threads) => {
  const memory = planTraining(arena, config, threads);
  return (thread) => {
    const task = new TrainingTask(thread, memory, config);
    return {
      loadWeights: (piece: WeightPiece) => task.loadWeights(piece),
      loadLog: (piece: LogPiece) => task.loadLog(piece),
      loadSupport: (support: Int32Array) => task.loadSupport(support),
      beginEpoch: (epoch: number) => task.beginEpoch(epoch),
      goTo: (place: Place) => task.goTo(place),
      run: (milliseconds: number) => task.run(milliseconds),
      place: () => task.place(),
      areFinite: (rows: RowRange) => task.areFinite(rows),
      storeWeights: (rows: RowRange) => task.store(rows),
    };
  };
};

class TrainingTask {
  readonly #thread: Thread;
  readonly #memory: TrainingMemory;
  readonly #config: TrainingConfig;
  readonly #tensors: ReadonlyMap<string, NamedTensor>;
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
    const tensors = [...namedTensors(memory.parameters), ...rawTables(memory.parameters)];
    this.#tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]));
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

  loadWeights({ name, begin, values }: WeightPiece): void {
    const tensor = this.#tensors.get(name)!;
    writeRows(this.#table(tensor), tensor, begin, values);
  }

  loadLog({ name, at, values }: LogPiece): void {
    this.#thread.arena.integers(this.#memory[name]).set(values, at);
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
    return layers.map(({ hidden }) => arena.floats(hidden[this.#parity]));
  }

  /** Plays steps until the time is used up or the epoch is over. Every thread runs it at once. */
  run(milliseconds: number): SliceReport {
    const { rank, barrier } = this.#thread;
    const until = performance.now() + milliseconds;
    const control = this.#control;
    for (let steps = 0; ; ++steps) {
      this.#clock?.enter("mini-batch");
      let done = false;
      if (rank === 0) {
        const pause = steps > 0 && performance.now() >= until;
        this.#key[3] = this.#played.steps;
        // After a fault the mini-batch that met it stays in memory, for the diagnosis.
        const isSound = control[Control.fault] === Fault.none;
        const goesOn = !pause && isSound && this.#feed!.next(this.#parity);
        done = !pause && !goesOn;
        control[Control.goOn] = goesOn ? 1 : 0;
      }
      barrier();
      if (control[Control.fault] !== Fault.none) return this.#diverged();
      if (control[Control.goOn] === 0) return { ...this.#played, ...this.#phases(), done };
      const loss = this.#step.run(this.#parity);
      this.#played.events += control[Control.outputs]!;
      this.#played.steps += 1;
      this.#played.loss += loss;
      this.#before = this.#parity;
      // Windows start at 0: nothing is carried over.
      if (this.#config.model.windowLength === 0) this.#parity = this.#parity === 0 ? 1 : 0;
    }
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

  areFinite({ name, begin, rows }: RowRange): boolean {
    const tensor = this.#tensors.get(name)!;
    return areFinite(this.#table(tensor), tensor, begin, rows);
  }

  /** Copies rows of a tensor out, unless one of their numbers is not finite. */
  store(piece: RowRange): Float32Array | typeof NOT_FINITE {
    if (!this.areFinite(piece)) return NOT_FINITE;
    const tensor = this.#tensors.get(piece.name)!;
    return readRows(this.#table(tensor), tensor, piece.begin, piece.rows);
  }

  #table({ table }: NamedTensor): Float32Array {
    return this.#thread.arena.floats({ ...table, shape: [] });
  }
}
