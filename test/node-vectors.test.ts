/** Vectors of items and of visits, in files: what reads them finds our lists. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { fit, GRU4Rec, Sessions } from "../src/index.js";
import { writeItemVectors, writeVisitVectors } from "../src/node.js";
import { newFolder } from "./durability/processes.js";
import { clicks } from "./training/clicks.js";

const sessions = clicks(60, 40);
const visits = Sessions.from([
  { sessionId: "a", itemId: "item 1", time: 1 },
  { sessionId: "a", itemId: "who?", time: 2 },
  { sessionId: "b", itemId: "nobody's", time: 4 },
  { sessionId: "ç", itemId: "item 2", time: 3 },
  { sessionId: "ç", itemId: "item 7", time: 4 },
]);
const model = await GRU4Rec.create(sessions.items, { layers: [8] });
await fit(model, sessions, { epochs: 1, batchSize: 8, negatives: 8, threads: 0 });

interface Row {
  readonly id: unknown;
  readonly vector: readonly number[];
}

/** A file of NumPy's, format 1.0, and the ids beside it. */
function readNpy(path: string): Row[] {
  const bytes = readFileSync(path);
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, ...Buffer.from("NUMPY"), 1, 0]);
  const length = bytes.readUInt16LE(8);
  const header = bytes.subarray(10, 10 + length).toString("latin1");
  const found =
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n$/.exec(header);
  const [rows, columns] = found!.slice(1).map(Number) as [number, number];
  expect((10 + length) % 64).toBe(0);
  expect(bytes.length).toBe(10 + length + 4 * rows * columns);
  const ids = readFileSync(path.replace(/\.npy$/, ".ids.ndjson"), "utf8").split("\n");
  expect(ids.pop()).toBe("");
  expect(ids).toHaveLength(rows);
  return ids.map((id, i) => {
    const at = 10 + length + 4 * i * columns;
    const vector = Array.from({ length: columns }, (_, c) => bytes.readFloatLE(at + 4 * c));
    return { id: JSON.parse(id), vector };
  });
}

async function readParquet(path: string): Promise<Row[]> {
  const { buffer, byteOffset, length } = readFileSync(path);
  const file = buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
  return (await parquetReadObjects({ file })) as unknown as Row[];
}

describe.each([
  { end: ".npy", read: async (path: string) => readNpy(path) },
  { end: ".parquet", read: readParquet },
])("vectors in $end", ({ end, read }) => {
  test("give our lists by an exact inner product", async () => {
    const folder = newFolder();
    const [items, asked] = [join(folder, `items${end}`), join(folder, `visits${end}`)];
    const told: number[] = [];
    expect(await writeItemVectors(model, items)).toEqual({ rows: model.items.size, columns: 9 });
    const written = await writeVisitVectors(model, visits, asked, {
      onProgress: (done, all) => told.push(done, all),
    });
    expect(written).toEqual({ rows: 2, columns: 9, visits: 3 });
    expect(told).toEqual([3, 3]);
    const [table, queries] = [await read(items), await read(asked)];
    expect(table.map(({ id }) => id)).toEqual(model.items.ids);
    expect(queries.map(({ id }) => id)).toEqual(["a", "ç"]);
    const clicked = [["item 1"], ["item 2", "item 7"]];
    for (const [q, { vector: query }] of queries.entries()) {
      const scored = table.map(({ id, vector }) => ({
        id,
        score: vector.reduce((sum, value, c) => sum + value * query[c]!, 0),
      }));
      const best = scored.sort((a, b) => b.score - a.score).map(({ id }) => id);
      const list = model.recommend(clicked[q]!, { count: 100 });
      expect(best).toEqual(list.map(({ itemId }) => itemId));
    }
  });

  test("are never half-written", async () => {
    const folder = newFolder();
    const path = join(folder, `visits${end}`);
    writeFileSync(path, "old");
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(writeVisitVectors(model, visits, path, { signal })).rejects.toThrow("enough");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual([`visits${end}`]);
    mkdirSync(join(folder, `folder${end}`));
    await expect(writeItemVectors(model, join(folder, `folder${end}`))).rejects.toThrow(
      "expected the path of a file to write, got a folder",
    );
  });
});

test("ids that are numbers stay numbers in the file beside", async () => {
  const path = join(newFolder(), "items.NPY");
  using numbered = await GRU4Rec.create([7, 8n, "x"], { layers: [4] });
  await writeItemVectors(numbered, path);
  expect(readFileSync(path.replace(".NPY", ".ids.ndjson"), "utf8")).toBe('7\n"8"\n"x"\n');
});

test("a name without a known end is refused", async () => {
  await expect(writeItemVectors(model, join(newFolder(), "items.txt"))).rejects.toThrow(
    "path: expected a name that ends in .npy or .parquet",
  );
});
