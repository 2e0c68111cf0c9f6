/**
 * How often `recommend` with `quantize` gives the exact list: after every click of 100,000 in real
 * visits, with a model trained on them for two epochs.
 */

import { fit, GRU4Rec } from "../src/index.js";
import { clicks } from "./data.js";
import { readFlags } from "./flags.js";

const REQUESTS = 100_000;
const COUNT = 20;

const { json } = readFlags();
const { source, train } = await clicks();
const model = await GRU4Rec.create(train.items, { layers: [100], logQ: 1 });
await fit(model, train, { epochs: 2, batchSize: 32, learningRate: 0.1, momentum: 0.1 });

let requests = 0;
let equal = 0;
let items = 0;
const visit = model.session();
for (let s = train.length - 1; requests < REQUESTS && s >= 0; --s) {
  visit.reset();
  for (let at = train.offsets[s]!; at < train.offsets[s + 1]!; ++at, ++requests) {
    visit.push(train.items.idOf(train.itemIndices[at]!));
    const exact = visit.recommend(COUNT).map(({ itemId }) => itemId);
    const fast = visit.recommend({ count: COUNT, quantize: true }).map(({ itemId }) => itemId);
    if (exact.every((id, i) => id === fast[i])) equal++;
    const found = new Set(fast);
    items += exact.filter((id) => found.has(id)).length;
  }
}
const row = { lists: equal / requests, items: items / (requests * COUNT), requests };
if (json) console.log(JSON.stringify({ type: "row", bench: "quantized", source, ...row }));
else {
  const lists = `${(100 * row.lists).toFixed(3)} % of the lists of ${COUNT}`;
  console.log(`\nQuantized recommending, ${source}: ${requests} requests`);
  console.log(`equal to the exact ones: ${lists}, ${(100 * row.items).toFixed(4)} % of the items`);
}
