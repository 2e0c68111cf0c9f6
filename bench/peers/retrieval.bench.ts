/** The sequential retrieval tutorial's training, ours against plain PyTorch on the same examples and cores. */

import { TwoTowers } from "../../src/index.js";
import { retrievalBurst } from "../bursts.js";
import { type Candidate, candidates, duel } from "../duel.js";
import { readFlags } from "../flags.js";
import { movieLens, writeExamples } from "../movielens.js";
import { Report } from "../report.js";
import { PythonPeer, pythonHas } from "./python.js";

const flags = readFlags();
const report = new Report(flags);
const THREADS: readonly number[] = flags.threads === undefined ? [1, 2] : [flags.threads];
const SET = "ml-1m-first2999users";

const split = pythonHas(["torch", "numpy"]) ? await movieLens(SET, "random") : undefined;
if (!split) {
  report.skipped("retrieval", `${SET} in GRU4REC_DATA, and apt-get install python3-torch`);
} else {
  const { train } = split;
  const { size: items } = train.items;
  report.title(`PyTorch, ${SET}, ${train.length} examples, ${items} items`);
  const folder = writeExamples(`${SET}-random-train`, train);
  const recipe = { items, size: 32, window: 10, rate: 0.1, batch: 12_800, train: folder };
  const spinning = new PythonPeer("bench/peers/two_towers.py", recipe);
  const sleeping = new PythonPeer("bench/peers/two_towers.py", recipe, {
    OMP_WAIT_POLICY: "passive",
  });
  const model = await TwoTowers.create(train.items, { seed: 1 });
  for (const batch of flags.batch === undefined ? [12_800, 256] : [flags.batch]) {
    const ours = candidates(THREADS, async (threads, seconds) => {
      const options = { batchSize: batch, threads, numerics: flags.numerics[0] };
      // A step is long: what is timed are whole ones.
      const time = { warmup: batch > 1000 ? 0.1 : 0.5, seconds };
      const { events, seconds: taken } = await retrievalBurst(model, train, options, time);
      return events / taken;
    });
    const theirs = (peer: PythonPeer, form: string, threads: readonly number[]): Candidate[] =>
      candidates(threads, async (count, seconds) => {
        const command = { do: "train", batch, seconds, threads: count, form };
        const played = await peer.ask<{ examples: number; seconds: number }>(command);
        return played.examples / played.seconds;
      });
    const forms = batch > 1000 ? ["plain", "blocks"] : ["plain"];
    for (const form of forms) {
      const peers = [...theirs(spinning, form, [1, 2]), ...theirs(sleeping, form, [2])];
      for (const { run } of peers) await run(0.5); // warm
      const names = { config: `retrieval-${batch}`, peer: `pytorch-${form}`, unit: "examples/s" };
      report.peer(await duel({ ...names, ours, theirs: peers }, flags));
    }
  }
  for (const peer of [spinning, sleeping]) peer.dispose();
  model.dispose();
}
