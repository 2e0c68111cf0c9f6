/** What one visitor waits for: a click, one step of the network, the exact top 20 of all items. */

import { setTimeout as sleep } from "node:timers/promises";
import { Bench } from "tinybench";
import { GRU4Rec } from "../src/index.js";
import { clicks } from "./data.js";
import { readFlags } from "./flags.js";
import { Report } from "./report.js";

const flags = readFlags();
const report = new Report(flags);
const { seconds = 1 } = flags;
const { source, train, test } = await clicks();
report.title(`Recommending, ${source}, ${train.items.size} items: ms a request, one thread`);

for (const size of [100, 512]) {
  const model = await GRU4Rec.create(train.items, { layers: [size] });
  const known = test.over(train.items).sessions!;
  const clicked = Array.from(known.itemIndices.subarray(0, 10_000), (item) =>
    train.items.idOf(item),
  );
  let at = 0;
  const next = () => clicked[at++ % clicked.length]!;
  const visit = model.session();
  visit.push(next()).recommend({ count: 20, quantize: true });
  await sleep(100); // that call fetches the fast kernels
  const bench = new Bench({ time: 1000 * seconds, warmupTime: 300 });
  bench.add("one click: push and recommend(20)", () => visit.push(next()).recommend({ count: 20 }));
  bench.add("push", () => visit.push(next()));
  bench.add("recommend(20)", () => visit.recommend({ count: 20 }));
  bench.add("one click: push and recommend, quantized", () =>
    visit.push(next()).recommend({ count: 20, quantize: true }),
  );
  bench.add("five clicks: recommend(items)", () => {
    model.recommend([next(), next(), next(), next(), next()]);
  });
  bench.add("similarItems(item)", () => model.similarItems(next()));
  for (const { name, result } of bench.runSync()) {
    if (!("latency" in result)) throw new Error(`${name}: ${result.state}`);
    // Quartiles from below are not kept by the timer; min stands for the lower one.
    const { min, max, p50, p75, p99 } = result.latency;
    report.row({
      ...{ bench: "recommend", config: `recommend-${size} ${name}`, unit: "ms" },
      ...{ numerics: "portable", median: p50, p25: min, p75, min, max, p99 },
    });
  }
  model.dispose();
}
