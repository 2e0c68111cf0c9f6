/** A training that stops at any place, and goes on from there in another model, ends with the same bits. */

import { describe, expect, test } from "vitest";
import type { CheckpointPlace } from "../../src/index.js";
import { fingerprint, MODELS, type Options, QUICK } from "./models.js";

interface Kept {
  readonly bytes: Uint8Array;
  readonly place: CheckpointPlace;
}

describe.each(MODELS)("$name", ({ tiny, wild, kinds }) => {
  /** What a training is made of, ends with, and all checkpoints of it, as many as `every` gives. */
  async function played(options: Options, every: number, kind: object = {}) {
    const kept: Kept[] = [];
    const save = (bytes: Uint8Array, place: CheckpointPlace): void =>
      void kept.push({ bytes: bytes.slice(), place });
    const model = await tiny.create(kind);
    // A slice ends at each snapshot: with `every: 0` a checkpoint is made there.
    const at = Array.from({ length: 40 }, (_, n) => 25 * n);
    const snapshots = { at, onSnapshot: () => {} };
    const checkpoint = { save, every };
    const epochs = await tiny.fit(model, { ...QUICK, ...options, snapshots, checkpoint });
    return { kept, epochs, model: fingerprint(model) };
  }

  /** What it ends with when it goes on from a checkpoint. */
  async function goneOn(resume: Uint8Array, options: Options, kind: object = {}) {
    const model = await tiny.create(kind);
    const checkpoint = { save: () => {}, resume };
    const epochs = await tiny.fit(model, { ...QUICK, ...options, checkpoint });
    return { epochs, model: fingerprint(model) };
  }

  const dropout = Object.values(kinds).find(({ model }) => "dropoutHidden" in (model ?? {}))!;
  test.each<[string, Options, object | undefined]>([
    ["with dropout, in a random order", { epochs: 3, order: "random" }, dropout.model],
    ["with a validation", { epochs: 3, ...wild, validation: tiny.held }, undefined],
    ["with the optimiser's state for later", { epochs: 3, keepOptimizer: true }, undefined],
  ])("goes on from every checkpoint, %s", async (_, options, kind) => {
    const whole = await played(options, 0, kind);
    const steps = whole.kept.map(({ place }) => place.step);
    expect(steps.filter((step) => step > 0).length).toBeGreaterThan(5);
    expect(steps.filter((step) => step === 0).length).toBe(4);
    for (const { bytes, place } of whole.kept) {
      const { model, epochs } = await goneOn(bytes, options, kind);
      expect(model, JSON.stringify(place)).toBe(whole.model);
      expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3].slice(place.epochs));
    }
  });

  test("keeps the checkpoints that are due, and one at its end", async () => {
    const { kept } = await played({ epochs: 2 }, 1e6);
    expect(kept.map(({ place }) => place)).toEqual([{ epochs: 2, step: 0 }]);
  });

  test("is over when its patience is, also when it goes on", async () => {
    const options = { ...wild, epochs: 9, validation: tiny.held, patience: 1 };
    const { epochs, kept, model } = await played(options, 1e6);
    expect(epochs.length).toBeLessThan(9);
    expect(await goneOn(kept[0]!.bytes, options)).toEqual({ epochs: [], model });
  });

  test("stopped at any check before its first step keeps a checkpoint to go on from, or none", async () => {
    const whole = await played({}, 1e6);
    const { kept } = await played({ epochs: 1 }, 1e6);
    for (const before of [{}, { resume: kept[0]!.bytes }]) {
      let [most, saved, isBegun] = [0, 0, false];
      while (!isBegun) {
        const stopped: Uint8Array[] = [];
        const save = (bytes: Uint8Array): void => void stopped.push(bytes);
        const { signal } = new AbortController();
        let checks = most++;
        signal.throwIfAborted = () => {
          if (checks-- === 0) throw new Error("enough");
        };
        const onProgress = (): void => {
          isBegun = true;
        };
        const options = { ...QUICK, signal, onProgress, checkpoint: { save, ...before } };
        await tiny.fit(await tiny.create(), options).catch(() => {});
        if (isBegun || stopped.length === 0) continue;
        saved++;
        expect((await goneOn(stopped[0]!, {})).model, `check ${most}`).toBe(whole.model);
      }
      expect(most).toBeGreaterThan(3);
      expect(saved).toBe("resume" in before ? 0 : 1);
    }
  });
});
