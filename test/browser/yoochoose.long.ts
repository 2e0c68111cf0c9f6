/**
 * The page of examples/web on a real log, of which a copy lies in a folder (GRU4REC_DATA): yoochoose1_64 is dropped as
 * it is, the tab is killed while it learns, and what comes of it is what Node makes, to the last bit.
 */

import { existsSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { fit, GRU4Rec, splitByTime } from "../../src/index.js";
import { readSessions } from "../../src/node.js";
import { buildWeb } from "./bundle.js";
import { findChromium, launch, serve } from "./chromium.js";

const executable = findChromium();
const LOG = `${process.env.GRU4REC_DATA ?? "../shared/data"}/yoochoose1_64/train.tsv.gz`;
const hasLog = existsSync(LOG);
if (!hasLog) console.log(`skipped, there is no ${LOG} (set GRU4REC_DATA)`);
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const MODEL = { layers: [100], loss: "cross-entropy", seed: 42 } as const;
const LEARNING = { epochs: 3, batchSize: 32, negatives: 2048, learningRate: 0.1 } as const;
const HELD = 2000;

/** What a training tells: the loss of each pass, and how many clicks it learned from in a second at its end. */
interface Told {
  readonly losses: number[];
  readonly rates: number[];
}

/** Keeps what the worker that learns tells at the end of each pass. */
const LISTEN = `window.passes = [];
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data: { event, value } }) => {
        if (event === "progress" && value.share === 1) window.passes.push(value);
      });
    }
  };`;

async function told(page: Page, { losses, rates }: Told): Promise<void> {
  const passes =
    await page.evaluate<{ pass: number; loss: number; rate: number }[]>("window.passes");
  for (const { pass, loss, rate } of passes) {
    losses[pass - 1] = loss;
    rates[pass - 1] = Math.round(rate);
  }
}

/** The file of the model that the page makes; its tab is killed in the second pass. */
async function inPage(into: Told): Promise<Buffer> {
  const [folder, browser] = await Promise.all([buildWeb("web-yoochoose"), launch(executable!)]);
  await using site = await serve(folder, ISOLATED);
  try {
    const context = await browser.newContext();
    context.setDefaultTimeout(3_600_000);
    await context.addInitScript(LISTEN);
    const first = await context.newPage();
    await first.goto(site.url);
    const choose = first.getByRole("button", { name: "choose a file" }).first();
    const [chooser] = await Promise.all([first.waitForEvent("filechooser"), choose.click()]);
    await chooser.setFiles(LOG);
    await first.getByText("What it has to beat").waitFor();
    await first.getByRole("button", { name: "All options" }).click();
    await first.getByLabel("layers", { exact: true }).fill("100");
    await first.getByLabel("epochs", { exact: true }).fill("3");
    await first.getByLabel("numerics", { exact: true }).selectOption("portable");
    await first.getByRole("button", { name: "Train", exact: true }).click();
    await first.getByRole("progressbar", { name: "Pass 2 of 3" }).waitFor();
    await first.waitForFunction("window.passes.length > 0");
    await told(first, into);
    const tools = await context.newCDPSession(first);
    const crashed = first.waitForEvent("crash");
    tools.send("Page.crash").catch(() => {}); // no answer comes from a dead tab
    await crashed;
    await first.close();

    const second = await context.newPage();
    await second.goto(site.url);
    await second.getByText(/You left in pass [12] of 3\./).waitFor();
    await second.getByRole("button", { name: "Go on" }).click();
    const save = second.getByRole("button", { name: "Save the model" });
    await save.waitFor();
    await told(second, into);
    const [download] = await Promise.all([second.waitForEvent("download"), save.click()]);
    return readFileSync(await download.path());
  } finally {
    await browser.close();
  }
}

async function inNode(into: Told): Promise<Buffer> {
  const sessions = await readSessions(LOG);
  const testSessions = Math.min(HELD, Math.floor(0.1 * sessions.length));
  const { train, test: held } = splitByTime(sessions, { testSessions });
  const model = await GRU4Rec.create(train.items, MODEL);
  await fit(model, train, {
    ...LEARNING,
    numerics: "portable",
    validation: held,
    onProgress({ epoch, events, totalEvents, loss, eventsPerSecond }) {
      if (events !== totalEvents) return;
      into.losses[epoch - 1] = loss;
      into.rates[epoch - 1] = Math.round(eventsPerSecond);
    },
  });
  return Buffer.from(model.toBytes());
}

test.skipIf(!executable || !hasLog)(
  "yoochoose1_64 gives the losses and the model of Node, to the bit, though its tab was killed",
  async () => {
    const page: Told = { losses: [], rates: [] };
    const node: Told = { losses: [], rates: [] };
    const file = await inPage(page);
    const expected = await inNode(node);
    console.log(`clicks a second in each pass: page ${page.rates}, Node ${node.rates}`);
    expect(page.losses).toEqual(node.losses);
    expect(node.losses).toHaveLength(3);
    expect(file.equals(expected)).toBe(true);
  },
  7_200_000,
);
