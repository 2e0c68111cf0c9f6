/** A job whose threads fail says so at once, and leaves nothing behind. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { DisposedError, evaluate, fit, GRU4Rec, WorkerError } from "../../src/index.js";
import { Job } from "../../src/threads/job.js";
import type { Program } from "../../src/threads/program.js";
import { clicks } from "../training/clicks.js";

/** What workers run in place of the worker program: a text made from it. */
const worker = vi.hoisted(() => ({ text: undefined as ((program: string) => string) | undefined }));
vi.mock("../../src/threads/program.node.js", async (original) => {
  const { program } = await original<{ program(): string }>();
  return {
    program: (): string => (worker.text ? worker.text(program()) : program()),
  };
});
afterEach(() => {
  worker.text = undefined;
});

/** Does something before a worker hears a message; `rank` and `method` are what it was told. */
function sabotage(condition: string, act: string): (program: string) => string {
  return (program) => `{
    const { parentPort } = require("node:worker_threads");
    const on = parentPort.on.bind(parentPort);
    let rank = 0;
    parentPort.on = (name, handle) => on(name, (message) => {
      rank = message.rank ?? rank;
      const { method } = message;
      if (${condition}) ${act};
      handle(message);
    });
  }
  ${program}`;
}

const sessions = clicks(60, 15);
const OPTIONS = { epochs: 2, batchSize: 8, negatives: 8 } as const;

/** Rejects with a WorkerError within 2 s; returns its message. */
async function failure(work: Promise<unknown>): Promise<string> {
  const started = performance.now();
  const error = await work.catch((error) => error);
  expect(error).toBeInstanceOf(WorkerError);
  expect(performance.now() - started).toBeLessThan(2000);
  return (error as Error).message;
}

describe("a worker", () => {
  test.each([
    ["exits", () => "process.exit(3)", "it ended with code 3"],
    ["throws", () => "throw new Error('boom')", "boom"],
    ["is no program", () => "a program?", "Unexpected"],
  ])("that %s at its start rejects training, and the next one works", async (_, text, reason) => {
    const model = await GRU4Rec.create(sessions.items, { layers: [8] });
    worker.text = text;
    expect(await failure(fit(model, sessions, { ...OPTIONS, threads: 2 }))).toContain(reason);
    worker.text = undefined;
    expect(await fit(model, sessions, { ...OPTIONS, threads: 2 })).toHaveLength(2);
  });

  test.each([
    ["exits", "process.exit(0)", "it ended with code 0"],
    ["throws", "throw new Error('boom')", "boom"],
    ["stops answering", "process.reallyExit(1)", "it ended with code 1"],
  ])("that %s while the others wait for it rejects training", async (_, act, reason) => {
    const model = await GRU4Rec.create(sessions.items, { layers: [8] });
    const before = model.toBytes();
    worker.text = sabotage("method === 'run' && rank === 1", act);
    expect(await failure(fit(model, sessions, { ...OPTIONS, threads: 3 }))).toContain(reason);
    expect(model.toBytes()).toEqual(before);
    worker.text = undefined;
    expect(await fit(model, sessions, { ...OPTIONS, threads: 3 })).toHaveLength(2);
  });

  test("that exits while evaluating rejects the evaluation, and the next one works", async () => {
    const model = await GRU4Rec.create(sessions.items, { layers: [8] });
    worker.text = sabotage("method === 'run' && rank === 0", "process.exit(1)");
    expect(await failure(evaluate(model, sessions, { threads: 2 }))).toContain("code 1");
    worker.text = undefined;
    const { events } = await evaluate(model, sessions, { threads: 2 });
    expect(events).toBe(sessions.events - sessions.length);
  });

  test("that cannot be started beside one that was rejects training once", async () => {
    let started = 0;
    worker.text = (program) => {
      if (++started === 2) throw new Error("no more threads");
      return program;
    };
    const model = await GRU4Rec.create(sessions.items, { layers: [8] });
    expect(await failure(fit(model, sessions, { ...OPTIONS, threads: 3 }))).toContain("no more");
    await new Promise((resolve) => setTimeout(resolve, 50)); // unhandled rejections would fail the run
  });
});

/** Adds numbers up in shared memory: every thread its own, thread 0 the total after a barrier. */
const program: Program<null> = (arena, _, threads) => {
  const numbers = arena.plan(threads);
  return ({ rank, barrier }) => ({
    total: (factor: number) => {
      const own = arena.integers(numbers);
      own[rank] = factor * (rank + 1);
      barrier();
      return own.reduce((sum, number) => sum + number, 0);
    },
    fail: () => {
      throw new Error("as told");
    },
  });
};

describe("a job on the calling thread", () => {
  test("answers calls, and gives the event loop its turn before each", async () => {
    const job = await Job.start(
      "inline",
      program,
      null,
      { threads: 0 },
      { useful: 1, products: 1 },
    );
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for (let i = 0; i < 50; ++i) {
      expect(await job.call("total", i)).toBe(i);
      await new Promise((resolve) => setImmediate(resolve));
    }
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(job.inline).toBe(true);
    job.dispose();
  });

  test("passes on what a method throws", async () => {
    const job = await Job.start(
      "inline",
      program,
      null,
      { threads: 0 },
      { useful: 1, products: 1 },
    );
    await expect(job.together("fail")).rejects.toThrow("as told");
    job.dispose();
  });

  test("is of no use after its disposal, which may come twice", async () => {
    const job = await Job.start(
      "inline",
      program,
      null,
      { threads: 0 },
      { useful: 1, products: 1 },
    );
    job.dispose();
    job[Symbol.dispose]();
    await expect(job.call("total", 1)).rejects.toThrow(DisposedError);
    await expect(job.together("total", 1)).rejects.toThrow(DisposedError);
  });
});

describe("a job on workers", () => {
  /** The training program is one that workers know; this configuration is the smallest. */
  async function start(threads: number): Promise<Job> {
    const { trainingProgram } = await import("../../src/training/sampled/program.js");
    const { resolveModelOptions, resolveTrainOptions } = await import("../../src/index.js");
    const config = {
      ...{ model: resolveModelOptions({ layers: [4] }), learning: resolveTrainOptions(OPTIONS) },
      ...{ items: 5, events: 10, sessions: 2 },
    };
    return Job.start(
      "training",
      trainingProgram,
      config,
      { threads },
      { useful: threads, products: 1 },
    );
  }

  test("wraps what a method throws, and goes on", async () => {
    const job = await start(2);
    expect(await failure(job.call("noSuchMethod"))).toMatch(/^worker: /);
    expect(await job.together("beginEpoch", 1)).toBeUndefined();
    job.dispose();
  });

  test("rejects the calls that are under way when it is disposed", async () => {
    const job = await start(2);
    const calls = [job.call("beginEpoch", 1), job.together("beginEpoch", 2)];
    job.dispose();
    for (const call of calls) expect(await failure(call)).toContain("the job was ended");
    await expect(job.call("beginEpoch", 3)).rejects.toThrow(DisposedError);
  });

  test("says what a message could not carry, and keeps the answers in order", async () => {
    const job = await start(1);
    await expect(job.call("beginEpoch", () => 1)).rejects.toThrow(/clone/);
    const column = { name: "coin", at: 0, values: Uint32Array.of(1, 2, 3, 4, 5) };
    expect(await job.call("loadColumn", column)).toBeUndefined();
    const piece = { name: "Wy", begin: 0, rows: 2 };
    expect(await job.call("storeWeights", piece)).toHaveLength(8);
    job.dispose();
  });
});
