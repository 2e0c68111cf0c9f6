/** One thread of test/assembly/barrier.test.ts. */

import { parentPort, workerData } from "node:worker_threads";

const { module, memory, rank, threads, phases, at, board } = workerData;
const { barrier } = new WebAssembly.Instance(module, { env: { memory } }).exports;
const phaseOf = new Int32Array(memory.buffer, board, threads);

let early = 0; // times that another thread was seen in another phase
for (let phase = 1; phase <= phases; ++phase) {
  // Uneven work, so that now this thread is the last one, now that.
  for (let i = 0; i < ((phase * (rank + 3)) % 7) * 300; ++i) Math.sqrt(i);
  phaseOf[rank] = phase; // a plain store: the barrier must publish it
  barrier(at, threads);
  for (let other = 0; other < threads; ++other) if (phaseOf[other] !== phase) early++;
  barrier(at, threads);
}
parentPort.postMessage(early);
