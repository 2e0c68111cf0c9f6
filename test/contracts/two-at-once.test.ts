/** Two trainings of one model: the second is an error at once, and the first is as if alone. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { ConfigError, type EpochReport } from "../../src/index.js";
import { MODELS, type Model, QUICK } from "./models.js";

type Training = AsyncGenerator<EpochReport, void, void>;
const BUSY = "model: expected one that is not being trained, got one that is. Wait until";

async function finish(training: Training): Promise<void> {
  for await (const _ of training);
}

describe.each(MODELS)("$name", ({ tiny }) => {
  const create = () => tiny.create();
  const train = (model: Model, threads = 0): Training =>
    tiny.train(model, { ...QUICK, epochs: 3, threads });

  test.each([0, 2])("refuses the second at once, %i threads", async (threads) => {
    using alone = await create();
    await finish(train(alone, threads));
    using model = await create();
    const first = finish(train(model, threads));
    const refused = finish(train(model, threads));
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(finish(train(model, threads))).rejects.toThrow(BUSY);
    await first;
    expect(model.toBytes()).toEqual(alone.toBytes());
  });

  test("is free again when a training was finished, left, stopped by an error or refused", async () => {
    using model = await create();
    await finish(train(model));
    for await (const _ of train(model)) break;
    const thrown = train(model);
    await thrown.next();
    await expect(thrown.throw(new Error("enough"))).rejects.toThrow("enough");
    await expect(finish(train(model, -1))).rejects.toThrow("threads");
    await finish(train(model));
  });

  test("is not taken by a training that was never begun", async () => {
    using model = await create();
    train(model);
    await finish(train(model));
  });

  test("is free again when an abandoned training is collected", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    using model = await create();
    await train(model).next(); // nobody holds it any more
    for (let attempt = 1; ; ++attempt) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 20));
      try {
        return await finish(train(model));
      } catch (error) {
        if (attempt === 50) throw error;
      }
    }
  });
});
