/**
 * A CSV of clicks in, a CSV of recommendations out: for every item, what is clicked next.
 *
 * Node 22.18 and later run this file as it is; for Node 20 take the types out, as `npx tsc` does.
 */

import { writeFile } from "node:fs/promises";
import { GRU4Rec } from "gru4rec";
import { fit, readSessions } from "gru4rec/node";

const [input = "clicks.csv", output = "next.csv"] = process.argv.slice(2);

const sessions = await readSessions(input);
console.log(`${sessions.events} clicks on ${sessions.items.size} items`);

const model = await GRU4Rec.create(sessions.items, { layers: [32] });
await fit(model, sessions, {
  epochs: 3,
  onProgress: ({ events, totalEvents }) =>
    process.stdout.write(`\r${Math.round((100 * events) / totalEvents)} %`),
});

const lines = ["item,next,score"];
for (const itemId of sessions.items.ids) {
  for (const next of model.recommend([itemId], { count: 3, exclude: [itemId] })) {
    lines.push(`${itemId},${next.itemId},${next.score.toFixed(3)}`);
  }
}
await writeFile(output, `${lines.join("\n")}\n`);
console.log(`\n${lines.length - 1} recommendations in ${output}`);
