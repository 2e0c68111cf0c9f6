/** Models that go on with new clicks and new items. */

import { describe, expect, test } from "vitest";
import {
  type Event,
  type ExtendGru4recOptions,
  extendModel,
  fit,
  GRU4Rec,
  Items,
  type ModelOptions,
  Sessions,
  type TrainOptions,
  TwoTowers,
  update,
} from "../../src/index.js";
import { tensorsIn } from "./tensors.js";

/** Sessions of 5 clicks, one after the other: items of a small catalogue, and some that come later. */
function clicks(from: number, to: number, items = 12): Event[] {
  const events: Event[] = [];
  for (let s = from; s < to; ++s) {
    for (let i = 0; i < 5; ++i) {
      events.push({ sessionId: s, itemId: `item ${(s * 7 + i * i) % items}`, time: s * 10 + i });
    }
  }
  return events;
}

/** Every item occurs in it. */
const before = Sessions.from(clicks(0, 24));
const MODEL: ModelOptions = { layers: [8], dropoutHidden: 0.2 };
const LEARNING = {
  batchSize: 4,
  order: "given",
  negatives: 6,
  threads: 0,
  numerics: "portable",
} as const;

const kinds: { title: string; model: ModelOptions }[] = [
  { title: "shared", model: {} },
  {
    title: "separate, with a pad",
    model: { embedding: "separate", windowLength: 3, padding: "unmasked" },
  },
  { title: "one-hot", model: { embedding: "one-hot" } },
];

describe("extendModel", () => {
  const day = Sessions.from([
    { sessionId: "a", itemId: "item 3", time: 1 },
    { sessionId: "a", itemId: "new", time: 2 },
    { sessionId: "a", itemId: "item 5", time: 3 },
    { sessionId: "b", itemId: "item 4", time: 4 },
    { sessionId: "b", itemId: "lone", time: 5 },
    { sessionId: "b", itemId: "lonely", time: 6 },
    { sessionId: "c", itemId: "lonely", time: 7 },
  ]);

  test.each(kinds)(
    "keeps the weights of what the model knew: $title",
    async ({ model: options }) => {
      using model = await GRU4Rec.create(before.items, { layers: [8], ...options });
      await fit(model, before, { epochs: 1, ...LEARNING });
      const bytes = model.toBytes();
      const { model: made, ...told } = await extendModel(model, day, { drop: ["item 1"] });
      using _ = made;
      expect(Buffer.compare(model.toBytes(), bytes)).toBe(0);
      expect(told).toEqual({
        data: day,
        knownItems: 3,
        newItems: 3,
        droppedItems: 1,
        droppedEvents: 0,
      });
      const left = before.items.ids.filter((id) => id !== "item 1");
      expect(made.items.ids).toEqual([...left, "new", "lone", "lonely"]);
      const visit = ["item 2", "item 7"];
      const scores = (one: GRU4Rec): Map<unknown, number> =>
        new Map(one.recommend(visit, { count: 99 }).map(({ itemId, score }) => [itemId, score]));
      const [then, now] = [scores(model), scores(made)];
      for (const id of left) expect(now.get(id)).toBe(then.get(id));
      expect(now.has("item 1")).toBe(false);
      expect(made.training).toEqual(model.training);
    },
  );

  test("a new item starts from the mean of the items seen beside it, of all where there is none", async () => {
    using model = await GRU4Rec.create(before.items, { layers: [8] });
    await fit(model, before, { epochs: 1, ...LEARNING });
    const rows = tensorsIn(model.toBytes());
    const row = (name: string, id: string, width: number): number[] => {
      const at = before.items.indexOf(id) * width;
      return [...rows.get(name)!.subarray(at, at + width)];
    };
    const mean = (lists: number[][]): number[] =>
      lists[0]!.map((_, i) =>
        Math.fround(lists.reduce((sum, list) => sum + list[i]!, 0) / lists.length),
      );
    const { model: made } = await extendModel(model, day);
    using _ = made;
    const found = tensorsIn(made.toBytes());
    for (const [name, width] of [
      ["Wy", 8],
      ["By", 1],
    ] as const) {
      const started = (id: string): number[] => {
        const at = made.items.indexOf(id) * width;
        return [...found.get(name)!.subarray(at, at + width)];
      };
      expect(started("new")).toEqual(mean(["item 3", "item 5"].map((id) => row(name, id, width))));
      expect(started("lone")).toEqual(row(name, "item 4", width));
      const all = before.items.ids.map((id) => row(name, String(id), width));
      expect(started("lonely")).toEqual(mean(all));
    }
  });

  test.each([
    { newItems: "mean", same: true },
    { newItems: "popular", same: true },
    { newItems: "random", same: false },
  ] as const)("$newItems: new items start alike: $same", async ({ newItems, same }) => {
    using model = await GRU4Rec.create(before.items, { layers: [8] });
    const { model: made } = await extendModel(model, day, { newItems });
    using _ = made;
    const scores = new Map(
      made.recommend(["item 2"], { count: 99 }).map((one) => [one.itemId, one.score]),
    );
    expect(scores.get("new") === scores.get("lone")).toBe(same);
  });

  test.each([
    { support: "added", counts: [11, 2] },
    { support: "new", counts: [1, 2] },
    { support: "kept", counts: [10, 0] },
  ] as const)("support $support counts $counts", async ({ support, counts }) => {
    using model = await GRU4Rec.create(before.items, { layers: [8] });
    const { model: made } = await extendModel(model, day, { support });
    using _ = made;
    const { items } = made;
    expect(before.items.support[before.items.indexOf("item 3")]).toBe(10);
    expect(["item 3", "lonely"].map((id) => items.support[items.indexOf(id)])).toEqual(counts);
  });

  test("clicks on items that are dropped are left out and counted", async () => {
    using model = await GRU4Rec.create(before.items, { layers: [8] });
    const { model: made, ...told } = await extendModel(model, day, { drop: ["item 3", "item 4"] });
    using _ = made;
    expect(told).toMatchObject({ droppedItems: 2, droppedEvents: 2, newItems: 3, knownItems: 1 });
    expect(told.data.events).toBe(5);
  });

  test("towers keep what features say of items", async () => {
    const options = { features: { brand: { kind: "category" } } } as const;
    const records = before.items.ids.map((itemId, i) => ({
      itemId,
      brand: i % 2 ? "odd" : "even",
    }));
    using model = await TwoTowers.create(before.items, options, records);
    const { model: made } = await extendModel(model, day, {
      drop: ["item 0"],
      records: [{ itemId: "new", brand: "odd" }],
    });
    using _ = made;
    using then = await model.index();
    using now = await made.index();
    const [visit, scores] = [["item 2", "item 7"], new Map<unknown, number>()];
    for (const { itemId, score } of then.recommend(visit, { count: 99 })) scores.set(itemId, score);
    for (const { itemId, score } of now.recommend(visit, { count: 99 })) {
      if (scores.has(itemId)) expect(score).toBe(scores.get(itemId));
    }
    expect(now.candidates.has("new")).toBe(true);
    using again = await TwoTowers.fromBytes(made.toBytes());
    expect(Buffer.compare(again.toBytes(), made.toBytes())).toBe(0);
  });

  test.each<[string, ExtendGru4recOptions, string]>([
    [
      "a way to start that there is none of",
      { newItems: "zero" as never },
      'newItems: expected "neighbours"',
    ],
    [
      "a support",
      { support: "old" as never },
      'support: expected "new", "added" or "kept", got "old"',
    ],
    [
      "an unknown item to drop",
      { drop: ["item 2", "tent"] },
      'drop[1]: expected an item of the model, got "tent"',
    ],
    ["records of a GRU4Rec", { records: [] } as never, "extendModel"],
    [
      "all items of the clicks",
      { drop: ["item 3"] },
      "drop: expected not all items of the sessions",
    ],
  ])("refuses %s", async (_, options, message) => {
    using model = await GRU4Rec.create(before.items, { layers: [8] });
    const few = Sessions.from([{ sessionId: 1, itemId: "item 3", time: 1 }]);
    await expect(extendModel(model, few, options)).rejects.toThrow(message);
  });

  test("says of an index that it is made anew", async () => {
    using model = await TwoTowers.create(before.items);
    using index = await model.index();
    await expect(extendModel(index as never, before)).rejects.toThrow(
      "model: expected a GRU4Rec or a TwoTowers, got an object. An index is made anew: update its towers, then call",
    );
  });
});

describe("update", () => {
  const parts = Array.from({ length: 10 }, (_, p) => Sessions.from(clicks(p * 8, p * 8 + 8)));
  const whole = Sessions.from(clicks(0, 80));

  test.each<{ title: string; model: ModelOptions; learning: TrainOptions }>([
    { title: "sessions side by side that end together", model: MODEL, learning: {} },
    { title: "one session at a time", model: MODEL, learning: { batchSize: 1 } },
    {
      title: "adam with a momentum",
      model: MODEL,
      learning: { optimizer: "adam", momentum: 0.1, learningRate: 0.01 },
    },
    { title: "windows", model: { ...MODEL, windowLength: 3 }, learning: { batchSize: 16 } },
    { title: "in the order of time", model: MODEL, learning: { order: "time" } },
  ])("in ten parts gives the bits of the whole in one go: $title", async ({ model, learning }) => {
    const options = { ...LEARNING, ...learning, keepOptimizer: true };
    using one = await GRU4Rec.create(whole.items, model);
    await fit(one, whole, { ...options, epochs: 1 });
    let ten = await GRU4Rec.create(whole.items, model);
    for (const part of parts) {
      const { model: next } = await update(ten, part, { ...options, support: "kept" });
      ten.dispose();
      ten = await GRU4Rec.fromBytes(next.toBytes());
      next.dispose();
    }
    expect(tensorsIn(ten.toBytes())).toEqual(tensorsIn(one.toBytes()));
    ten.dispose();
  });

  test("the same of two towers, whose negatives are those of the batch", async () => {
    const options = { batchSize: 16, order: "given", threads: 0, keepOptimizer: true } as const;
    using one = await TwoTowers.create(whole.items);
    await fit(one, whole, { ...options, epochs: 1 });
    let ten = await TwoTowers.create(whole.items);
    for (const part of parts) {
      const { model: next } = await update(ten, part, options);
      ten.dispose();
      ten = next;
    }
    expect(tensorsIn(ten.toBytes())).toEqual(tensorsIn(one.toBytes()));
    ten.dispose();
  });

  test("without the optimiser's state the parts give other weights, and no file holds it", async () => {
    const options = { ...LEARNING, epochs: 1 };
    using one = await GRU4Rec.create(whole.items, MODEL);
    await fit(one, whole, options);
    let ten = await GRU4Rec.create(whole.items, MODEL);
    for (const part of parts)
      ten = (await update(ten, part, { ...options, support: "kept" })).model;
    const names = [...tensorsIn(ten.toBytes()).keys()];
    expect(names.filter((name) => name.startsWith("optional/"))).toEqual([]);
    expect(tensorsIn(ten.toBytes())).not.toEqual(tensorsIn(one.toBytes()));
    ten.dispose();
  });

  test("the state of known items goes over; that of new ones is as of a new optimiser", async () => {
    using model = await GRU4Rec.create(before.items, { layers: [8] });
    await fit(model, before, { ...LEARNING, epochs: 1, keepOptimizer: true });
    const day = Sessions.from([...clicks(30, 34), { sessionId: 33, itemId: "new", time: 400 }]);
    const { model: made } = await extendModel(model, day, { drop: ["item 0"] });
    using _ = made;
    const name = "optional/optimizer/Wy";
    const [then, now] = [model, made].map((one) => tensorsIn(one.toBytes()).get(name)!);
    const width = then!.length / before.items.size;
    const of = (state: Float32Array, row: number): number[] => [
      ...state.subarray(row * width, row * width + width),
    ];
    const row = (one: GRU4Rec, id: string): number => one.items.indexOf(id);
    expect(of(now!, row(made, "item 5"))).toEqual(of(then!, row(model, "item 5")));
    expect(of(now!, row(made, "new"))).toEqual(new Array(width).fill(0));
  });

  test("learns new items, and leaves the given model as it is", async () => {
    const abc = (names: readonly string[]): Sessions =>
      Sessions.from(
        Array.from({ length: 120 }, (_, i): Event => {
          const session = Math.floor(i / 6);
          return { sessionId: session, itemId: names[(session + i) % names.length]!, time: i };
        }),
      );
    using model = await GRU4Rec.create(abc(["a", "b", "c"]).items, { layers: [8] });
    const learning = { epochs: 15, batchSize: 10, negatives: 6, learningRate: 0.2, threads: 0 };
    await fit(model, abc(["a", "b", "c"]), learning);
    const bytes = model.toBytes();
    const { model: next, epochs, newItems } = await update(model, abc(["a", "b", "d"]), learning);
    using _ = next;
    expect({ epochs: epochs.length, newItems }).toEqual({ epochs: 15, newItems: 1 });
    expect(next.recommend(["a", "b"], { count: 1 })[0]!.itemId).toBe("d");
    expect(model.recommend(["a", "b"], { count: 1 })[0]!.itemId).toBe("c");
    expect(Buffer.compare(model.toBytes(), bytes)).toBe(0);
  });

  test("goes on with nothing new, and with nothing but new items", async () => {
    using model = await GRU4Rec.create(before.items, { layers: [8] });
    const { model: same, ...told } = await update(model, before, LEARNING);
    expect(told).toMatchObject({ knownItems: 12, newItems: 0, droppedEvents: 0 });
    same.dispose();
    const others = Sessions.from(
      clicks(0, 8).map((event) => ({ ...event, itemId: `other ${event.itemId}` })),
    );
    const { model: grown, ...counts } = await update(model, others, LEARNING);
    expect(counts).toMatchObject({ knownItems: 0, newItems: others.items.size });
    grown.dispose();
  });

  test.each([
    [
      "another optimiser than that of the state",
      { optimizer: "adam" },
      'optimizer: expected "adagrad", whose state the model has, got "adam"',
    ],
    [
      "a momentum that the state has not",
      { momentum: 0.5 },
      "momentum: expected 0, as the state has none, got one",
    ],
    [
      "a validation beside the state",
      { validation: before },
      "keepOptimizer: expected false beside a validation, got true",
    ],
    [
      "what is no flag",
      { keepOptimizer: 1 as never },
      "keepOptimizer: expected true or false, got 1",
    ],
    ["an unknown option", { epoch: 1 } as never, "training"],
  ] as const)("refuses %s", async (_, options, message) => {
    using model = await GRU4Rec.create(before.items, { layers: [8] });
    await fit(model, before, { ...LEARNING, epochs: 1, keepOptimizer: true });
    const all = { ...LEARNING, keepOptimizer: true, ...(options as object) };
    await expect(update(model, before, all)).rejects.toThrow(message);
  });

  test("other weights come without the state of the optimiser", async () => {
    using model = await GRU4Rec.create(Items.from(before.items.ids, before.items.support), {
      layers: [8],
    });
    await fit(model, before, { ...LEARNING, epochs: 1, keepOptimizer: true });
    const names = (): string[] => [...tensorsIn(model.toBytes()).keys()];
    expect(names()).toContain("optional/optimizer/about");
    await fit(model, before, { ...LEARNING, epochs: 1 });
    expect(names()).not.toContain("optional/optimizer/about");
  });
});
