/** The file of a checkpoint: what comes back from it, and what is refused by name. */

import { beforeAll, describe, expect, test } from "vitest";
import { Items } from "../../src/data/items.js";
import { LIBRARY_VERSION, metadataFor } from "../../src/files/kinds.js";
import { layOut } from "../../src/files/layout.js";
import { checkpointFacts, checkpointPlace, GRU4Rec } from "../../src/index.js";
import { doorOf } from "../../src/models/stored-model.js";
import type { StoredWeights } from "../../src/models/stored-weights.js";
import { beginCheckpoint, checkCheckpoints } from "../../src/training/checkpoint.js";
import { type Identity, identityOf } from "../../src/training/identity.js";
import type { Best, Progress } from "../../src/training/progress.js";
import { decodeCheckpoint } from "../../src/training/resumed.js";
import { sampled } from "../../src/training/sampled/recipe.js";
import { clicks } from "./clicks.js";

const sessions = clicks(20, 9);
const { items } = sessions;
const OPTIONS = { epochs: 5, batchSize: 4, negatives: 8 };
const REMEDY = "Resume as the training was begun, or begin anew without the checkpoint.";
const within = { events: 8, steps: 2, loss: 3.5, seconds: 1 };

let plain: Identity;
let watched: Identity;
let weights: StoredWeights;
let others: StoredWeights;

beforeAll(async () => {
  const model = await GRU4Rec.create(items, { layers: [5], seed: 1 });
  const other = await GRU4Rec.create(items, { layers: [5], seed: 2 });
  const training = await sampled.prepare(model, sessions, OPTIONS);
  plain = await identityOf(training, {}, undefined);
  watched = { ...plain, validation: "recall@20 of a log" };
  weights = doorOf(model).now((weights) => weights);
  others = doorOf(other).now((weights) => weights);
});

/** States and position of a mini-batch, as the job tells them. */
function placeIn({ plan }: Identity) {
  const hidden = plan.hidden.map((shape) =>
    new Float32Array(shape.reduce((n, d) => n * d, 1)).map((_, i) => i / 8),
  );
  return { hidden, position: new Int32Array(plan.position).map((_, i) => i) };
}

async function made(identity: Identity, progress: Progress, best?: StoredWeights) {
  const place = progress.within && placeIn(identity);
  const { bytes } = await beginCheckpoint(identity, progress, { model: weights, best }, place);
  return bytes;
}

describe("a checkpoint comes back", () => {
  test("at the end of an epoch: progress, weights, tables", async () => {
    const decoded = await decodeCheckpoint(await made(plain, { epochs: 3 }), plain);
    expect(decoded).toMatchObject({ progress: { epochs: 3 }, hasBest: false, hidden: [] });
    expect(decoded.position).toEqual(new Int32Array(0));
    for (const tensor of weights.tensors) {
      const { rows } = tensor;
      expect(decoded.rows("model/")(tensor, 0, rows)).toEqual(weights.read(tensor, 0, rows));
    }
    const [table] = plain.plan.tables;
    expect(decoded.rows("")(table!, 1, 1)).toEqual(new Float32Array(table!.columns));
  });

  test("within an epoch: with states and position", async () => {
    const decoded = await decodeCheckpoint(await made(plain, { epochs: 3, within }), plain);
    expect(decoded).toMatchObject({ progress: { epochs: 3, within }, ...placeIn(plain) });
    expect(decoded.hidden).toHaveLength(1);
  });

  test("with the best weights where they are others", async () => {
    const best: Best = { epoch: 1, value: 0.5, waited: 2 };
    const bytes = await made(watched, { epochs: 3, best }, others);
    const decoded = await decodeCheckpoint(bytes, watched);
    expect(decoded.hasBest).toBe(true);
    const itemTable = weights.tensors.find(({ name }) => name === "Wy")!;
    const read = (prefix: string) => decoded.rows(prefix)(itemTable, 2, 3);
    expect(read("best/")).toEqual(others.read(itemTable, 2, 3));
    expect(read("model/")).toEqual(weights.read(itemTable, 2, 3));
    const last: Best = { epoch: 3, value: 0.5, waited: 0 };
    const alone = await decodeCheckpoint(await made(watched, { epochs: 3, best: last }), watched);
    expect(alone.hasBest).toBe(false);
  });

  test("before the first epoch is measured without a best one", async () => {
    const { progress } = await decodeCheckpoint(await made(watched, { epochs: 0 }), watched);
    expect(progress).toEqual({ epochs: 0 });
  });
});

describe("a checkpoint is refused", () => {
  const refused = async (bytes: Uint8Array, identity: Identity = plain): Promise<Error> =>
    decodeCheckpoint(bytes, identity).then(
      () => expect.fail("it was taken"),
      (error) => error,
    );

  test.each([
    ["another id", () => [...items.ids.slice(1), "another"]],
    ["fewer", () => items.ids.slice(1)],
    ["another order", () => [...items.ids.slice(1), items.ids[0]!]],
  ])("of other items: %s", async (_, ids) => {
    const error = await refused(await made(plain, { epochs: 1 }), {
      ...plain,
      items: Items.from(ids()),
    });
    expect(error.message).toBe(
      `items: expected the items of the checkpoint, got others. ${REMEDY}`,
    );
  });

  test("of items with another support", async () => {
    const [first, ...rest] = items.support;
    const identity = { ...plain, items: Items.from(items.ids, [first! + 1, ...rest]) };
    const error = await refused(await made(plain, { epochs: 1 }), identity);
    expect(error.message).toBe("items: expected the support that the checkpoint has, got another");
  });

  test("with more epochs than are asked for, and not with as many", async () => {
    await decodeCheckpoint(await made(plain, { epochs: 5 }), plain);
    const error = await refused(await made(plain, { epochs: 6 }));
    expect(error.message).toBe(
      "epochs: expected at least the 6 that the checkpoint has done, got 5. " +
        "Raise `epochs` to go on from it, or begin anew without the checkpoint.",
    );
  });

  test("with more events than an epoch has", async () => {
    const { events } = plain.plan;
    const of = (events: number) => made(plain, { epochs: 1, within: { ...within, events } });
    await decodeCheckpoint(await of(events), plain);
    expect((await refused(await of(events + 1))).message).toBe(
      `checkpoint, progress: expected at most ${events} events in an epoch, got ${events + 1}`,
    );
  });

  const best: Best = { epoch: 1, value: 0.5, waited: 1 };
  test.each<[string, () => Identity, Progress, string]>([
    ["a best epoch", () => watched, { epochs: 2 }, "none"],
    ["no best epoch", () => plain, { epochs: 2, best }, "one"],
    ["the weights of epoch 1, the best", () => watched, { epochs: 2, best }, "none"],
  ])("where %s is expected", async (expected, identity, progress, got) => {
    const error = await refused(await made(identity(), progress), identity());
    expect(error.message).toBe(`checkpoint, progress: expected ${expected}, got ${got}`);
  });

  test("with a tensor that these options do not call for", async () => {
    // Without a place there are no states.
    const { bytes } = await beginCheckpoint(
      plain,
      { epochs: 1 },
      { model: weights, best: undefined },
      placeIn(plain),
    );
    expect((await refused(bytes)).message).toBe(
      'checkpoint: expected only tensors that the options call for, got "hidden_0"',
    );
  });

  test("when it is something else", async () => {
    const bytes = layOut("model file", metadataFor("gru4rec", {}), []).bytes;
    const expected = 'checkpoint: expected kind "checkpoint", got "gru4rec". It is a GRU4Rec';
    expect((await refused(bytes)).message).toContain(expected);
    expect(() => checkpointFacts(bytes)).toThrow(expected);
  });
});

describe("checkpoints that could not be read back", () => {
  const GIB = 2 ** 28; // floats
  const refusal = (gib: string) =>
    `checkpoint: expected a file of less than 4 GiB, got ${gib} GiB. It could not be read back.`;

  test("are refused beforehand for their ids", () => {
    const id = "x".repeat(2 ** 28);
    const ids = { size: 3, ids: [id, id, id], support: new Int32Array(3) } as unknown as Items;
    expect(() => checkCheckpoints({ ...plain, items: ids })).toThrow(refusal("4.5"));
  });

  test("are refused for two copies of the weights, with a validation", () => {
    const { plan } = plain;
    const tensors = [{ ...plan.tensors[0]!, shape: [3, GIB] }];
    expect(() => checkCheckpoints({ ...plain, plan: { ...plan, tensors } })).not.toThrow();
    expect(() => checkCheckpoints({ ...watched, plan: { ...plan, tensors } })).toThrow(
      refusal("6.0"),
    );
  });

  test("are refused for the states within an epoch", () => {
    const plan = { ...plain.plan, hidden: [[5, GIB]] };
    expect(() => checkCheckpoints({ ...plain, plan })).toThrow(refusal("5.0"));
  });
});

describe("the facts of a checkpoint", () => {
  test("are read from its header", async () => {
    const bytes = await made(plain, { epochs: 3, within });
    const { options, learning, ...facts } = checkpointFacts(bytes);
    expect(facts).toEqual({
      place: { epochs: 3, step: 2 },
      items: items.size,
      library: LIBRARY_VERSION,
    });
    expect(options).toMatchObject({ layers: [5], seed: 1 });
    expect(learning).toMatchObject(OPTIONS);
    expect(checkpointPlace(bytes)).toEqual({ epochs: 3, step: 2 });
  });

  test("may be unknown", () => {
    const { library: _, ...metadata } = metadataFor("checkpoint", { layers: [1] });
    const file = { ...metadata, learning: "{}", progress: '{"epochs":0}' };
    expect(checkpointFacts(layOut("checkpoint", file, []).bytes)).toEqual({
      place: { epochs: 0, step: 0 },
      items: 0,
      options: { layers: [1] },
      learning: {},
      library: "unknown",
    });
  });

  test.each(["options", "learning", "progress"])("are refused without %s", (field) => {
    const whole = { ...metadataFor("checkpoint", {}), learning: "{}", progress: '{"epochs":0}' };
    const metadata = { ...whole, [field]: "[7]" };
    expect(() => checkpointFacts(layOut("checkpoint", metadata, []).bytes)).toThrow(
      `checkpoint: expected readable ${field}, got "it is no object"`,
    );
  });
});
