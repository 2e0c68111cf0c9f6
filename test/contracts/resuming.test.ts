/** What may be resumed, and when its listener hears of it. */

import { describe, expect, test } from "vitest";
import { type CheckpointPlace, ConfigError, FormatError } from "../../src/index.js";
import { fingerprint, MODELS, type Options, QUICK } from "./models.js";

const THREE = { ...QUICK, epochs: 3 };

describe.each(MODELS)("$name", ({ tiny }) => {
  /** The checkpoint of a training that was over after so many epochs. */
  async function checkpointAfter(epochs: number): Promise<Uint8Array> {
    let kept: Uint8Array | undefined;
    const save = (bytes: Uint8Array): void => {
      kept = bytes;
    };
    const checkpoint = { save, every: 1e6 };
    await tiny.fit(await tiny.create(), { ...THREE, epochs, checkpoint });
    return kept!;
  }

  /** What a listener hears of a training that resumes, what it ends with, and the model's name. */
  async function resumed(resume: Uint8Array, options: Options) {
    const heard: (CheckpointPlace & { readonly model: string })[] = [];
    const model = await tiny.create();
    const result = await tiny
      .fit(model, {
        ...{ ...THREE, ...options },
        checkpoint: {
          ...{ save: () => {}, resume },
          onResumed: (at) => heard.push({ ...at, model: fingerprint(model) }),
        },
      })
      .catch((error) => error);
    return { heard, result, model: fingerprint(model) };
  }

  describe("resuming a training of three epochs", () => {
    test("with fewer of them is an error that says both numbers", async () => {
      const before = fingerprint(await tiny.create());
      const { heard, result, model } = await resumed(await checkpointAfter(3), { epochs: 2 });
      expect(result).toBeInstanceOf(ConfigError);
      expect(result.path).toBe("epochs");
      expect(result.message).toMatch(
        /^epochs: expected at least the 3 that the checkpoint has done, got 2\. Raise `epochs`/,
      );
      expect(heard).toEqual([]);
      expect(model).toBe(before);
    });

    test("with as many leaves nothing to do, and the model that it ended with", async () => {
      const whole = await tiny.create();
      await tiny.fit(whole, THREE);
      const { heard, result, model } = await resumed(await checkpointAfter(3), { epochs: 3 });
      expect(result).toEqual([]);
      expect(model).toBe(fingerprint(whole));
      expect(heard).toEqual([{ epochs: 3, step: 0, model }]);
    });

    test("with more plays the rest", async () => {
      const { result } = await resumed(await checkpointAfter(3), { epochs: 4 });
      expect(result.map(({ epoch }: { epoch: number }) => epoch)).toEqual([4]);
    });
  });

  describe("a listener hears of a resumed checkpoint", () => {
    test("not when it was made with other options", async () => {
      const { heard, result } = await resumed(await checkpointAfter(1), { learningRate: 0.2 });
      expect(result).toBeInstanceOf(ConfigError);
      expect(heard).toEqual([]);
    });

    test("not when it is broken", async () => {
      const bytes = (await checkpointAfter(1)).slice();
      bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 8);
      const { heard, result } = await resumed(bytes, {});
      expect(result).toBeInstanceOf(FormatError);
      expect(heard).toEqual([]);
    });
  });

  describe("a checkpoint whose progress cannot be", () => {
    /** The same file with another progress, which is in it as JSON within JSON. */
    function told(
      bytes: Uint8Array,
      change: (progress: Record<string, unknown>) => object,
    ): Uint8Array {
      const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
      const { progress } = header.__metadata__;
      header.__metadata__.progress = JSON.stringify(change(JSON.parse(progress)));
      const json = new TextEncoder().encode(JSON.stringify(header));
      const file = new Uint8Array(8 + json.length + bytes.length - 8 - length);
      new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
      file.set(json, 8);
      file.set(bytes.subarray(8 + length), 8 + json.length);
      return file;
    }

    test.each([
      ["fewer epochs than none", { epochs: -1 }, "readable progress"],
      ["half an epoch", { epochs: 0.5 }, "readable progress"],
      [
        "a best epoch without a validation",
        { best: { epoch: 1, value: 0.5, waited: 0 } },
        "no best epoch",
      ],
      ["a best epoch to come", { best: { epoch: 2, value: 0.5, waited: 0 } }, "readable progress"],
      [
        "more waiting than epochs",
        { best: { epoch: 1, value: 0.5, waited: 1 } },
        "readable progress",
      ],
      ["a share above 1", { best: { epoch: 1, value: 2, waited: 0 } }, "readable progress"],
      [
        "more steps than events",
        { within: { events: 1, steps: 2, loss: 1, seconds: 1 } },
        "readable progress",
      ],
      [
        "time that ran backwards",
        { within: { events: 2, steps: 1, loss: 1, seconds: -1 } },
        "readable progress",
      ],
      [
        "more events than there are",
        { within: { events: 1e6, steps: 1, loss: 1, seconds: 1 } },
        "events in an epoch, got 1000000",
      ],
    ])("is refused: %s", async (_, lie, said) => {
      const bytes = told(await checkpointAfter(1), (progress) => ({ ...progress, ...lie }));
      const before = fingerprint(await tiny.create());
      const { result, model } = await resumed(bytes, {});
      expect(result).toBeInstanceOf(FormatError);
      expect(result.message).toContain(said);
      expect(model).toBe(before);
    });
  });
});
