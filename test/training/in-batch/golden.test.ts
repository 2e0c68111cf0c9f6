import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Examples } from "../../../src/data/examples.js";
import {
  fit,
  type ItemRecord,
  Items,
  type RetrievalOptions,
  type TowerOptions,
  TwoTowers,
} from "../../../src/index.js";
import { doorOf } from "../../../src/models/stored-model.js";
import { absoluteError } from "../../assembly/harness.js";

/** What scripts/golden/retrieval.py writes. */
interface Golden {
  readonly options: TowerOptions;
  readonly task: RetrievalOptions;
  readonly items: number;
  readonly contexts: number[];
  readonly targets: number[];
  readonly sampleWeights: number[];
  readonly excluded?: number[][];
  /** With features: all items' ones, and times, null where not known. */
  readonly records?: ItemRecord[];
  readonly times?: (number | null)[];
  readonly initial: Record<string, number[]>;
  readonly final: Record<string, number[]>;
  readonly losses: number[];
}

const FOLDER = new URL("../../golden/retrieval/", import.meta.url);
const goldens = readdirSync(FOLDER).map((file) => ({
  name: file.replace(".json", ""),
  ...(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Golden),
}));

async function trained(golden: Golden, threads: number, numerics: "fast" | "portable") {
  const items = Items.from(Array.from({ length: golden.items }, (_, i) => `i${i}`));
  const examples: Examples = {
    ...{ items, windowLength: golden.options.windowLength!, length: golden.targets.length },
    contexts: Int32Array.from(golden.contexts),
    targets: Int32Array.from(golden.targets),
    times: Float64Array.from(golden.targets, (_, n) => golden.times?.[n] ?? Number.NaN),
  };
  const model = await TwoTowers.create(items, golden.options, golden.records);
  const tensors = () => {
    const weights = doorOf(model).now((weights) => weights);
    return weights.tensors.map((tensor) => ({
      ...{ weights, tensor },
    }));
  };
  expect(tensors().map(({ tensor }) => tensor.name)).toEqual(Object.keys(golden.initial));
  for (const { weights, tensor } of tensors()) {
    weights.write(tensor, 0, Float32Array.from(golden.initial[tensor.name]!));
  }
  const { sampleWeights, task } = golden;
  const exclude = golden.excluded?.map((list) => list.map((item) => `i${item}`));
  const reports = await fit(model, examples, {
    ...{ ...task, sampleWeights, threads, numerics, ...(exclude && { exclude }) },
  });
  const final = tensors().map(
    ({ weights, tensor }) => [tensor.name, weights.read(tensor, 0, tensor.rows)] as const,
  );
  return { losses: reports.map(({ loss }) => loss), final: Object.fromEntries(final) };
}

describe.each(goldens)("retrieval, $name", (golden) => {
  test("trains as plain PyTorch does", async () => {
    const { losses, final } = await trained(golden, 0, "portable");
    expect(absoluteError(losses, golden.losses)).toBeLessThan(1e-5);
    for (const [name, values] of Object.entries(golden.final)) {
      expect(absoluteError(final[name]!, values), name).toBeLessThan(2e-5);
    }
  });
});

describe("threads", () => {
  test.each(goldens)("do not change a bit of $name", async (golden) => {
    const one = await trained(golden, 0, "fast");
    for (const threads of [1, 3]) expect(await trained(golden, threads, "fast")).toEqual(one);
  });
});
