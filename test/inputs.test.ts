/** Wherever a log comes from, its sessions are the same; what cannot be read is refused by name. */

import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, FormatError, readSessions, type Sessions } from "../src/index.js";
import { sourcesOf } from "../src/node/sources.js";
import { type NodeSource, readSessions as readFiles } from "../src/node.js";

const HEADER = "session_id,item_id,timestamp\n";
const PARTS = ["1,a,1\n1,b,2\n2,a,3\n", "2,c,4\n3,a,5\n", "3,b,6\n"];
const TEXT = HEADER + PARTS.join("");

let folder = "";
const written = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gru4rec-inputs-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

function expectAll(sessions: Sessions): void {
  expect(sessions.sessionIds).toEqual([1, 2, 3]);
  expect(sessions.items.ids).toEqual(["a", "b", "c"]);
  expect([...sessions.itemIndices]).toEqual([0, 1, 0, 2, 0, 1]);
  expect([...sessions.times]).toEqual([1, 2, 3, 4, 5, 6]);
}

describe("a log is read", () => {
  const bytes = strToU8(TEXT);
  test.each([
    ["text", () => TEXT],
    ["bytes", () => bytes],
    ["an ArrayBuffer", () => bytes.slice().buffer],
    ["a Blob", () => new Blob([TEXT])],
    ["a File", () => new File([gzipSync(TEXT)], "clicks.csv.gz")],
    ["a Response", () => new Response(TEXT)],
    ["a stream", () => new Blob([zipSync({ "clicks.csv": bytes })]).stream()],
  ] as const)("from %s", async (_, source) => {
    expectAll(await readSessions(source()));
  });

  test("from an address, which must answer", async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/clicks.csv" ? 200 : 404;
      response.end(TEXT);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expectAll(await readSessions(new URL("/clicks.csv", address)));
      expectAll(await readFiles(new URL("/clicks.csv", address)));
      const none = readSessions(new URL("/other.csv", address));
      await expect(none).rejects.toThrow(`${address}/other.csv: expected status 200, got 404`);
      const text = readSessions(`${address}/clicks.csv`);
      await expect(text).rejects.toThrow(/expected the text of a table, got .* pass a URL/);
    } finally {
      server.close();
    }
  });

  test("from a path, a file URL, several of them and a pattern, in the order of their names", async () => {
    const path = written("whole.csv", TEXT);
    const paths = PARTS.map((part, i) => written(`part-${i}.csv`, HEADER + part));
    expectAll(await readFiles(path));
    expectAll(await readFiles(pathToFileURL(path)));
    expectAll(
      await readFiles([paths[0]!, pathToFileURL(paths[1]!), new Blob([HEADER + PARTS[2]])]),
    );
    const all = await readFiles(join(folder, "part-?.csv"));
    expectAll(all);
    expect(all.report?.names).toEqual(paths);
    mkdirSync(join(folder, "day=1"));
    mkdirSync(join(folder, "day=2"));
    written("day=1/a.csv", HEADER + PARTS[0]);
    written("day=2/a.csv", HEADER + PARTS[1] + PARTS[2]);
    expectAll(await readFiles(join(folder, "day=*", "*.csv")));
  });

  test("up to where it ended when it was opened", async () => {
    const path = written("growing.csv", TEXT);
    const [source] = await sourcesOf(path);
    appendFileSync(path, "4,half a ro");
    expectAll(await readSessions(source!));
  });

  test("with a time in a column named at", async () => {
    const shop = "visit,product,at\n1,tent,2024-05-01T10:00:00Z\n1,stove,2024-05-01T10:01:00Z\n";
    const { report } = await readSessions(shop);
    expect(report?.columns.time).toEqual({ name: "at", position: 3, found: "guessed" });
  });
});

describe("what cannot be read is refused", () => {
  const refused = async (source: NodeSource | NodeSource[], words: RegExp): Promise<void> => {
    const error: unknown = await readFiles(source).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(words);
  };

  test("a path where text belongs", async () => {
    for (const path of ["clicks.csv", "data/2024/clicks.tsv.gz", "/var/log/shop.parquet"]) {
      const reading = readSessions(path);
      await expect(reading).rejects.toThrow(FormatError);
      await expect(reading).rejects.toThrow(
        `events: expected the text of a table, got ${JSON.stringify(path)}. To read a file by its ` +
          'path, import the function from "gru4rec/node"; in a page pass the File.',
      );
    }
  });

  test("a folder, no file, no bytes, a pattern of nothing", async () => {
    await refused(folder, /expected a file to read, got a folder$/);
    await refused(join(folder, "none.csv"), /none\.csv: expected a file to read, got no such file/);
    await refused(
      written("empty.csv", ""),
      /empty\.csv: expected a header line, got no text at all/,
    );
    await refused(written("empty.csv.gz", gzipSync("")), /expected a header line, got no text/);
    await refused(join(folder, "none-*.csv"), /expected at least one file, got none/);
    await expect(readFiles([])).rejects.toThrow(ConfigError);
  });

  test.skipIf(process.getuid?.() === 0)("a file without permission", async () => {
    const path = written("secret.csv", TEXT);
    chmodSync(path, 0);
    await refused(path, /secret\.csv: expected a file to read, got no permission/);
  });

  test("a file of other columns among those of a pattern, with both names", async () => {
    written("mixed-1.csv", TEXT);
    written("mixed-2.csv", "session_id,product_id,timestamp\n4,x,7\n");
    await refused(
      join(folder, "mixed-*.csv"),
      /mixed-2\.csv: expected a table like .*mixed-1\.csv/,
    );
    written("mixed-2.csv", TEXT.replaceAll(",", "\t"));
    await refused(join(folder, "mixed-*.csv"), /mixed-2\.csv: expected a table like/);
    written("mixed-2.csv", '{"session_id":1,"item_id":"a","timestamp":1}\n');
    await refused(join(folder, "mixed-*.csv"), /mixed-2\.csv: expected a table like/);
  });

  test("a log that changes its columns half-way, with the line", async () => {
    const wider = "session_id,item_id,price,timestamp\n4,x,9.5,7\n";
    await refused(written("wider.csv", TEXT + wider), /wider\.csv, line 8: expected/);
    const turned = "session_id,timestamp,item_id\n4,7,x\n";
    await refused(written("turned.csv", TEXT + turned), /turned\.csv, line 8: expected a number/);
  });

  test("a file that is cut off while it is read", async () => {
    const path = written("shrinking.csv", TEXT);
    const [source] = await sourcesOf(path);
    writeFileSync(path, HEADER + PARTS[0]);
    const reading = readSessions(source!);
    await expect(reading).rejects.toThrow(/shrinking\.csv: expected a file that stays whole/);
  });
});
