/**
 * A training as the page drives it: it can be paused, stopped and gone on with; it is kept as it goes; and while it
 * learns, a model of this moment answers.
 */

import {
  type CheckpointPlace,
  evaluate,
  GRU4Rec,
  type Snapshot,
  type TrainOptions,
  type TrainProgress,
  train,
} from "gru4rec";
import type { Tell } from "./calls.js";
import type { Log } from "./log.js";
import { moments } from "./moments.js";
import type { Events, Measured, Settings } from "./protocol.js";
import { Gathered } from "./series.js";
import { createWorker } from "./thread.js";
import { threadsNow } from "./threads.js";
import { modelWith, vectorsOf } from "./within.js";

const CUTOFF = 20;
const EVERY_MS = 100;
/** A model of the moment is made when the last one is this old, or ten times what making it took. */
const FRESH_MS = 250;
/** Bytes of a checkpoint that are written in a second on a slow disk. */
const BYTES_PER_SECOND = 5e7;

const FAILED = "failed";

/** Keeps a checkpoint. */
export type Keep = (
  bytes: Uint8Array<ArrayBuffer>,
  place: { pass: number; share: number; series: Gathered },
) => Promise<void>;

export class Training {
  readonly settings: Settings;
  readonly series: Gathered;
  /** The model that answers: of the last pass, or of a moment within one. */
  answering: GRU4Rec | undefined;
  checkpoint: Uint8Array<ArrayBuffer> | undefined;
  readonly #log: Log;
  readonly #tell: Tell<Events>;
  readonly #controller = new AbortController();
  #gate: { promise: Promise<void>; open(): void } | undefined;
  #toldAt = 0;
  #last: TrainProgress | undefined;
  #isMeasuring = false;
  #nextFresh = 0;
  #isDrawn = false;

  constructor(log: Log, settings: Settings, tell: Tell<Events>, series: Gathered = new Gathered()) {
    this.settings = settings;
    this.series = series;
    this.#log = log;
    this.#tell = tell;
  }

  set isPaused(paused: boolean) {
    this.#gate?.open();
    this.#gate = undefined;
    if (!paused) return;
    let open = (): void => {};
    const promise = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gate = { promise, open };
  }

  stop(reason: "stopped" | "taken" = "stopped"): void {
    this.isPaused = false;
    this.#controller.abort(reason);
  }

  /** Learns to the end, or until it is stopped; then the model of the last moment answers. */
  async run(keep: Keep, resume?: Uint8Array<ArrayBuffer>): Promise<"done" | "stopped" | "taken"> {
    const { train: learned } = this.#log;
    const model = await GRU4Rec.create(learned.items, this.settings.model);
    this.answering ??= model;
    try {
      for await (const report of train(model, learned, this.#options(model, keep, resume))) {
        const { recall, mrr } = report.validation!.evaluation;
        this.#measured({ pass: report.epoch, recall: recall[CUTOFF]!, mrr: mrr[CUTOFF]! });
        this.series.addLoss(report.epoch, report.loss, 0);
        this.answering = model;
        this.#tell("learned", { pass: report.epoch });
      }
      // A training that was over when it was resumed passes no moment at which the map is drawn.
      if (!this.#isDrawn) await this.#showAgain(model);
      return "done";
    } catch (error) {
      if (this.#controller.signal.aborted) return this.#controller.signal.reason;
      this.#controller.abort(FAILED); // what is measured or made meanwhile is of no use
      throw error;
    }
  }

  #options(model: GRU4Rec, keep: Keep, resume?: Uint8Array<ArrayBuffer>): TrainOptions {
    const { learning, patience, numerics, threads } = this.settings;
    const { train: learned, test } = this.#log;
    const bytes = 12 * model.parameterCount;
    return {
      ...learning,
      ...(patience && { patience }),
      numerics,
      threads,
      createWorker,
      validation: test,
      monitor: `recall@${CUTOFF}`,
      signal: this.#controller.signal,
      onProgress: (progress) => this.#progress(progress),
      checkpoint: {
        every: Math.max(1, bytes / BYTES_PER_SECOND),
        save: (file, place) => this.#save(file, place, keep),
        onFailure: () => {}, // `keep` tells why, and the training goes on
        ...(resume && { resume }),
      },
      snapshots: {
        at: moments(learned.events - learned.length, learning.epochs ?? 1),
        weights: true,
        onSnapshot: (snapshot) => void this.#snapshot(model, snapshot),
      },
    };
  }

  #save(file: Uint8Array<ArrayBuffer>, place: CheckpointPlace, keep: Keep): Promise<void> {
    this.checkpoint = file;
    const { epoch = 0, events = 0, totalEvents = 1 } = this.#last ?? {};
    const isWithin = epoch === place.epochs + 1;
    const share = isWithin ? events / totalEvents : 0;
    return keep(file, { pass: place.epochs, share, series: this.series });
  }

  #progress(progress: TrainProgress): Promise<void> | undefined {
    const { epoch, epochs, events, totalEvents, loss, eventsPerSecond } = progress;
    this.#last = progress;
    const share = events / totalEvents;
    if (events > 0) this.series.addLoss(epoch - 1 + share, loss, epochs);
    const now = performance.now();
    if (now - this.#toldAt >= EVERY_MS || share === 1) {
      this.#toldAt = now;
      const left = ((epochs - epoch + 1) * totalEvents - events) / eventsPerSecond;
      const place = { pass: epoch, passes: epochs, share, loss };
      const rate = { rate: eventsPerSecond, left, threads: threadsNow() };
      this.#tell("progress", { ...place, ...rate, series: this.series.toJSON() });
    }
    return this.#gate?.promise;
  }

  async #snapshot(model: GRU4Rec, { epoch, events, values, columns, weights }: Snapshot) {
    const share = events / (this.#last?.totalEvents ?? Number.POSITIVE_INFINITY);
    const pass = epoch - 1 + share;
    const isDue = performance.now() >= this.#nextFresh || events === 0;
    if (weights && isDue && share < 1 && !this.#controller.signal.aborted) {
      const start = performance.now();
      const fresh = await modelWith(model, weights);
      if (this.#controller.signal.reason === FAILED) return;
      const now = performance.now();
      this.#nextFresh = now + Math.max(FRESH_MS, 10 * (now - start));
      this.answering = fresh;
      this.#tell("learned", { pass });
      if (epoch === 1) void this.#measure(fresh, pass);
    }
    this.#draw({ values, columns }, pass);
  }

  #draw(
    { values, columns }: { values: Float32Array<ArrayBuffer>; columns: number },
    pass: number,
  ): void {
    this.#isDrawn = true;
    this.#tell("vectors", { values, columns, pass }, [values.buffer]);
  }

  /** The checkpoint of the last pass may be older than its measurement. */
  async #showAgain(model: GRU4Rec): Promise<void> {
    const { epochs = 1 } = this.settings.learning;
    this.#draw(vectorsOf(model), epochs);
    if ((this.series.measured.at(-1)?.pass ?? 0) < epochs) await this.#measure(model, epochs);
  }

  /** Measures a model while others have their turn; one at a time. */
  async #measure(model: GRU4Rec, pass: number): Promise<void> {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    try {
      const { signal } = this.#controller;
      const { recall, mrr } = await evaluate(model, this.#log.test, {
        ...{ threads: 1, createWorker, signal },
      });
      if (signal.reason === FAILED) return;
      this.#measured({ pass, recall: recall[CUTOFF]!, mrr: mrr[CUTOFF]! });
    } catch {
      // A point of a curve is missing; the training itself tells what is wrong.
    } finally {
      this.#isMeasuring = false;
    }
  }

  #measured(one: Measured): void {
    this.series.addMeasured(one);
    this.#tell("measured", one);
  }
}
