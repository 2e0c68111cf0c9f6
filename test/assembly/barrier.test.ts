import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { compileKernels, linkKernels } from "../../src/wasm/kernels.js";

describe("barrier", () => {
  // 3 on two cores: somebody has to sleep, not only to spin.
  test.each([2, 3])("keeps %i threads in the same phase, 2000 times", async (threads) => {
    const module = await compileKernels("portable", true);
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    const shared = { module, memory, threads, phases: 2000, at: 65536, board: 65600 };
    const early = await Promise.all(
      Array.from({ length: threads }, async (_, rank) => {
        const workerData = { ...shared, rank };
        const worker = new Worker(new URL("./barrier.worker.mjs", import.meta.url), { workerData });
        return new Promise<number>((resolve, reject) => {
          worker.once("message", resolve);
          worker.once("error", reject);
        });
      }),
    );
    expect(early).toEqual(new Array(threads).fill(0));
    // Nobody has arrived or sleeps; every meeting was one generation.
    expect([...new Int32Array(memory.buffer, 65536, 3)]).toEqual([0, 4000, 0]);
  });

  test.each([true, false])("does not wait for a single thread (shared %s)", async (shared) => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared });
    const kernels = linkKernels(await compileKernels("portable", shared), memory);
    kernels.barrier(65536, 1);
    expect([...new Int32Array(memory.buffer, 65536, 4)]).toEqual([0, 0, 0, 0]);
  });
});
