/** The tiny app by `require`. */

const { join } = require("node:path");
const { fit, GRU4Rec } = require("gru4rec");
const { readSessions } = require("gru4rec/node");

async function main() {
  const sessions = await readSessions(join(__dirname, "clicks.csv"));
  const unpacked = await readSessions(join(__dirname, "clicks.csv.gz"));
  const model = await GRU4Rec.create(sessions.items, { layers: [8], seed: 7 });
  await fit(model, sessions, { epochs: 2, batchSize: 4, negatives: 8, numerics: "portable" });
  const recommended = model.recommend(["1", "2"], { count: 5 }).map(({ itemId }) => itemId);
  const bytes = Buffer.from(model.toBytes()).toString("base64");
  console.log(
    JSON.stringify({ events: [sessions.events, unpacked.events], model: bytes, recommended }),
  );
}
main();
