/** Which sessions a model can be trained on. */

import { describe, expect, test } from "vitest";
import { ConfigError, type Event, fit, GRU4Rec, Items, Sessions } from "../../src/index.js";
import { PLAIN } from "../plain.js";
import { clicks, fingerprint } from "./clicks.js";

const OPTIONS = { epochs: 1, batchSize: 8, negatives: 4, threads: 0 } as const;

function sessionsOf(...sessions: readonly (readonly string[])[]): Sessions {
  let time = 0;
  return Sessions.from(
    sessions.flatMap((items, sessionId) =>
      items.map((itemId): Event => ({ sessionId, itemId, time: time++ })),
    ),
  );
}

async function modelOf(items: Items): Promise<GRU4Rec> {
  return GRU4Rec.create(items, { layers: [8], ...PLAIN });
}

describe("sessions over another catalogue", () => {
  test("train the items with the same ids, whatever their rows", async () => {
    const all = sessionsOf(["a", "b", "c"], ["d", "b", "a"], ["c", "d"]);
    const items = Items.from(["c", "d", "e", "a", "b"], [2, 2, 1, 2, 2]);
    const over = all.over(items).sessions!;
    const [given, mapped] = [await modelOf(items), await modelOf(items)];
    await fit(given, all, OPTIONS);
    await fit(mapped, over, OPTIONS);
    expect(all.items).not.toBe(items);
    expect(fingerprint(given)).toBe(fingerprint(mapped));
  });

  test("of which the model lacks an item are refused by its name", async () => {
    const model = await modelOf(Items.from(["a", "b"]));
    const error = await fit(model, sessionsOf(["a", "b", "lamp"]), OPTIONS).catch((e) => e);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(
      'sessions: expected only items that the model knows, got "lamp"',
    );
  });
});

describe("sessions with nothing to play", () => {
  test("are refused: all of one click", async () => {
    const sessions = sessionsOf(["a"], ["b"], ["c"]);
    const error = await fit(await modelOf(sessions.items), sessions, OPTIONS).catch((e) => e);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.path).toBe("sessions");
    expect(error.message).toContain("at least one session of two clicks or more");
  });

  test("are refused: a lone session without negatives", async () => {
    const sessions = sessionsOf(["a", "b"], ["c"]);
    const options = { ...OPTIONS, negatives: 0 };
    const error = await fit(await modelOf(sessions.items), sessions, options).catch((e) => e);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("Raise `negatives`");
  });

  test("do no harm among others", async () => {
    const sessions = sessionsOf(["a"], ["a", "b"], ["c"], ["b", "c", "a"], ["a"]);
    const [report] = await fit(await modelOf(sessions.items), sessions, OPTIONS);
    expect(report!.events).toBe(3);
    expect(report!.loss).toBeGreaterThan(0);
  });
});

describe("a mini-batch", () => {
  test("is as small as the number of sessions", async () => {
    const sessions = clicks(5, 10);
    const [five, hundred] = [await modelOf(sessions.items), await modelOf(sessions.items)];
    await fit(five, sessions, { ...OPTIONS, batchSize: 5 });
    await fit(hundred, sessions, { ...OPTIONS, batchSize: 100 });
    expect(fingerprint(hundred)).toBe(fingerprint(five));
  });

  test("of one slot trains with negatives", async () => {
    const sessions = clicks(5, 10);
    const [report] = await fit(await modelOf(sessions.items), sessions, {
      ...OPTIONS,
      batchSize: 1,
    });
    expect(report!.events).toBe(sessions.events - 5);
    expect(report!.steps).toBe(report!.events);
  });

  test("without negatives ends the epoch where one slot is left", async () => {
    const sessions = sessionsOf(["a", "b"], ["b", "c", "a", "b", "c"]);
    const options = { ...OPTIONS, negatives: 0 };
    const [report] = await fit(await modelOf(sessions.items), sessions, options);
    expect(report).toMatchObject({ events: 2, steps: 1 });
  });
});

test("A model can be trained on, and by parts as in one go, but for the optimiser's memory", async () => {
  const sessions = clicks(40, 10);
  const [parts, whole] = [await modelOf(sessions.items), await modelOf(sessions.items)];
  const plain = { ...OPTIONS, optimizer: "sgd", negatives: 0, order: "given" } as const;
  await fit(parts, sessions, plain);
  await fit(parts, sessions, plain);
  await fit(whole, sessions, { ...plain, epochs: 2 });
  expect(tensorBytes(parts)).toEqual(tensorBytes(whole)); // the header tells how many epochs the last one had
});

/** A model's file without its header. */
function tensorBytes(model: GRU4Rec): Uint8Array {
  const bytes = model.toBytes();
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return bytes.subarray(8 + header);
}
