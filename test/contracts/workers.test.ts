/** Workers that never answer, answer nonsense or find no memory: an error within 2 s, and nothing left behind. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { ConfigError, WorkerError } from "../../src/index.js";
import { MODELS, QUICK } from "./models.js";

/** What is done to the worker program, and every worker that was started. */
const setup = vi.hoisted(() => ({
  text: undefined as ((program: string) => string) | undefined,
  shared: true,
  /** Workers that were started and not yet ended. */
  alive: 0,
}));
vi.mock("../../src/threads/program.node.js", async (original) => {
  const { program } = await original<{ program(): string }>();
  return {
    program: (): string => (setup.text ? setup.text(program()) : program()),
  };
});
vi.mock("../../src/threads/host.node.js", async (original) => {
  const { host } = await original<typeof import("../../src/threads/host.node.js")>();
  const startWorker: typeof host.startWorker = (...how) => {
    const worker = host.startWorker(...how);
    let isAlive = true;
    setup.alive++;
    const terminate = (): void => {
      if (isAlive) setup.alive--;
      isAlive = false;
      worker.terminate();
    };
    return { ...worker, terminate };
  };
  return { host: { ...host, startWorker, canShareMemory: () => setup.shared } };
});
afterEach(() => {
  setup.text = undefined;
  setup.shared = true;
});

/** Does something when a worker hears a message; `answer` posts in its name, `handle` lets it work. */
function instead(condition: string, act: string): (program: string) => string {
  return (program) => `{
    const { parentPort } = require("node:worker_threads");
    const on = parentPort.on.bind(parentPort);
    const answer = parentPort.postMessage.bind(parentPort);
    let rank = 0;
    parentPort.on = (name, handle) => on(name, (message) => {
      rank = message.rank ?? rank;
      const { method, id } = message;
      if (${condition}) { ${act} } else handle(message);
    });
  }
  ${program}`;
}

const OPTIONS = { ...QUICK, epochs: 2 } as const;

/**
 * Rejects with a WorkerError within 2 s; returns its message. The seconds are those of this thread's
 * timers, which a busy machine stretches: so does it the library's patience.
 */
async function failure(work: Promise<unknown>): Promise<string> {
  let tenths = 0;
  const clock = setInterval(() => ++tenths, 100);
  const error = await work.catch((error) => error).finally(() => clearInterval(clock));
  expect(error).toBeInstanceOf(WorkerError);
  expect(tenths).toBeLessThan(20);
  return (error as Error).message;
}

const AT = {
  "at its start": "method === undefined",
  "while it is loaded": "method === 'loadColumn'",
  "in a step": "method === 'run'",
} as const;
const WAYS = {
  "is silent": "",
  "computes for ever": "for (;;);",
  "waits for ever": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
} as const;

describe.each(MODELS)("$name", ({ tiny, evaluate }) => {
  describe.each(Object.entries(WAYS))("a worker that %s", (way, act) => {
    const places = Object.entries(AT).filter(
      ([place]) => way === "is silent" || place === "in a step",
    );
    test.each(places)("%s rejects training, and the next one works", async (_, at) => {
      const model = await tiny.create();
      const before = model.toBytes();
      setup.text = instead(
        `${at} && (message.rank ?? rank) === ${at.includes("loadColumn") ? 0 : 1}`,
        act,
      );
      const message = await failure(tiny.fit(model, { ...OPTIONS, threads: 2 }));
      expect(message).toMatch(
        /^worker: expected it to run, got a failure: no answer within 1\.\d s$/,
      );
      expect(model.toBytes()).toEqual(before);
      expect(setup.alive).toBe(0);
      setup.text = undefined;
      expect(await tiny.fit(model, { ...OPTIONS, threads: 2 })).toHaveLength(2);
      expect(setup.alive).toBe(0);
    });
  });

  test("a worker that is silent rejects evaluation", async () => {
    const model = await tiny.create();
    setup.text = instead("method === 'run'", "");
    expect(await failure(evaluate(model, tiny, { threads: 2 }))).toContain("no answer");
    setup.text = undefined;
    expect(await evaluate(model, tiny, { threads: 2 })).toContain("events");
    expect(setup.alive).toBe(0);
  });

  describe("a worker that answers nonsense", () => {
    test.each([
      ["undefined", "answer(undefined);"],
      ["null", "answer(null);"],
      ["a string", "answer('ready');"],
      ["an empty object", "answer({});"],
      ["an answer without a result", "answer({ id });"],
      ["another call's answer", "answer({ id: id + 1, result: 'ready' });"],
      ["an error that is none", "answer({ id, error: 7 });"],
      ["an answer nobody asked for", "handle(message); answer({ id: 0, result: 1 });"],
      ["a result of another kind", "answer({ id, result: { done: 'perhaps' } });"],
      ["no result", "answer({ id, result: undefined });"],
    ])("rejects training (%s), and the next one works", async (_, act) => {
      const model = await tiny.create();
      const before = model.toBytes();
      setup.text = instead("method === 'run'", act);
      const message = await failure(tiny.fit(model, { ...OPTIONS, threads: 1 }));
      expect(message).toMatch(/no answer to its call|expected a result of run, got something else/);
      expect(model.toBytes()).toEqual(before);
      setup.text = instead("method === 'run'", act);
      if (!act.startsWith("handle")) {
        await failure(evaluate(model, tiny, { threads: 1 }));
      }
      setup.text = undefined;
      expect(await tiny.fit(model, { ...OPTIONS, threads: 1 })).toHaveLength(2);
      expect(setup.alive).toBe(0);
    });

    test.each([
      ["storeWeights", "undefined"],
      ["storeWeights", "new Float32Array(3)"],
      ["storeWeights", "'weights'"],
      ["areFinite", "undefined"],
      ["areFinite", "1"],
    ])("rejects training (to %s: %s)", async (method, result) => {
      setup.shared = method === "areFinite";
      const model = await tiny.create();
      const before = model.toBytes();
      setup.text = instead(`method === '${method}'`, `answer({ id, result: ${result} });`);
      const work = tiny.fit(model, { ...OPTIONS, threads: 1 });
      expect(await failure(work)).toContain(`expected a result of ${method}`);
      expect(model.toBytes()).toEqual(before);
    });
  });

  describe("memory that cannot be had", () => {
    const refuse = "WebAssembly.Memory = function () { throw new RangeError('no memory'); };";

    test.each([true, false])(
      "is a ConfigError before the work starts (shared: %s)",
      async (shared) => {
        setup.shared = shared;
        const model = await tiny.create();
        const real = WebAssembly.Memory;
        setup.text = (program) => `${refuse} ${program}`;
        if (shared) WebAssembly.Memory = undefined as unknown as typeof WebAssembly.Memory;
        let steps = 0;
        const options = { ...OPTIONS, threads: 1, onProgress: () => ++steps };
        const error = await tiny
          .fit(model, options)
          .catch((error) => error)
          .finally(() => {
            WebAssembly.Memory = real;
          });
        expect(error).toBeInstanceOf(ConfigError);
        expect(error.path).toBe("model size");
        expect(error.message).toMatch(
          /^model size: expected memory that is free, got 0\.0 GiB\. Lower/,
        );
        expect(steps).toBe(0);
        setup.text = undefined;
        expect(await tiny.fit(model, { ...OPTIONS, threads: 1 })).toHaveLength(2);
      },
    );

    test.each([true, false])("beyond 4 GiB is one, too (shared: %s)", async (shared) => {
      setup.shared = shared;
      setup.text = () => "throw new Error('a worker was started')";
      const model = await tiny.create();
      const work = tiny.fit(model, { ...OPTIONS, negatives: 2 ** 28, threads: 1 });
      await expect(work).rejects.toThrow(
        /^model size: expected less than 4 GiB, got \d+\.\d GiB\./,
      );
    });
  });

  test("patience counts the waiting thread's own ticks, not the time that went by", async () => {
    const model = await tiny.create();
    // The worker needs a second for each slice, and this thread is away for three.
    setup.text = instead(
      "method === 'run'",
      "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000); handle(message);",
    );
    const epochs = tiny.train(model, { ...OPTIONS, epochs: 1, threads: 1 });
    const first = epochs.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const until = performance.now() + 3000; performance.now() < until; );
    expect((await first).value).toMatchObject({ epoch: 1 });
    await epochs.return();
  });
});
