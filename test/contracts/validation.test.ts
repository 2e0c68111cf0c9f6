/** Which epoch's weights a model is left with, whenever its validation or its training is stopped. */

import { describe, expect, test } from "vitest";
import { after, fingerprint, MODELS, type Options, QUICK } from "./models.js";

const NINE = { ...QUICK, epochs: 9 };

describe.each(MODELS)("$name", ({ tiny, watched, wild }) => {
  /** Trains until the validation of an epoch begins, and stops there; the checkpoint of that moment. */
  async function stoppedInValidation(epoch: number, options: Options = {}) {
    const model = await tiny.create();
    const stop = new AbortController();
    let isDue = false;
    let kept: Uint8Array | undefined;
    const validation = watched(() => {
      if (isDue) stop.abort(new Error("enough"));
    });
    const error = await tiny
      .fit(model, {
        ...{ ...NINE, ...options, validation, signal: stop.signal },
        onProgress: (at) => {
          isDue = at.epoch === epoch;
        },
        checkpoint: {
          every: 1e6,
          save: (bytes) => {
            kept = bytes;
          },
        },
      })
      .catch((error) => error);
    expect(error).toBe(stop.signal.reason);
    return { model, kept: kept! };
  }

  describe("a model whose validation is cancelled", () => {
    test("before any epoch was measured is as it came", async () => {
      const { model } = await stoppedInValidation(1);
      expect(fingerprint(model)).toBe(await after(0, tiny, NINE));
    });

    test("is that of the best epoch that was measured", async () => {
      const { model } = await stoppedInValidation(2);
      expect(fingerprint(model)).toBe(await after(1, tiny, NINE));
    });

    test.each([1, 2])(
      "in epoch %i goes on from its checkpoint with the same bits",
      async (epoch) => {
        const { kept } = await stoppedInValidation(epoch);
        const [whole, resumed] = [await tiny.create(), await tiny.create()];
        const options = { ...NINE, validation: tiny.held, epochs: 4 };
        await tiny.fit(whole, options);
        await tiny.fit(resumed, { ...options, checkpoint: { save: () => {}, resume: kept } });
        expect(fingerprint(resumed)).toBe(fingerprint(whole));
      },
    );

    test("is as it came also when the checkpoint was resumed and its validation cancelled again", async () => {
      const { kept: resume } = await stoppedInValidation(1);
      const model = await tiny.create();
      const stop = new AbortController();
      const options = { ...NINE, validation: tiny.held, signal: stop.signal };
      const onResumed = (): void => stop.abort(new Error("again"));
      const run = tiny.fit(model, {
        ...options,
        checkpoint: { save: () => {}, resume, onResumed },
      });
      await expect(run).rejects.toThrow("again");
      expect(fingerprint(model)).toBe(await after(0, tiny, NINE));
    });
  });

  test("A model whose first epoch is measured, but no better one, is that of the first", async () => {
    const model = await tiny.create();
    const values: number[] = [];
    for await (const { validation } of tiny.train(model, {
      ...{ ...NINE, ...wild, epochs: 6, validation: tiny.held },
    })) {
      values.push(validation!.value);
    }
    const best = values.indexOf(Math.max(...values)) + 1;
    expect(best).toBeLessThan(6);
    expect(fingerprint(model)).toBe(await after(best, tiny, { ...NINE, ...wild }));
  });
});
