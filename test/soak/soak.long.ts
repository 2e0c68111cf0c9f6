/**
 * An hour of train, recommend and dispose beside a model that serves all the time: memory and times
 * stay what they were. GRU4REC_SOAK_MINUTES makes it shorter; 10 million recommendations an hour are
 * the least.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { fit, GRU4Rec, outdoorShop, type Session } from "../../src/index.js";
import { doorOf } from "../../src/models/stored-model.js";
import { clicks } from "../training/clicks.js";
import { Latencies, slope } from "./latencies.js";

const MINUTES = Number(process.env.GRU4REC_SOAK_MINUTES ?? 60);
const PER_HOUR = 10_000_000;
/** What one round asks of the model that serves. */
const REQUESTS = 5000;
const MINUTE_MS = 60_000;
/** Beyond warming up and the minutes themselves: the last round, and what a busy machine adds. */
const LIMIT_MS = (MINUTES + 15) * MINUTE_MS;
const SAMPLE_MS = 5000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What is alive after a collection: objects, buffers and wasm memories, in MB. */
async function aliveMb(): Promise<number> {
  // Workers that have ended, and what they held, are known to be gone a turn of the event loop later.
  for (let turn = 0; turn < 3; ++turn) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

const pagesOf = (model: GRU4Rec): number => {
  const { arena, tensors } = doorOf(model).now((weights) => weights);
  return arena.floats({ ...tensors[0]!.table, shape: [] }).buffer.byteLength / 65536;
};

test(
  `memory is flat and times are steady over ${MINUTES} minutes`,
  async () => {
    const shop = outdoorShop({ sessions: 2000, testSessions: 500 });
    const model = await GRU4Rec.create(shop.train.items, { layers: [64] });
    const { itemIndices, offsets } = shop.test;
    const visits = Array.from({ length: shop.test.length }, (_, s) =>
      Array.from(itemIndices.subarray(offsets[s]!, offsets[s + 1]!), (item) =>
        shop.test.items.idOf(item),
      ),
    );
    const pages = pagesOf(model);
    const log = clicks(100, 200);
    const alive: [number, number][] = []; // hours, MB
    const resident: [number, number][] = [];
    // All made beforehand: what the test itself keeps must not grow either.
    const [first, between, last] = [new Latencies(), new Latencies(), new Latencies()];
    const begun = performance.now();
    const warmMs = Math.min(5 * MINUTE_MS, (MINUTES * MINUTE_MS) / 5);
    let requests = 0;

    for (let round = 0; ; ++round) {
      const elapsedMs = performance.now() - begun;
      if (elapsedMs > warmMs + MINUTES * MINUTE_MS) break;

      // A model of its own, on this thread or on two others, that trains, recommends and goes.
      const other = await GRU4Rec.create(log.items, { layers: [8], seed: round % 7 });
      await fit(other, log, {
        epochs: 1,
        batchSize: 8,
        negatives: 16,
        threads: round % 10 ? 0 : 2,
      });
      if (other.recommend(["item 1"]).length !== 20) throw new Error("expected 20 items");
      other.dispose();

      const minute = Math.floor((elapsedMs - warmMs) / MINUTE_MS);
      const latencies = minute === 0 ? first : minute === MINUTES - 1 ? last : between;
      requests += serve(model, visits, round, latencies);
      if (pagesOf(model) !== pages)
        throw new Error(`expected ${pages} pages, got ${pagesOf(model)}`);
      if (elapsedMs - warmMs > alive.length * SAMPLE_MS) {
        const hours = elapsedMs / (60 * MINUTE_MS);
        alive.push([hours, await aliveMb()]);
        resident.push([hours, process.memoryUsage().rss / 2 ** 20]);
        if (alive.length % 60 === 0) {
          const mb = alive.at(-1)![1].toFixed(2);
          console.log(`minute ${minute + 1}: ${requests} recommendations, ${mb} MB alive`);
        }
      }
    }
    model.dispose();

    const p99 = [first, last].map((minute) => minute.quantile(0.99));
    const growth = slope(alive);
    console.log(
      `${requests} recommendations, ${alive.at(-1)![1].toFixed(1)} MB alive, ` +
        `${growth.toFixed(2)} MB/h; resident ${resident.at(-1)![1].toFixed(0)} MB, ` +
        `${slope(resident).toFixed(1)} MB/h; ${pages} pages; ` +
        `p50 ${first.quantile(0.5).toFixed(4)} and ${last.quantile(0.5).toFixed(4)} ms, ` +
        `p99 ${p99[0]!.toFixed(4)} and ${p99[1]!.toFixed(4)} ms`,
    );
    expect(requests).toBeGreaterThan((PER_HOUR * MINUTES) / 60);
    // A line through a few minutes is steep by chance: half a MB over the whole of it is none.
    expect(growth).toBeLessThan(Math.max(1, (0.5 * 60) / MINUTES));
    expect(p99[1]! / p99[0]!).toBeLessThan(1.2);
  },
  LIMIT_MS,
);

/** Clicks of visits, one request each: push, recommend. */
function serve(
  model: GRU4Rec,
  visits: readonly (readonly (string | number | bigint)[])[],
  round: number,
  latencies: Latencies,
): number {
  let session: Session = model.session();
  let asked = 0;
  for (let visit = round; asked < REQUESTS; ++visit) {
    session = session.reset();
    for (const click of visits[visit % visits.length]!) {
      const begun = performance.now();
      session.push(click).recommend();
      latencies.add(performance.now() - begun);
      asked++;
    }
  }
  session.dispose();
  return asked;
}
