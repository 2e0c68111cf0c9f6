/** One step as an ONNX graph, run by a plain runner of graphs; onnx.long.ts runs ONNX Runtime. */

import { describe, expect, test } from "vitest";
import { type GRU4Rec, onnxStep, TwoTowers } from "../../../src/index.js";
import { OnnxReference } from "../../reference/onnx.js";
import { expectSteps, MODELS, type Step } from "./onnx-steps.js";

async function runReference(bytes: Uint8Array): Promise<Step> {
  const graph = new OnnxReference(bytes);
  const inputs = graph.ports(11);
  return async (given, visits) => {
    const values = inputs.map(({ name, shape }) => {
      return [name, { shape: [visits, ...shape], data: Float64Array.from(given[name]!) }] as const;
    });
    const outputs = graph.run(Object.fromEntries(values));
    for (const { name, shape } of graph.ports(12)) {
      expect(outputs[name]!.shape).toEqual([visits, ...shape]);
    }
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
  };
}

describe("onnxStep gives the scores of recommend, click after click", () => {
  test.each(Object.keys(MODELS))("of %s", async (name) => {
    await expectSteps(MODELS[name]!, runReference);
  });
});

test("onnxStep refuses what is no GRU4Rec", async () => {
  const towers = await TwoTowers.create([1, 2], { layers: [4], embeddingSize: 4 });
  await expect(onnxStep(towers as unknown as GRU4Rec)).rejects.toThrow("model: expected a GRU4Rec");
});
