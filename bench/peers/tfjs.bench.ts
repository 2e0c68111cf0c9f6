/** Training at xe-100, ours against TensorFlow.js on its two backends that need no graphics card. */

import { GRU4Rec, resolveTrainOptions } from "../../src/index.js";
import { trainingBurst } from "../bursts.js";
import { clicks } from "../data.js";
import { candidates, duel } from "../duel.js";
import { readFlags } from "../flags.js";
import { Report } from "../report.js";
import { shapeOf } from "../shapes.js";
import { installed, installOf, pathIn } from "./packages.js";
import { type TensorFlow, TensorFlowTrainer } from "./tfjs.js";

const flags = readFlags();
const report = new Report(flags);
const CORE = "@tensorflow/tfjs-core";
const BACKENDS = ["wasm", "cpu"];

const tf = await installed<TensorFlow>(CORE);
if (!tf) report.skipped("tensorflow.js", installOf([CORE, ...BACKENDS.map(packageOf)]));
else await race(tf);

async function race(tf: TensorFlow): Promise<void> {
  const { source, train } = await clicks();
  const shape = shapeOf("xe-100");
  const model = await GRU4Rec.create(train.items, shape.model);
  report.title(`TensorFlow.js, ${source}, ${train.items.size} items, sampling included`);
  for (const backend of BACKENDS) {
    if (!(await loaded(tf, backend))) {
      report.skipped(`tensorflow.js-${backend}`, installOf([packageOf(backend)]));
      continue;
    }
    const size = shape.model.layers![0]!;
    const peer = new TensorFlowTrainer(tf, train, { ...resolveTrainOptions(shape.train), size });
    const theirs = candidates([1], async (_, seconds) => play(peer, seconds));
    await theirs[0]!.run(1); // warm
    const threads = flags.threads === undefined ? [1, 2] : [flags.threads];
    const ours = candidates(threads, async (threads, seconds) => {
      const options = { ...shape.train, threads, numerics: flags.numerics[0] };
      const burst = await trainingBurst(model, train, options, { warmup: 0.5, seconds });
      return burst.events / burst.seconds;
    });
    const names = { config: shape.name, peer: `tensorflow.js-${backend}`, unit: "events/s" };
    report.peer(await duel({ ...names, ours, theirs }, flags));
  }
}

/** Runs steps for some seconds; the loss must stay what training makes of it. */
function play(peer: TensorFlowTrainer, seconds: number): number {
  const started = performance.now();
  let events = 0;
  let loss = 0;
  for (;;) {
    const step = peer.step();
    events += step.events;
    loss += step.loss;
    const elapsed = (performance.now() - started) / 1000;
    if (elapsed < seconds) continue;
    if (!(loss / events < 9)) throw new Error(`the peer does not learn: loss ${loss / events}`);
    if (process.env.DEBUG) console.error(`loss ${(loss / events).toFixed(3)}`);
    return events / elapsed;
  }
}

async function loaded(tf: TensorFlow, backend: string): Promise<boolean> {
  const module = await installed<{ setWasmPaths?(folder: string): void }>(packageOf(backend));
  if (!module) return false;
  module.setWasmPaths?.(`${pathIn(packageOf(backend), "dist")}/`);
  const chosen = await tf.setBackend(backend);
  await tf.ready();
  return chosen;
}

function packageOf(backend: string): string {
  return `@tensorflow/tfjs-backend-${backend}`;
}
