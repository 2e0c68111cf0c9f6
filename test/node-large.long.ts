/** Files that Node's own readFile refuses: 2 GiB and more. Needs as much memory. */

import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { GRU4Rec } from "../src/index.js";
import { fit, loadModel } from "../src/node.js";
import { fileOf, partsOf } from "./models/files.js";
import { cycle } from "./training/clicks.js";

const folder = mkdtempSync(join(tmpdir(), "gru4rec-large-"));
afterAll(() => rmSync(folder, { recursive: true }));

const BYTES = 2.2e9;

/** The file with so many more bytes in an optional tensor, which take no room on the disk. */
async function largeFile(name: string, file: Uint8Array): Promise<string> {
  const { header, data } = partsOf(file);
  const data_offsets = [data.length, data.length + BYTES];
  header["optional/more"] = { dtype: "U8", shape: [BYTES], data_offsets };
  const bytes = fileOf(header, data);
  const path = join(folder, name);
  const handle = await open(path, "w");
  await handle.writeFile(bytes);
  await handle.truncate(bytes.length + BYTES);
  await handle.close();
  return path;
}

describe("A file of more than 2 GiB", () => {
  test("is loaded", async () => {
    using model = await GRU4Rec.create(["a", "b"], { layers: [4] });
    using again = await loadModel(await largeFile("model", model.toBytes()));
    expect(again.toBytes()).toEqual(model.toBytes());
  });

  test("is resumed", async () => {
    const sessions = cycle(6, 5);
    using model = await GRU4Rec.create(sessions.items, { layers: [4] });
    let kept = new Uint8Array(0);
    const save = (bytes: Uint8Array<ArrayBuffer>): void => {
      kept = bytes;
    };
    const root = await import("../src/index.js");
    await root.fit(model, sessions, { epochs: 1, threads: 0, checkpoint: { save } });
    const trained = model.toBytes();
    using other = await GRU4Rec.create(sessions.items, { layers: [4] });
    const checkpoint = { path: await largeFile("checkpoint", kept), resume: true };
    await fit(other, sessions, { epochs: 1, threads: 0, checkpoint });
    expect(other.toBytes()).toEqual(trained);
  });
});
