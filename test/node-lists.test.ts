/** Lists for every visit of a file, in a file. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { fit, GRU4Rec, recommendAll, Sessions, TwoTowers } from "../src/index.js";
import { readSessions, writeRecommendations } from "../src/node.js";
import { newFolder } from "./durability/processes.js";
import { clicks } from "./training/clicks.js";

const sessions = clicks(60, 12);
const visits = Sessions.from([
  { sessionId: "a", itemId: "item 1", time: 1 },
  { sessionId: "a", itemId: "who?", time: 2 },
  { sessionId: 'b,"', itemId: "item 2", time: 3 },
  { sessionId: "c", itemId: "nobody's", time: 4 },
]);
const model = await GRU4Rec.create(sessions.items, { layers: [8] });
await fit(model, sessions, { epochs: 1, batchSize: 8, negatives: 8, threads: 0 });
const lists = await recommendAll(model, [["item 1", "who?"], ["item 2"], []], {
  count: 3,
  threads: 0,
});
const expected = lists.flatMap((list, v) =>
  list.map(({ itemId, score }, i) => ({
    ...{ visit: ["a", 'b,"', "c"][v], rank: i + 1, item: itemId, score },
  })),
);
const options = { count: 3, threads: 0 } as const;

describe("writeRecommendations", () => {
  test("writes the lists of recommendAll as lines of JSON, and counts what has none", async () => {
    const path = join(newFolder(), "lists.ndjson");
    const told: number[] = [];
    const written = await writeRecommendations(model, visits, path, {
      ...options,
      onProgress: ({ visits }) => told.push(visits),
    });
    expect(written).toEqual({ visits: 3, unanswered: 1, unknownEvents: 2, rows: 6 });
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(expected);
    expect(told.at(-1)).toBe(2);
  });

  test("as CSV, with quotes where an id needs them", async () => {
    const path = join(newFolder(), "lists.csv");
    await writeRecommendations(model, visits, path, options);
    const [head, first, , , fourth] = readFileSync(path, "utf8").split("\n");
    expect(head).toBe("visit,rank,item,score");
    expect(first).toBe(`a,1,${expected[0]!.item},${expected[0]!.score}`);
    expect(fourth).toBe(`"b,""",1,${expected[3]!.item},${expected[3]!.score}`);
  });

  test("as Parquet, with the same scores to the bit", async () => {
    const path = join(newFolder(), "lists.parquet");
    await writeRecommendations(model, visits, path, options);
    const file = readFileSync(path);
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
    expect(await parquetReadObjects({ file: bytes as ArrayBuffer })).toEqual(expected);
  });

  test("answers with two towers as their index does", async () => {
    const towers = await TwoTowers.create(sessions.items);
    const path = join(newFolder(), "lists.ndjson");
    await writeRecommendations(towers, sessions, path, options);
    const [first] = readFileSync(path, "utf8").split("\n");
    const all = [...sessions.itemIndices.subarray(0, sessions.offsets[1])];
    const index = await towers.index();
    const [best] = index.recommend(
      all.map((item) => sessions.items.idOf(item)),
      { count: 1 },
    );
    expect(JSON.parse(first!)).toMatchObject({ rank: 1, item: best!.itemId, score: best!.score });
  });

  describe("reads a table", () => {
    const HEAD = "visit,item,time,step\n";
    /** What is written of a table, what of its sessions, and the warnings. */
    async function both(table: string, reading = {}) {
      const folder = newFolder();
      const [source, streamed, whole] = ["v.csv", "s.csv", "w.csv"].map((n) => join(folder, n));
      writeFileSync(source!, HEAD + table);
      const warnings: string[] = [];
      const onWarning = ({ message }: Error): number => warnings.push(message);
      const asked = { ...options, onWarning, reading };
      const facts = await writeRecommendations(model, source!, streamed!, asked);
      const read = await readSessions(source!, reading);
      expect(await writeRecommendations(model, read, whole!, options)).toEqual(facts);
      expect(readFileSync(streamed!, "utf8")).toBe(readFileSync(whole!, "utf8"));
      expect(readdirSync(folder)).toHaveLength(3);
      return { facts, warnings };
    }
    const clicksOf = (visit: string | number, ...items: number[]): string =>
      items.map((n, i) => `${visit},item ${n},${100 - (i % 2)},${i}\n`).join("");

    test("as a stream where its visits ascend, in blocks, the clicks of each by time", async () => {
      const many = Array.from({ length: 20_500 }, (_, n) => clicksOf(n + 7, n % 12, (n * 5) % 12));
      const { facts, warnings } = await both(many.join(""));
      expect([facts.visits, warnings]).toEqual([20_500, []]);
      const texts = `${clicksOf("a", 3, 1, 2, 50)}${clicksOf("b 1", 4)}${clicksOf("b 10", 99)}`;
      const more = await both(texts, { orderColumn: "step" });
      expect(more).toMatchObject({ facts: { visits: 3, unanswered: 1 }, warnings: [] });
    });

    test.each([
      [
        "apart",
        clicksOf(1, 3) + clicksOf(2, 4) + clicksOf(1, 5),
        "line 4: visit 1 stands behind visit 2",
      ],
      [
        "in another order",
        clicksOf("b", 3) + clicksOf("a", 4),
        "line 3: visit a stands behind visit b",
      ],
      ["by numbers, then by text", clicksOf(9, 3) + clicksOf("10x", 4), "line 3: visit 10x stands"],
    ])("whole where visits stand %s, and says so", async (_, table, place) => {
      const { warnings } = await both(table);
      expect(warnings).toEqual([
        expect.stringMatching(
          /^visits: expected rows sorted by visit, .*got .*v\.csv, line.* in memory\.$/,
        ),
      ]);
      expect(warnings[0]).toContain(place);
    });

    test("whole where visits are cut from clicks of users, or at gaps", async () => {
      const table = clicksOf(1, 3, 5) + clicksOf(2, 4);
      const users = await both(table, { userColumn: "visit" });
      expect(users.warnings[0]).toContain("got clicks of users, which are cut into visits");
      expect((await both(table, { gap: 60 })).warnings[0]).toContain("got visits that are cut at");
    });

    test("once, if it is there once: visits out of order are refused", async () => {
      const bytes = new TextEncoder().encode(HEAD + clicksOf("b", 3) + clicksOf("a", 4));
      const stream = new Blob([bytes]).stream();
      const path = join(newFolder(), "lists.csv");
      const writing = writeRecommendations(model, { name: "a pipe", stream: () => stream }, path);
      await expect(writing).rejects.toThrow("a pipe: expected a file, or visits that ascend by id");
      expect(existsSync(path)).toBe(false);
    });
  });

  test("leaves the old file when it is stopped, and nothing beside it", async () => {
    const folder = newFolder();
    const path = join(folder, "lists.csv");
    writeFileSync(path, "old");
    const stop = new AbortController();
    const writing = writeRecommendations(model, visits, path, {
      ...options,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    stop.abort(new Error("enough"));
    await expect(writing).rejects.toThrow("enough");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["lists.csv"]);
  });

  test.each([
    ["lists.txt", 'path: expected a name that ends in .csv, .ndjson or .parquet, got "'],
    ["folder.csv", "expected the path of a file to write, got a folder"],
    ["none/lists.csv", "expected a path in a writable folder, got no such file or folder"],
  ])("refuses %s", async (name, message) => {
    const folder = newFolder();
    mkdirSync(join(folder, "folder.csv"));
    await expect(writeRecommendations(model, visits, join(folder, name), options)).rejects.toThrow(
      message,
    );
    expect(existsSync(join(folder, "lists.csv"))).toBe(false);
  });
});
