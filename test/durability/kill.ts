/** Kills a training again and again, while it trains and while it saves, and goes on each time. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { checkpointPlace } from "../../src/index.js";
import { type ChildOptions, newFolder, randomOf, run, start } from "./processes.js";

/** Saves after every slice of 20 ms, so that about half of the time is spent on saving. */
const TRAININGS = {
  GRU4Rec: { every: 0, size: 400, model: { layers: [64] } },
  TwoTowers: { every: 0, size: 400, model: { layers: [64], embeddingSize: 64 } },
} as const;
/** Milliseconds after a checkpoint was written, at most. */
const SPREAD = 60;

/**
 * After every kill the file is whole, and not older than the last checkpoint that was told of. At the end
 * the training has the same bits as one that was never killed.
 */
export async function killAndResume(
  kind: ChildOptions["kind"],
  kills: number,
  seed: number,
): Promise<void> {
  const training: ChildOptions = { kind, ...TRAININGS[kind] };
  const folder = newFolder();
  const path = join(folder, "checkpoint");
  const random = randomOf(seed);
  const never = { ...training, path, training: { epochs: 1e6 } };
  for (let kill = 0; kill < kills; ++kill) {
    let written: () => void;
    const first = new Promise<void>((resolve) => {
      written = resolve;
    });
    const child = start(never, () => written());
    const code = await Promise.race([child.ended, first]);
    expect(code, `${kill} kills, then ${child.errors()}`).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, SPREAD * random()));
    child.kill();
    await child.ended;
    const [, epochs, step] = child.lines.at(-1)!.split(" ").map(Number);
    const place = checkpointPlace(readFileSync(path));
    const isOlder = place.epochs < epochs! || (place.epochs === epochs && place.step < step!);
    expect(isOlder, `${JSON.stringify(place)} after ${child.lines.at(-1)}`).toBe(false);
  }
  const { epochs } = checkpointPlace(readFileSync(path));
  const last = { ...training, every: 1e6, training: { epochs: epochs + 1 } };
  const [, killed] = (await run({ ...last, path })).split(" ");
  const [, whole] = (await run(last)).split(" ");
  expect(killed).toBe(whole);
  expect(readdirSync(folder)).toEqual(["checkpoint"]); // nothing half written is left
}
