/**
 * A training job as each of its threads runs it: loads weights, plays epochs in slices, returns weights. The
 * player does a step.
 */

import { JobTensors } from "../network/job-tensors.js";
import type { ColumnPiece } from "../network/transfer.js";
import { type NamedTensor, rawTables } from "../network/weights.js";
import type { Program, Thread } from "../threads/program.js";
import { doSteps } from "../threads/slices.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { Control, Fault } from "./control.js";
import type { Finding } from "./diagnosis.js";
import type { Place, SliceReport } from "./messages.js";
import { PhaseClock } from "./profile.js";

/** Memory that every training job has in its arena. */
export interface PlayerMemory {
  /** i32[8]: the places of `Control`, and those of the recipe. */
  readonly control: Tensor;
  /** u32[4]: seed low, seed high, epoch, step. */
  readonly key: Tensor;
  /** Weights by name, as in model files. */
  readonly tensors: readonly NamedTensor[];
  /** What mini-batches are made of, by name; filled piece by piece before the first. */
  readonly columns: Readonly<Record<string, Tensor>>;
}

/** The source of an epoch's mini-batches. */
export interface Feed {
  /** Writes the next mini-batch; false when the epoch is over. */
  next(): boolean;
  /** i32, copied: where the epoch stands between two mini-batches. */
  position(): Int32Array;
  /**
   * Goes on from a position of the same epoch; carried states are the caller's to restore.
   * Throws FormatError when there cannot be such a position.
   */
  seek(position: Int32Array): void;
}

/** Plays mini-batches; each kind of training has one. Each thread makes one. */
export interface Player {
  /** Begins an epoch: every thread. */
  begin(): void;
  /** The mini-batches of an epoch. Only rank 0, after `begin`. */
  feed(epoch: number): Feed;
  /**
   * Plays the mini-batch that stands in memory, every thread at once.
   *
   * @returns the sum of its losses on rank 0, so that a mean over events is the epoch's
   */
  play(): number;
  /** Events of the mini-batch that was just played. Only rank 0. */
  events(): number;
  /** Views of the hidden states that are carried from one mini-batch to the next, by layer. Only rank 0. */
  carried(): readonly Float32Array[];
  /** Names the number that a fault is about. Only rank 0. */
  diagnose(): Finding;
}

/** What the configurations of all trainings have. */
interface PlayedConfig {
  readonly model: { readonly seed: number };
  /** Whether thread 0 measures its phases. */
  readonly profile?: boolean;
}

/**
 * A training as the program of a job.
 *
 * @param plan     reserves its memory
 * @param playerOf makes a thread's player; the clock tells where its time goes
 */
export function trainingOf<Config extends PlayedConfig, Memory extends PlayerMemory>(
  plan: (arena: Arena, config: Config, threads: number) => Memory,
  playerOf: (
    thread: Thread,
    memory: Memory,
    config: Config,
    clock: PhaseClock | undefined,
  ) => Player,
): Program<Config> {
  return (arena, config, threads) => {
    const memory = plan(arena, config, threads);
    return (given) => {
      const clock = config.profile && given.rank === 0 ? new PhaseClock() : undefined;
      const thread = { ...given, barrier: clock?.around(given.barrier) ?? given.barrier };
      const player = playerOf(thread, memory, config, clock);
      const task = new TrainingTask(thread, memory, player, clock);
      arena.words(memory.key)[0] = config.model.seed;
      return {
        ...new JobTensors(arena, [...memory.tensors, ...rawTables(memory.tensors)]).task,
        loadColumn: (piece: ColumnPiece) => task.loadColumn(piece),
        countOn: (steps: number) => task.countOn(steps),
        beginEpoch: (epoch: number) => task.beginEpoch(epoch),
        goTo: (place: Place) => task.goTo(place),
        pauseAt: (events: number) => task.pauseAt(events),
        run: (milliseconds: number) => task.run(milliseconds),
        place: () => task.place(),
      };
    };
  };
}

class TrainingTask {
  readonly #thread: Thread;
  readonly #memory: PlayerMemory;
  readonly #player: Player;
  readonly #clock: PhaseClock | undefined;
  readonly #control: Int32Array;
  readonly #goOn: Int32Array;
  readonly #key: Uint32Array;
  #feed: Feed | undefined;
  /** Of the epoch so far; only rank 0 counts. */
  #played = { events: 0, steps: 0, loss: 0 };
  /** Steps of the trainings before this one. */
  #before = 0;
  /** So many events of the epoch end a slice. */
  #pauseAt = Number.POSITIVE_INFINITY;

  constructor(thread: Thread, memory: PlayerMemory, player: Player, clock: PhaseClock | undefined) {
    const { arena } = thread;
    this.#thread = thread;
    this.#memory = memory;
    this.#player = player;
    this.#clock = clock;
    this.#control = arena.integers(memory.control);
    this.#goOn = this.#control.subarray(Control.goOn, Control.goOn + 1);
    this.#key = arena.words(memory.key);
  }

  loadColumn({ name, at, values }: ColumnPiece): void {
    const { arena } = this.#thread;
    const column = this.#memory.columns[name]!;
    const view = values instanceof Float32Array ? arena.floats(column) : arena.integers(column);
    view.set(values, at);
  }

  /** What is drawn in a step follows from its number, which goes on from there. */
  countOn(steps: number): void {
    this.#before = steps;
  }

  beginEpoch(epoch: number): void {
    this.#played = { events: 0, steps: 0, loss: 0 };
    this.#pauseAt = Number.POSITIVE_INFINITY;
    this.#clock?.reset();
    this.#player.begin();
    if (this.#thread.rank !== 0) return;
    this.#key[2] = epoch;
    this.#feed = this.#player.feed(epoch);
  }

  /** Where the epoch stands; only rank 0 knows. */
  place(): Place {
    const hidden = this.#player.carried().map((state) => state.slice());
    return { ...this.#played, position: this.#feed!.position(), hidden };
  }

  /** Goes on from a place in the epoch that was just begun; only rank 0. */
  goTo({ events, steps, loss, position, hidden }: Place): void {
    this.#played = { events, steps, loss };
    this.#feed!.seek(position);
    for (const [i, state] of this.#player.carried().entries()) state.set(hidden[i]!);
  }

  /** Ends the slice at the first mini-batch with which the epoch has so many events; only rank 0. */
  pauseAt(events: number): void {
    this.#pauseAt = events;
  }

  /** Plays steps until the time is used up or the epoch is over. Every thread runs it at once. */
  run(milliseconds: number): SliceReport {
    const { rank } = this.#thread;
    this.#clock?.enter("mini-batch");
    const done = doSteps(this.#thread, this.#goOn, milliseconds, {
      next: () => this.#next(),
      step: () => this.#step(),
    });
    this.#clock?.enter(undefined);
    const report = { ...this.#played, done };
    // All threads see it: where there is one, none of them went on.
    if (this.#control[Control.fault] !== Fault.none) {
      return rank === 0 ? { ...report, finding: this.#player.diagnose() } : report;
    }
    return this.#clock ? { ...report, phases: this.#clock.seconds } : report;
  }

  #next(): "step" | "pause" | "end" {
    this.#key[3] = this.#before + this.#played.steps;
    // After a fault the mini-batch that met it stays in memory, for the diagnosis.
    if (this.#control[Control.fault] !== Fault.none) return "pause";
    if (this.#played.events >= this.#pauseAt) return "pause";
    return this.#feed!.next() ? "step" : "end";
  }

  #step(): void {
    const loss = this.#player.play();
    if (this.#thread.rank === 0) {
      this.#played.events += this.#player.events();
      this.#played.steps += 1;
      this.#played.loss += loss;
    }
    this.#clock?.enter("mini-batch");
  }
}
