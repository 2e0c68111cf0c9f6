/** What pages hand over and take. */

import { fit, type GRU4Rec, readSessions, recommendAll, type Sessions } from "gru4rec";

export async function read(file: File, response: Response, input: HTMLInputElement): Promise<void> {
  const sources = [file, response, new URL("clicks.csv", location.href), new Blob(["a"]), "a,b"];
  const streams = [file.stream(), file.stream().pipeThrough(new DecompressionStream("gzip"))];
  for (const source of [...sources, ...streams]) await readSessions(source);
  await readSessions([...(input.files ?? [])]);
}

export async function trained(model: GRU4Rec, sessions: Sessions): Promise<Blob> {
  const { signal } = new AbortController();
  const createWorker = () => new Worker("/gru4rec-worker.js");
  await fit(model, sessions, { signal, createWorker, threads: "auto" });
  await recommendAll(model, [["a"]], { signal: AbortSignal.timeout(1000) });
  await fetch("/model", { method: "PUT", body: model.toBytes() });
  return new Blob([model.toBytes()], { type: "application/octet-stream" });
}
