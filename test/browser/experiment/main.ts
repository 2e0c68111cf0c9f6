/** Makes a run of the experiments in a page, from the sources as they are; the test calls it on `window`. */

import { LOGS, readingOf, splitLog } from "../../../bench/experiments/logs.js";
import { figuresOf, networkOf, PORTABLE, playing } from "../../../bench/experiments/networks.js";
import { partsOf } from "../../../bench/experiments/options.js";
import type { RunKey } from "../../../bench/experiments/results.js";
import type { List, Run } from "../../../bench/experiments/types.js";
import { type Measures, readSessions, type Sessions, train } from "../../../src/index.js";

/** What the page found; plain values, so that they cross to the test. */
export type Repeated = Pick<Run, "values" | "losses" | "events">;

/** The files of the log are below `/logs/`. */
async function repeat(key: RunKey, lists: readonly List[]): Promise<Repeated> {
  const { log, model, options, seed } = key;
  const { train: clicks, test } = splitLog(log, await readFiles(log));
  const { model: own, training } = partsOf(model, { ...options, seed });
  const network = await networkOf(model, clicks.items, own);
  const losses: number[] = [];
  for await (const { loss } of playing(train, network, clicks, { ...training, ...PORTABLE })) {
    losses.push(Number(loss.toFixed(6)));
  }
  const values: { -readonly [Name in List]?: Measures } = {};
  let events = 0;
  for (const list of lists) {
    const found = await figuresOf(network, test, log, list, PORTABLE);
    values[list] = found.values;
    events = found.events;
  }
  network.dispose();
  return { values, losses, events };
}

function readFiles(log: RunKey["log"]): Promise<Sessions[]> {
  return Promise.all(
    LOGS[log].files.map(async (file) => {
      const answer = await fetch(`/logs/${file}`);
      return readSessions(new Uint8Array(await answer.arrayBuffer()), readingOf(log));
    }),
  );
}

/** What the page leaves on `window`. */
export interface ExperimentPage {
  readonly repeat: typeof repeat;
}

Object.assign(window, { repeat } satisfies ExperimentPage);
