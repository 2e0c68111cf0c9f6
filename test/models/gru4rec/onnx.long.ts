/** One step as an ONNX graph, run by ONNX Runtime. */

import { describe, expect, test } from "vitest";
import { Tools } from "../../packaging/tools.js";
import { expectSteps, MODELS, type Step } from "./onnx-steps.js";

const tools = Tools.install("onnx");

describe.skipIf(!tools)("ONNX Runtime gives the scores of recommend, click after click", () => {
  test.each(Object.keys(MODELS))("of %s", async (name) => {
    const { InferenceSession, Tensor } = await tools!.load("onnxruntime-web");
    await expectSteps(MODELS[name]!, async (bytes): Promise<Step> => {
      const session = await InferenceSession.create(bytes);
      expect(session.inputNames).toContain("item");
      return async (given, visits) => {
        const feeds = Object.entries(given).map(([name, values]) => {
          if (name === "item") {
            return [name, new Tensor("int64", BigInt64Array.from(values, BigInt), [visits])];
          }
          const columns = values.length / visits;
          return [name, new Tensor("float32", Float32Array.from(values), [visits, columns])];
        });
        const outputs = Object.entries(await session.run(Object.fromEntries(feeds)));
        return Object.fromEntries(
          outputs.map(([name, value]) => [name, (value as { data: Float32Array }).data]),
        );
      };
    });
  });
});
