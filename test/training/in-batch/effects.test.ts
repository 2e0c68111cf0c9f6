/** What `order` and `logQ` do to a training of two towers. */

import { describe, expect, test } from "vitest";
import {
  type Examples,
  fit,
  Items,
  type TrainRetrievalOptions,
  TwoTowers,
} from "../../../src/index.js";

const N = 40;
const items = Items.from(["a", "b", "c", "d", "e"]);
const targets = Int32Array.from({ length: N }, (_, n) => ((n * n) % 7) % 5);
const contexts = Int32Array.from({ length: 2 * N }, (_, i) => (i % 2 === 1 ? -1 : (i * 3) % 5));
/** Neither as they stand nor the other way round, and some are equal. */
const times = Float64Array.from({ length: N }, (_, n) => (n * 17) % 23);

function examplesIn(order: readonly number[]): Examples {
  return {
    ...{ items, windowLength: 2, length: N },
    contexts: Int32Array.from(order.flatMap((n) => [contexts[2 * n]!, contexts[2 * n + 1]!])),
    targets: Int32Array.from(order, (n) => targets[n]!),
    times: Float64Array.from(order, (n) => times[n]!),
  };
}

const asGiven = Array.from({ length: N }, (_, n) => n);
const inTime = [...asGiven].sort((a, b) => times[a]! - times[b]! || a - b);

async function trained(examples: Examples, options: TrainRetrievalOptions): Promise<string> {
  const towers = { windowLength: 2, embeddingSize: 8, layers: [8] };
  using model = await TwoTowers.create(items, towers);
  await fit(model, examples, { epochs: 2, batchSize: 12, threads: 0, ...options });
  return model.toBytes().join();
}

describe("order", () => {
  test.each([0, 2])("by time is that of examples that stand so, %i threads", async (threads) => {
    const found = await trained(examplesIn(asGiven), { order: "time", threads });
    expect(found).toBe(await trained(examplesIn(inTime), { order: "given", threads }));
    expect(found).not.toBe(await trained(examplesIn(asGiven), { order: "given", threads }));
  });

  test("each gives a result of its own, and as they stand is the default", async () => {
    const examples = examplesIn(asGiven);
    const orders = ["time", "given", "random"] as const;
    const results = await Promise.all(orders.map((order) => trained(examples, { order })));
    expect(new Set(results).size).toBe(3);
    expect(await trained(examples, {})).toBe(results[1]);
  });

  test("by time needs times", async () => {
    const examples = { ...examplesIn(asGiven), times: new Float64Array(3) };
    await expect(trained(examples, { order: "time" })).rejects.toThrow(
      `examples: expected ${N} times, one an example, got 3`,
    );
  });
});

describe("logQ", () => {
  const examples = examplesIn(asGiven);

  test("has a strength", async () => {
    const results = await Promise.all([0, 0.5, 1].map((logQ) => trained(examples, { logQ })));
    expect(new Set(results).size).toBe(3);
    expect(await trained(examples, {})).toBe(results[0]);
  });

  test("of 1 is that of each item's share as its probability", async () => {
    const share = Array.from(items.ids, (_, item) => targets.filter((t) => t === item).length / N);
    expect(await trained(examples, { logQ: share })).toBe(await trained(examples, { logQ: 1 }));
  });
});
