/**
 * Recommending, ours against ONNX Runtime, native and in WebAssembly, with the same weights: one
 * request (a step of the GRU, all scores, the best 20), and 512 of them at a time. One thread each.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { GRU4Rec, type Sessions } from "../../src/index.js";
import { evaluationBurst, listsBurst } from "../bursts.js";
import { clicks } from "../data.js";
import { type Candidate, type Duel, duel } from "../duel.js";
import { readFlags } from "../flags.js";
import { Report } from "../report.js";
import { installed, installOf } from "./packages.js";
import { PYTHON, pythonHas } from "./python.js";

/** What is used of onnxruntime-node and onnxruntime-web. */
interface Runtime {
  readonly env: { wasm: { numThreads?: number } };
  readonly Tensor: new (type: string, data: object, shape: readonly number[]) => Tensor;
  readonly InferenceSession: {
    create(path: string, options: object): Promise<InferenceSession>;
  };
}

interface Tensor {
  readonly data: ArrayLike<number | bigint>;
}

interface InferenceSession {
  run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>;
}

const flags = readFlags();
const report = new Report(flags);
/** Where each runs. Said outright: both register in one place, and the first one would serve the other. */
const PROVIDERS = { "onnxruntime-node": "cpu", "onnxruntime-web": "wasm" } as const;
const SIZE = 100;
const BATCH = 512;
/** Visits of one call of ours. */
const VISITS = 40 * BATCH;

if (!pythonHas(["onnx", "numpy"])) report.skipped("onnxruntime", "apt-get install python3-onnx");
else await raceAll();

async function raceAll(): Promise<void> {
  const { source, train, test } = await clicks();
  const model = await GRU4Rec.create(train.items, { layers: [SIZE] });
  const path = onnxOf(model);
  const known = test.over(train.items).sessions!;
  report.title(`ONNX Runtime, ${source}, ${train.items.size} items, D ${SIZE}, one thread`);
  for (const [name, provider] of Object.entries(PROVIDERS)) {
    const runtime = await installed<Runtime>(name);
    if (!runtime) {
      report.skipped(name, installOf([name]));
      continue;
    }
    runtime.env.wasm.numThreads = 1;
    const threads = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    const order = { executionMode: "sequential", graphOptimizationLevel: "all" };
    const options = { ...threads, ...order, executionProviders: [provider] };
    const session = await runtime.InferenceSession.create(path, options);
    const names = { peer: name, unit: "requests/s" };
    await compare(model, known, runtime, session);
    await race({
      ...names,
      config: `recommend-${SIZE}`,
      ...requests(model, known, runtime, session, false),
    });
    await race({
      ...names,
      config: `recommend-${SIZE}-quantized`,
      ...requests(model, known, runtime, session, true),
    });
    const theirs = batchesOf(known, runtime, session);
    await race({ ...names, config: `batch-${BATCH}`, ours: manyVisits(model, known), theirs });
    await race({
      ...names,
      config: `evaluate-lists-${BATCH}`,
      ours: evaluated(model, known),
      theirs,
    });
  }
}

type Runs = Record<"ours" | "theirs", (seconds: number) => Promise<number>>;

async function race({
  ours,
  theirs,
  ...names
}: Omit<Duel, "ours" | "theirs"> & Runs): Promise<void> {
  for (const run of [ours, theirs]) await run(0.3); // warm
  const { seconds = 1 } = flags;
  report.peer(
    await duel({ ...names, ours: one(ours), theirs: one(theirs) }, { ...flags, seconds }),
  );
}

function one(run: (seconds: number) => Promise<number>): Candidate[] {
  return [{ threads: 1, run }];
}

/** Both must answer the same, or the race is about nothing. */
async function compare(
  model: GRU4Rec,
  { itemIndices, items }: Sessions,
  runtime: Runtime,
  session: InferenceSession,
): Promise<void> {
  const visit = model.session();
  let hidden: Tensor = new runtime.Tensor("float32", new Float32Array(SIZE), [1, SIZE]);
  for (const row of itemIndices.subarray(0, 5)) {
    const mine = visit.push(items.idOf(row)).recommend({ count: 20 });
    const output = await session.run({ item: itemOf(runtime, [row]), hidden });
    hidden = output.next!;
    const theirs = new Set(Array.from(output.items!.data, (item) => items.idOf(Number(item))));
    const common = mine.filter(({ itemId }) => theirs.has(itemId)).length;
    // Equal but for the last places, where scores differ by rounding only.
    if (common < 18) throw new Error(`expected the same top 20 of both, got ${common} in common`);
  }
}

function requests(
  model: GRU4Rec,
  { itemIndices, items }: Sessions,
  runtime: Runtime,
  session: InferenceSession,
  quantize: boolean,
): Runs {
  const visit = model.session();
  let at = 0;
  const next = (): number => itemIndices[at++ % itemIndices.length]!;
  let hidden: Tensor = new runtime.Tensor("float32", new Float32Array(SIZE), [1, SIZE]);
  return {
    ours: (seconds) =>
      perSecond(seconds, async () => {
        visit.push(items.idOf(next())).recommend({ count: 20, quantize });
        return 1;
      }),
    theirs: (seconds) =>
      perSecond(seconds, async () => {
        const output = await session.run({ item: itemOf(runtime, [next()]), hidden });
        hidden = output.next!;
        return 1;
      }),
  };
}

type Run = Runs["ours"];

/** Ours for the same work: a click of each visitor, a step of the GRU, the best 20. */
function manyVisits(model: GRU4Rec, { itemIndices, items }: Sessions): Run {
  const visits = Array.from(itemIndices.subarray(0, VISITS), (row) => [items.idOf(row)]);
  return async (seconds) => {
    const burst = await listsBurst(model, visits, { threads: 1 }, { warmup: 0.2, seconds });
    return burst.events / burst.seconds;
  };
}

/** Ours is `evaluate` with lists: it counts ranks too. */
function evaluated(model: GRU4Rec, sessions: Sessions): Run {
  const options = { threads: 1, numerics: flags.numerics[0], lists: true, cutoffs: [20] };
  return async (seconds) => {
    const burst = await evaluationBurst(model, sessions, options, { warmup: 0.2, seconds });
    return burst.events / burst.seconds;
  };
}

function batchesOf({ itemIndices }: Sessions, runtime: Runtime, session: InferenceSession): Run {
  let hidden: Tensor = new runtime.Tensor("float32", new Float32Array(BATCH * SIZE), [BATCH, SIZE]);
  let at = 0;
  return (seconds) =>
    perSecond(seconds, async () => {
      if (at + BATCH > itemIndices.length) at = 0;
      const item = itemOf(runtime, itemIndices.subarray(at, at + BATCH));
      at += BATCH;
      hidden = (await session.run({ item, hidden })).next!;
      return BATCH;
    });
}

function itemOf(runtime: Runtime, rows: ArrayLike<number>): Tensor {
  return new runtime.Tensor("int64", BigInt64Array.from(Array.from(rows), BigInt), [rows.length]);
}

async function perSecond(seconds: number, run: () => Promise<number>): Promise<number> {
  const started = performance.now();
  let done = 0;
  for (;;) {
    done += await run();
    const elapsed = (performance.now() - started) / 1000;
    if (elapsed >= seconds) return done / elapsed;
  }
}

function onnxOf(model: GRU4Rec): string {
  mkdirSync("build/bench", { recursive: true });
  const [from, to] = ["build/bench/peer.safetensors", "build/bench/peer.onnx"] as const;
  writeFileSync(from, model.toBytes());
  const { status } = spawnSync(PYTHON, ["bench/peers/onnx_model.py", from, to], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the ONNX model could not be made; Python's words are above");
  return to;
}
