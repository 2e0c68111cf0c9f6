/** The batched evaluation of a model against asking it for one visit at a time. */

import { describe, expect, test } from "vitest";
import {
  ConfigError,
  type Evaluation,
  type Event,
  evaluate,
  GRU4Rec,
  type Id,
  Items,
  type ModelOptions,
  type Scorer,
  Sessions,
} from "../../src/index.js";
import type { EvaluateOptions } from "../../src/ranking/evaluate.js";
import { tensorOf, withTensor } from "../models/files.js";
import { clicks } from "../training/clicks.js";

const ITEMS = 40;
/** More sessions than there are slots, of many lengths. */
const sessions = clicks(150, ITEMS);

/** A model to which every third item looks like the one before it: their scores tie. */
async function modelOf(options: ModelOptions = {}): Promise<GRU4Rec> {
  const model = await GRU4Rec.create(sessions.items, { layers: [6], seed: 9, ...options });
  const bytes = model.toBytes();
  const Wy = tensorOf(bytes, "Wy");
  const width = model.options.layers.at(-1)!;
  for (let item = 2; item < ITEMS; item += 3) {
    Wy.copyWithin(item * width, (item - 1) * width, item * width);
  }
  return GRU4Rec.fromBytes(withTensor(bytes, "Wy", Wy));
}

/** The same model, asked for one visit at a time. */
function oneByOne(model: GRU4Rec): Scorer {
  const { items } = model;
  return {
    items,
    score(history, scores) {
      const visit = Array.from(history, (item) => items.idOf(item));
      for (const { itemId, score } of model.recommend(visit, { count: items.size })) {
        scores[items.indexOf(itemId)] = score;
      }
    },
  };
}

/** Without what depends on the clock or, in the last digits, on the order of the test cases. */
function figures({ seconds, eventsPerSecond, ...rest }: Evaluation): object {
  expect(seconds).toBeGreaterThanOrEqual(0);
  expect(eventsPerSecond).toBeGreaterThan(0);
  return JSON.parse(JSON.stringify(rest), (_, value) =>
    typeof value === "number" ? Number(value.toFixed(12)) : value,
  );
}

const RANKING = { cutoffs: [1, 3, 20, 100], lists: true, numerics: "portable" } as const;

describe("evaluate", () => {
  test.each<ModelOptions>([
    {},
    { layers: [5, 8], resetAfter: true, embedding: "separate" },
    { cell: "rnn", embedding: "one-hot", loss: "bpr" },
    { cell: "lstm", layers: [5, 8] },
    { dropoutHidden: 0.5, dropoutEmbedding: 0.5, logQ: 1 },
  ])("gives the figures of asking for one visit at a time: %o", async (options) => {
    const model = await modelOf(options);
    for (const ties of ["standard", "conservative", "median"] as const) {
      const expected = await evaluate(oneByOne(model), sessions, { ...RANKING, ties });
      const all = await evaluate(model, sessions, { ...RANKING, ties, threads: 0 });
      expect(figures(all)).toEqual(figures(expected));
    }
  });

  test.each<[string, (id: Id, row: number) => boolean]>([
    ["half of the items", (_, row) => row % 2 === 0],
    ["all but a few", (_, row) => row > 3],
    ["two", (_, row) => row === 7 || row === 8],
    ["one", (_, row) => row === 11],
  ])("ranks among %s as one by one, in any order of theirs", async (_, isListed) => {
    const model = await modelOf();
    const items = sessions.items.ids.filter(isListed).reverse();
    for (const ties of ["standard", "conservative", "median"] as const) {
      const options = { ...RANKING, ties, items };
      const expected = await evaluate(oneByOne(model), sessions, options);
      const all = await evaluate(model, sessions, { ...options, threads: 0 });
      expect(figures(all)).toEqual(figures(expected));
    }
  });

  test.each([1, 2, 3])("gives the same figures on %i threads", async (threads) => {
    // More items than a block of scores, so that every thread has some.
    const items = Items.from([
      ...sessions.items.ids,
      ...Array.from({ length: 1900 }, (_, i) => `more ${i}`),
    ]);
    const model = await GRU4Rec.create(items, { layers: [8] });
    for (const subset of [undefined, items.ids.filter((_, item) => item % 2 === 0)]) {
      const options: EvaluateOptions = { ...RANKING, ...(subset && { items: subset }) };
      const inline = await evaluate(model, sessions, { ...options, threads: 0 });
      const threaded = await evaluate(model, sessions, { ...options, threads });
      expect(figures(threaded)).toEqual(figures(inline));
    }
  });

  test("tells tie modes apart where scores tie", async () => {
    const model = await modelOf();
    const recall = async (ties: "standard" | "conservative" | "median"): Promise<number> =>
      (await evaluate(model, sessions, { cutoffs: [3], ties, threads: 0 })).recall[3]!;
    expect(await recall("standard")).toBeGreaterThan(await recall("conservative"));
    expect(await recall("standard")).toBeGreaterThanOrEqual(await recall("median"));
  });

  test.each(["standard", "conservative", "median"] as const)(
    "never flatters a model whose scores are no numbers, ties %s",
    async (ties) => {
      // Inputs and weights so large that ∞ meets −∞ in every gate.
      let bytes = (await modelOf({ embedding: "separate" })).toBytes();
      for (const name of ["E", "Wx_0"]) {
        const huge = tensorOf(bytes, name).map((weight) => Math.sign(weight) * 3e38);
        bytes = withTensor(bytes, name, huge);
      }
      const broken = await GRU4Rec.fromBytes(bytes);
      const options = { cutoffs: [ITEMS - 1, ITEMS], ties, lists: true, threads: 0 };
      const { recall } = await evaluate(broken, sessions, options);
      expect(recall).toEqual({ [ITEMS - 1]: 0, [ITEMS]: 1 });
      expect(broken.recommend(["item 1"])).toEqual([]);
    },
  );
});

/** Sessions from lists of item ids. */
function sessionsOf(...lists: readonly (readonly string[])[]): Sessions {
  let time = 0;
  return Sessions.from(
    lists.flatMap((items, sessionId) =>
      items.map((itemId): Event => ({ sessionId, itemId, time: time++ })),
    ),
  );
}

describe("test cases", () => {
  const [a, b, c] = ["item 1", "item 2", "item 3"] as const;

  test("are all events but the first of each session", async () => {
    const { events, sessions, unknownEvents } = await evaluate(
      await modelOf(),
      sessionsOf([a, b, c], [c], [b, b]),
      { threads: 0 },
    );
    expect({ events, sessions, unknownEvents }).toEqual({
      events: 3,
      sessions: 2,
      unknownEvents: 0,
    });
  });

  test("bridge unknown items, which are dropped and counted", async () => {
    const model = await modelOf();
    const options = { ...RANKING, threads: 0 };
    const known = await evaluate(model, sessionsOf([a, b, c], [c, a]), options);
    const gaps = await evaluate(
      model,
      sessionsOf(["x", a, "y", b, c, "x"], ["z"], [c, "x", "x", a], ["x", b]),
      options,
    );
    expect(gaps.unknownEvents).toBe(7);
    expect(gaps.unknownItems).toEqual(["x", "y", "z"]);
    expect(figures({ ...gaps, unknownEvents: 0, unknownItems: [] })).toEqual(figures(known));
  });

  test("are taken by id from sessions over any catalogue", async () => {
    const model = await modelOf();
    const events = Array.from(sessions.itemIndices, (item, event): Event => {
      const sessionId = sessions.offsets.findIndex((offset) => offset > event) - 1;
      return { sessionId, itemId: sessions.items.idOf(item), time: event };
    });
    const other = Sessions.from(events.reverse());
    expect(other.items.ids).not.toEqual(sessions.items.ids);
    const options = { ...RANKING, threads: 0 };
    expect(figures(await evaluate(model, other, options))).toEqual(
      figures(await evaluate(model, sessions, options)),
    );
  });

  test.each([
    ["all items are unknown", sessionsOf(["x", "y"])],
    ["no session has two known events", sessionsOf([a, "x"], [b])],
  ])("are missing where %s", async (_, none) => {
    const error = await evaluate(await modelOf(), none, { threads: 0 }).catch((error) => error);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("sessions: expected a session with two events of known items");
  });
});

describe("evaluation options", () => {
  test.each([
    [{ cutoffs: [] }, "cutoffs: expected at least one list length, got []"],
    [{ cutoffs: [20, 0] }, "cutoffs[1]: expected an integer ≥ 1, got 0"],
    [{ ties: "random" }, 'ties: expected "standard", "conservative" or "median", got "random"'],
    [{ items: [] }, "items: expected at least one item"],
    [{ items: ["item 1", "lamp"] }, 'items[1]: expected an item of the catalogue, got "lamp"'],
    [{ cutoff: 20 }, "cutoff: expected one of the evaluation options"],
    [{ threads: 1.5 }, 'threads: expected "auto" or an integer from 0 to 64, got 1.5'],
    [{ numerics: "f64" }, 'numerics: expected "fast" or "portable", got "f64"'],
  ])("are checked: %o", async (options, message) => {
    const run = evaluate(await modelOf(), sessions, options as EvaluateOptions);
    await expect(run).rejects.toThrow(ConfigError);
    await expect(run).rejects.toThrow(message);
  });

  test("leave the lists out where they are not asked for", async () => {
    const result = await evaluate(await modelOf(), sessions, { threads: 0 });
    expect(Object.keys(result.recall)).toEqual(["20"]);
    expect(result.coverage).toBeUndefined();
    expect(result.ties).toBe("standard");
  });

  test.each([0, 1])("stop at a signal, with its reason, on %i threads", async (threads) => {
    const items = Items.from([
      ...sessions.items.ids,
      ...Array.from({ length: 50_000 }, (_, i) => i),
    ]);
    const model = await GRU4Rec.create(items, { layers: [16] });
    const stop = new AbortController();
    const started: number[] = [];
    const onProgress = (): void => {
      started.push(performance.now());
      stop.abort(new Error("enough"));
    };
    const many = clicks(4000, ITEMS);
    const options = { threads, signal: stop.signal, onProgress };
    const error = await evaluate(model, many, options).catch((error) => error);
    expect(error).toBe(stop.signal.reason);
    expect(performance.now() - started[0]!).toBeLessThan(1000);
    expect(started).toHaveLength(1);
  });

  test("report progress that only grows and ends at all events", async () => {
    const done: number[] = [];
    const total = sessions.events - sessions.length;
    await evaluate(await modelOf(), sessions, {
      threads: 0,
      onProgress: ({ events, totalEvents }) => {
        expect(totalEvents).toBe(total);
        done.push(events);
      },
    });
    expect(done).toEqual([...done].sort((x, y) => x - y));
    expect(done.at(-1)).toBe(total);
  });
});
