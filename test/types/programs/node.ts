/** What programs of Node hand over and take. */

import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { GRU4Rec, readSessions } from "gru4rec";
import { fit, loadModel, readSessions as readFiles, saveModel, train } from "gru4rec/node";

export async function trained(signal: AbortSignal): Promise<GRU4Rec> {
  const sessions = await readFiles(["clicks-*.csv", new URL("file:///clicks.csv")]);
  const model = await GRU4Rec.create(sessions.items, { seed: 1 });
  const checkpoint = { path: new URL("file:///run.ck"), resume: true };
  await fit(model, sessions, { signal, checkpoint });
  for await (const { epoch } of train(model, sessions, { checkpoint })) if (epoch > 1) break;
  await saveModel(model, "shop.safetensors");
  return model;
}

export async function read(): Promise<void> {
  await readSessions(await readFile("clicks.csv")); // a Buffer
  await readSessions(Readable.toWeb(createReadStream("clicks.csv")));
  await readFiles(await fetch("https://example.com/clicks.csv"));
}

export async function copied(path: string): Promise<void> {
  const model: GRU4Rec = await loadModel(path);
  await writeFile(path, model.toBytes());
  const index = await loadModel(path, "index");
  index.recommend(["a"], { time: 0 });
  const any = await loadModel(path, "any");
  if (any instanceof GRU4Rec) any.similarItems("a");
}
