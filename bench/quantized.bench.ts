/**
 * Whether `recommend` with `quantize` gives the exact lists, scores included: after every click of
 * 100,000 in real visits, with a model trained on them for two epochs. Fails when one differs.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { fit, GRU4Rec } from "../src/index.js";
import { clicks } from "./data.js";
import { readFlags } from "./flags.js";
import { PLAIN } from "./shapes.js";

const REQUESTS = 100_000;
const COUNT = 20;

const { json } = readFlags();
const { source, train } = await clicks();
const model = await GRU4Rec.create(train.items, { layers: [100], ...PLAIN, logQ: 1 });
await fit(model, train, { epochs: 2, batchSize: 32, learningRate: 0.1, momentum: 0.1 });

let requests = 0;
let equal = 0;
const visit = model.session();
for (let s = train.length - 1; requests < REQUESTS && s >= 0; --s) {
  if (requests < COUNT) await sleep(100); // the first call fetches the fast kernels
  visit.reset();
  for (let at = train.offsets[s]!; at < train.offsets[s + 1]!; ++at, ++requests) {
    visit.push(train.items.idOf(train.itemIndices[at]!));
    const exact = visit.recommend({ count: COUNT });
    const fast = visit.recommend({ count: COUNT, quantize: true });
    if (isDeepStrictEqual(exact, fast)) equal++;
  }
}
if (json) console.log(JSON.stringify({ type: "row", bench: "quantized", source, equal, requests }));
else {
  console.log(`\nQuantized recommending, ${source}`);
  console.log(`${equal} of ${requests} lists of ${COUNT} are the exact ones, scores included`);
}
if (equal < requests) process.exitCode = 1;
