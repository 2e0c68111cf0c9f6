/**
 * Lists for every visit of a file: how many a second beside `recommendAll` over visits in memory, and the most memory
 * that the process has held after 100,000 visits and after ten times as many.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GRU4Rec, recommendAll } from "../src/index.js";
import { writeRecommendations } from "../src/node.js";
import { readFlags } from "./flags.js";
import { Report } from "./report.js";

const ITEMS = 10_000;
/** A model whose lists cost little, so that reading and writing show. */
const UNITS = 4;
const COUNT = 5;
const MANY = 100_000;

const flags = readFlags();
const report = new Report(flags);
const threads = flags.threads ?? 2;
report.title(`Lists for a file, ${ITEMS} items, ${UNITS} units, lists of ${COUNT}`);
const model = await GRU4Rec.create(
  Array.from({ length: ITEMS }, (_, i) => String(i)),
  {
    layers: [UNITS],
  },
);
const folder = mkdtempSync(join(tmpdir(), "gru4rec-visits-"));
try {
  for (const visits of [MANY, 10 * MANY]) {
    const table = join(folder, "visits.csv");
    await writeVisits(table, visits);
    const options = { count: COUNT, threads, onWarning: console.error };
    const rate = await perSecond(visits, () =>
      writeRecommendations(model, table, join(folder, "lists.csv"), options).then(() => {}),
    );
    row(`${visits} visits of a file`, "lists/s", rate);
    row(`${visits} visits of a file`, "MB", process.resourceUsage().maxRSS / 1024);
  }
  const visits = Array.from({ length: MANY }, (_, visit) => visitOf(visit));
  const options = { count: COUNT, threads };
  const rate = await perSecond(MANY, () => recommendAll(model, visits, options).then(() => {}));
  row(`${MANY} visits in memory, recommendAll`, "lists/s", rate);
} finally {
  rmSync(folder, { recursive: true });
}

/** Three or four clicks. */
function visitOf(visit: number): string[] {
  return Array.from({ length: 3 + (visit % 2) }, (_, i) =>
    String((visit * 7919 + i * 104_729) % ITEMS),
  );
}

async function writeVisits(path: string, visits: number): Promise<void> {
  const file = await open(path, "w");
  await file.write("SessionId,ItemId,Time\n");
  for (let begin = 0; begin < visits; begin += 10_000) {
    let text = "";
    for (let visit = begin; visit < begin + 10_000; ++visit) {
      for (const [i, item] of visitOf(visit).entries()) text += `${visit},${item},${visit + i}\n`;
    }
    await file.write(text);
  }
  await file.close();
}

async function perSecond(visits: number, work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (1000 * visits) / (performance.now() - begun);
}

function row(config: string, unit: string, value: number): void {
  const spread = { median: value, p25: value, p75: value, min: value, max: value };
  report.row({ bench: "visits", config, unit, numerics: "portable", threads, ...spread });
}
