/** Bytes that were made elsewhere: a test runner's sandbox or a frame has classes of its own. */

import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { asBytes } from "../src/checks.js";
import {
  checkpointPlace,
  fit,
  GRU4Rec,
  RetrievalIndex,
  readEvents,
  readRatings,
  readRecords,
  readTitles,
  TwoTowers,
} from "../src/index.js";
import { cycle } from "./training/clicks.js";

const realm = createContext({ ReadableStream });

/** The same bytes, as that realm makes them. */
function there(bytes: Uint8Array): { array: Uint8Array<ArrayBuffer>; buffer: ArrayBuffer } {
  const array = runInContext(`new Uint8Array([${bytes.join(",")}])`, realm);
  expect(array).not.toBeInstanceOf(Uint8Array);
  return { array, buffer: array.buffer };
}

const text = (table: string) => there(new TextEncoder().encode(table));

describe("Bytes of another realm", () => {
  test("are a model, towers, an index and a checkpoint", async () => {
    const sessions = cycle(6, 5);
    const model = await GRU4Rec.create(sessions.items, { layers: [2] });
    const towers = await TwoTowers.create(["a", "b"], { embeddingSize: 4, layers: [4] });
    const index = await towers.index();
    for (const [kind, whole] of [
      [GRU4Rec, model],
      [TwoTowers, towers],
      [RetrievalIndex, index],
    ] as const) {
      const bytes = whole.toBytes();
      const { array, buffer } = there(bytes);
      expect((await kind.fromBytes(array)).toBytes()).toEqual(bytes);
      expect((await kind.fromBytes(buffer)).toBytes()).toEqual(bytes);
    }
    let kept = new Uint8Array(0);
    const save = (bytes: Uint8Array<ArrayBuffer>): void => {
      kept = bytes;
    };
    const options = { epochs: 1, threads: 0 } as const;
    await fit(model, sessions, { ...options, checkpoint: { save } });
    const { array, buffer } = there(kept);
    expect(checkpointPlace(array).epochs).toBe(1);
    for (const resume of [array, buffer]) {
      const checkpoint = { save, resume };
      expect(await fit(model, sessions, { ...options, checkpoint })).toEqual([]);
    }
  });

  test("are tables", async () => {
    const clicks = text("SessionId,ItemId,Time\n1,2,3\n1,3,4\n");
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(clicks.array);
        controller.close();
      },
    });
    for (const source of [clicks.array, clicks.buffer, stream]) {
      expect((await readEvents(source)).itemId).toEqual(["2", "3"]);
    }
    const ratings = text("1::2::3::978300760\n2::3::4::978302109\n");
    expect((await readRatings(ratings.buffer)).length).toBe(2);
    expect((await readTitles(text("1::M (1931)::Crime\n").array)).length).toBe(1);
    const features = { a: { kind: "category" } } as const;
    expect((await readRecords(text("item,a\n1,2\n").array, { features })).records.length).toBe(1);
  });

  test("are views, as long as what they view", () => {
    const { array } = there(Uint8Array.of(1, 2, 3, 4));
    const bytes = asBytes(array.subarray(1, 3))!;
    expect(bytes).toEqual(Uint8Array.of(2, 3));
    bytes[0] = 9;
    expect(array[1]).toBe(9);
  });

  test.each([
    [[1, 2]],
    [{ length: 2 }],
    ["ab"],
    [new Float32Array(2)],
    [new DataView(new ArrayBuffer(2))],
    [{ [Symbol.toStringTag]: "Uint8Array" }],
    [null],
    [undefined],
  ])("are not %o", (value) => {
    expect(asBytes(value)).toBeUndefined();
  });
});
