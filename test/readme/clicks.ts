/** Small click logs for the README's examples. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const PRODUCTS = ["tent", "stove", "gas-canister", "mat", "lamp", "mug", "boots", "socks"];

/**
 * Writes click logs of one seeded set of visits into a folder: `clicks.*` and, later in time, `test.*`, each as
 * .tsv, .tsv.gz and .csv with the columns SessionId, ItemId, Time (seconds); item ids are the numbers 1 to 300. In
 * `shop.csv` the columns are visit, product, at (ISO 8601) and the items have names ("tent", "stove", …).
 * `bare.tsv` is `clicks.tsv` without its header. `visitors.csv` has the columns user, item, time.
 * `users.txt` has a line for each, its items without times. `ratings.dat` and `movies.dat` are the same visits in the form of MovieLens.
 */
export function writeClicks(folder: string): void {
  const rows = visits();
  const parts = {
    clicks: rows.slice(0, Math.floor(rows.length * 0.8)),
    test: rows.slice(Math.floor(rows.length * 0.8)),
  };
  for (const [name, part] of Object.entries(parts)) {
    const table = (separator: string) =>
      [["SessionId", "ItemId", "Time"], ...part].map((row) => `${row.join(separator)}\n`).join("");
    writeFileSync(join(folder, `${name}.tsv`), table("\t"));
    writeFileSync(join(folder, `${name}.tsv.gz`), gzipSync(table("\t")));
    writeFileSync(join(folder, `${name}.csv`), table(","));
  }
  const lines = (separator: string) => parts.clicks.map((row) => `${row.join(separator)}\n`);
  writeFileSync(join(folder, "bare.tsv"), lines("\t").join(""));
  writeFileSync(join(folder, "visitors.csv"), `user,item,time\n${lines(",").join("")}`);
  const users = new Map<number, number[]>();
  for (const [visit, item] of rows) users.set(visit, [...(users.get(visit) ?? []), item]);
  const sequences = Array.from(users, ([user, items]) => `${user} ${items.join(" ")}\n`);
  writeFileSync(join(folder, "users.txt"), sequences.join(""));
  const shop = rows.map(([visit, item, time]) => {
    const product = PRODUCTS[item % PRODUCTS.length]!;
    return `${visit},${product},${new Date(time * 1000).toISOString()}\n`;
  });
  // The same visits as ratings of users, and titles, as MovieLens writes them.
  const ratings = rows.map(
    ([visit, item, time]) => `${visit}::${item}::${3 + (item % 3)}::${time}\n`,
  );
  writeFileSync(join(folder, "ratings.dat"), ratings.join(""));
  const movies = Array.from({ length: 300 }, (_, i) => `${i + 1}::Movie ${i + 1} (1995)::Drama\n`);
  writeFileSync(join(folder, "movies.dat"), movies.join(""));
  writeFileSync(join(folder, "shop.csv"), `visit,product,at\n${shop.join("")}`);
}

/** 600 visits over four weeks; most steps go to a neighbour of the item before. */
function visits(): [visit: number, item: number, time: number][] {
  let state = 12345;
  const next = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const rows: [number, number, number][] = [];
  for (let visit = 1; visit <= 600; ++visit) {
    let item = next(300);
    let time = 1_700_000_000 + visit * 4032;
    for (let clicks = 2 + next(6); clicks > 0; --clicks) {
      rows.push([visit, item + 1, time]);
      item = (item + 1 + next(3)) % 300;
      time += 5 + next(60);
    }
  }
  return rows;
}
