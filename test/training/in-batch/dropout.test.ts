import { describe, expect, test } from "vitest";
import type { Examples } from "../../../src/data/examples.js";
import { fit, Items, type TowerOptions, TwoTowers } from "../../../src/index.js";
import { doorOf } from "../../../src/models/stored-model.js";
import { Inputs } from "../../assembly/harness.js";

const ids = Array.from({ length: 9 }, (_, i) => i);
const options: TowerOptions = {
  ...{ windowLength: 3, layers: [6, 4], embeddingSize: 4, dropoutHidden: 0.4, padding: "masked" },
};
const inputs = new Inputs(7);
const examples: Examples = {
  ...{ items: Items.from(ids), windowLength: 3, length: 12, times: new Float64Array(12) },
  contexts: inputs.below(9, 36).map((item, i) => (i % 3 > (i / 3) % 3 ? -1 : item)),
  targets: inputs.below(9, 12),
};

/** The losses of training from these weights, wider than initial ones, and the weights after it. */
async function trained(
  changed: (values: Float32Array, name: string) => void,
  task: Parameters<typeof fit>[2],
  given = options,
) {
  using model = await TwoTowers.create(ids, given);
  const all = () => {
    const weights = doorOf(model).now((weights) => weights);
    return weights.tensors.map((tensor) => ({ weights, tensor }));
  };
  for (const { weights, tensor } of all()) {
    const draw = new Inputs(tensor.rows + 31 * tensor.columns);
    const values = draw.uniform(tensor.rows * tensor.columns, 0.8);
    changed(values, tensor.name);
    weights.write(tensor, 0, values);
  }
  const before = all().map(({ weights, tensor }) => weights.read(tensor, 0, tensor.rows));
  const reports = await fit(model, examples, task);
  const after = all().map(({ weights, tensor }) => weights.read(tensor, 0, tensor.rows));
  const names = all().map(({ tensor }) => tensor.name);
  return { losses: reports.map(({ loss }) => loss), names, before, after };
}
const same = () => {};

describe("dropout of two towers", () => {
  test("has the gradients of the loss that its masks make, through all layers and positions", async () => {
    const task = { epochs: 1, optimizer: "sgd", learningRate: 1, threads: 0 } as const;
    const { names, before, after } = await trained(same, task);
    const loss = async (tensor: string, i: number, step: number) => {
      const moved = (values: Float32Array, name: string) => {
        if (name === tensor) values[i]! += step;
      };
      return (await trained(moved, task)).losses[0]! * examples.length;
    };
    const step = 1 / 64;
    for (const [t, name] of names.entries()) {
      const gradient = before[t]!.map((x, i) => x - after[t]![i]!);
      const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
      for (let i = 0; i < gradient.length; i += Math.ceil(gradient.length / 5)) {
        const slope = ((await loss(name, i, step)) - (await loss(name, i, -step))) / (2 * step);
        expect(Math.abs(slope - gradient[i]!), `${name}[${i}]`).toBeLessThan(0.01 + 0.02 * largest);
      }
    }
  });

  test("is another one in each step, changes what is learnt, and no bit by threads", async () => {
    const task = { epochs: 2, batchSize: 6, learningRate: 1e-30, optimizer: "sgd" } as const;
    const none = await trained(same, { ...task, threads: 0 }, { ...options, dropoutHidden: 0 });
    const one = await trained(same, { ...task, threads: 0 });
    expect(none.losses[1]).toBe(none.losses[0]);
    expect(one.losses[0]).not.toBeCloseTo(none.losses[0]!, 3);
    expect(one.losses[1]).not.toBeCloseTo(one.losses[0]!, 3);
    const real = { epochs: 2, batchSize: 5, learningRate: 0.1 };
    const alone = await trained(same, { ...real, threads: 0 });
    for (const threads of [1, 3]) expect(await trained(same, { ...real, threads })).toEqual(alone);
  });
});
