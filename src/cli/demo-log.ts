/** `gru4rec demo --write`: the clicks of the invented shop as a table, to try the other commands with. */
import { outdoorShop, type Sessions } from "../index.js";
import { saveModel } from "../node.js";
import type { Io } from "./io.js";
import { createReport } from "./output.js";
import { checkTargets } from "./targets.js";

/** @throws CommandError when the file cannot be written */
export async function writeShop(path: string, seed: number, json: boolean, io: Io): Promise<void> {
  await checkTargets([{ flag: "--write", path }], []);
  const { train, test } = outdoorShop({ seed });
  const text = ["SessionId,ItemId,Time\n", ...rowsOf(train), ...rowsOf(test)].join("");
  const bytes = new TextEncoder().encode(text);
  createReport(io, json).saved(path, await saveModel({ toBytes: () => bytes }, path));
}

/** Ids of the shop have no commas. */
function* rowsOf({ sessionIds, itemIndices, times, offsets, items }: Sessions): Generator<string> {
  for (const [s, id] of sessionIds.entries()) {
    for (let event = offsets[s]!; event < offsets[s + 1]!; ++event) {
      yield `${id},${items.idOf(itemIndices[event]!)},${times[event]}\n`;
    }
  }
}
