/** Reading a log of ten million clicks: processor time, memory and the longest turn, a process a format. */

import { execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { readSessions } from "../src/node.js";
import { longestTurn } from "../test/longest-turn.js";
import { readFlags } from "./flags.js";
import { Report } from "./report.js";

const ROWS = 10_000_000;
/** Set in the processes that read. */
const { READ_FILE: file } = process.env;

/** Sessions of 1 to 10 clicks on 126,576 items, of which some are far more popular. */
function* lines(): Generator<string> {
  let state = 7;
  const next = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  let [session, left, time, text] = [11_000_000, 0, 1_400_000_000, "SessionId\tItemId\tTime\n"];
  for (let row = 1; row <= ROWS; ++row) {
    if (left-- <= 0) {
      session++;
      left = next(10);
    }
    time += next(3);
    text += `${session}\t${214_000_000 + Math.floor(next(708) * next(708))}\t${time}\n`;
    if (row % 10_000 > 0) continue;
    yield text;
    text = "";
  }
}

async function parquet(from: string, to: string): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const database = await (await DuckDBInstance.create(":memory:")).connect();
  await database.run(`COPY (FROM read_csv('${from}')) TO '${to}' (FORMAT parquet)`);
}

async function measure(path: string): Promise<void> {
  const report = new Report(readFlags());
  const before = process.resourceUsage();
  let events = 0;
  const turn = await longestTurn(async () => {
    ({ events } = await readSessions(path));
  });
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const seconds = (userCPUTime + systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1e6;
  const spread = { median: seconds, p25: seconds, p75: seconds, min: seconds, max: seconds };
  const bytes = ((maxRSS - before.maxRSS) * 1024) / events;
  report.row({
    ...{ bench: "reading", config: path.split("/").at(-1)!, unit: "s", numerics: "portable" },
    ...{ ...spread, events, peakMB: maxRSS / 1024, bytesARow: bytes, longestTurnMs: turn },
  });
}

if (file) await measure(file);
else {
  const folder = mkdtempSync(join(tmpdir(), "gru4rec-reading-"));
  try {
    const [plain, packed, columns] = ["clicks.tsv", "clicks.tsv.gz", "clicks.parquet"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await pipeline(lines, createWriteStream(plain));
    await pipeline(lines, createGzip(), createWriteStream(packed));
    await parquet(plain, columns);
    new Report(readFlags()).title("Reading 10 million clicks: seconds of processor time");
    for (const path of [plain, packed, columns]) {
      const env = { ...process.env, READ_FILE: path };
      execFileSync(process.execPath, process.argv.slice(1), { stdio: "inherit", env });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
