/**
 * The page of examples/web at length: a killed tab goes on to the same bits as Node, and what people drop and do by
 * mistake is told in a sentence, with nothing lost and nothing on the console.
 */

import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { fit, GRU4Rec, readSessions, splitByTime } from "../../src/index.js";
import { serve } from "./chromium.js";
import { tasksWhile } from "./held.js";
import {
  choose,
  csv,
  dropped,
  empty,
  goTo,
  ISOLATED,
  opened,
  press,
  read,
  saved,
} from "./web-page.js";
import { executable, saysNothing, webSite } from "./web-site.js";

/** Visits enough that a training lasts longer than the time between two checkpoints. */
const VISITS = 30_000;
const its = webSite("web-long");

test.skipIf(!executable)(
  "a tab that is killed goes on to the model that Node makes, to the bit",
  async () => {
    const context = await its.browser.newContext();
    const log = csv(VISITS);
    const first = await opened(context, its.site.url, its.complaints);
    await read(first, dropped("clicks.csv", log));
    await press(first, "All options");
    await first.getByLabel("numerics", { exact: true }).selectOption("portable");
    await press(first, "Train");
    // The second pass has begun: a checkpoint within or behind the first one is kept.
    const bar = first.getByRole("progressbar", { name: /Pass [234] of 4/ });
    await bar.waitFor({ timeout: 600_000 });
    await first.close();

    const second = await opened(context, its.site.url, its.complaints);
    await second.getByText(/You left in pass [1234] of 4\./).waitFor();
    await press(second, "Go on");
    const file = await saved(second);
    await context.close();

    const { train, test: held } = splitByTime(await readSessions(log), { testSessions: 2000 });
    const model = await GRU4Rec.create(train.items, {
      ...{ layers: [64], dropoutEmbedding: 0, dropoutHidden: 0.1, logQ: 1, seed: 42 },
    });
    await fit(model, train, {
      ...{ epochs: 4, batchSize: 32, negatives: 256, learningRate: 0.05, momentum: 0.2 },
      numerics: "portable",
      validation: held,
    });
    expect(file.equals(Buffer.from(model.toBytes()))).toBe(true);
  },
  1_800_000,
);

const SINGLE = `session_id,item_id,time\n${Array.from({ length: 50 }, (_, i) => `r${i},i${i % 5},${i}`).join("\n")}\n`;
const SHEET = zipSync({
  "[Content_Types].xml": new Uint8Array(40),
  "xl/workbook.xml": new Uint8Array(40),
});

test.skipIf(!executable).each([
  [
    "a picture",
    dropped("harbour.jpg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16)),
    "harbour.jpg is a picture.",
  ],
  ["an empty file", dropped("clicks.csv", ""), "clicks.csv is empty. It has 0 bytes."],
  [
    "a workbook",
    dropped("june.xlsx", SHEET),
    "june.xlsx is an Excel workbook. In Excel, save the sheet as CSV",
  ],
  [
    "visits of one click",
    dropped("single.csv", SINGLE),
    "Every visit has one click only. There is no next click to learn from. Is session_id the visit?",
  ],
  [
    "a file that is no model",
    dropped("weights.safetensors", "no model"),
    "weights.safetensors is no gru4rec model.",
  ],
])(
  "%s is told in a sentence",
  async (_, file, sentence) => {
    const context = await its.browser.newContext();
    const page = await opened(context, its.site.url, its.complaints);
    await choose(
      page,
      file.name.endsWith("safetensors") ? "Open a saved model" : "choose a file",
      file,
    );
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain(sentence);
    expect(await page.locator("h1").textContent()).toBe("What will they click next?");
    await context.close();
  },
  60_000,
);

test.skipIf(!executable)(
  "a model of Node is opened, its map drawn; one of a newer version is named",
  async () => {
    const model = await GRU4Rec.create(["tent", "stove", "lamp", "boots", "map", "rope"], {
      layers: [8],
    });
    const file = Buffer.from(model.toBytes());
    const context = await its.browser.newContext();
    const page = await opened(context, its.site.url, its.complaints);
    const newer = Buffer.from(
      file.toString("latin1").replace('"version":"2"', '"version":"3"'),
      "latin1",
    );
    await choose(page, "Open a saved model", dropped("shop.safetensors", newer));
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain("shop.safetensors comes from a newer version,");

    await choose(page, "Open a saved model", dropped("shop.safetensors", file));
    await page.locator("#map .dot").nth(5).waitFor();
    await page.locator("#search").fill("tent");
    await page.locator("#search").press("Enter");
    await page.locator(".guesses li").first().waitFor();
    expect((await saved(page)).equals(file)).toBe(true);
    await context.close();
  },
  60_000,
);

test.skipIf(!executable)(
  "columns of other names are asked for, and then read",
  async () => {
    const context = await its.browser.newContext();
    const page = await opened(context, its.site.url, its.complaints);
    await choose(page, "choose a file", dropped("export.csv", csv(400, "kunde,art_nr,erstellt")));
    await page.getByText("Which column is the item?").waitFor();
    expect(await page.getByRole("button", { name: "Use these columns" }).isDisabled()).toBe(true);
    await page.locator(".tab .sent").waitFor(); // the page is drawn again, and the choice stays told
    expect(await page.locator("#column-item option:checked").textContent()).toBe("Choose a column");
    await page.locator("#column-item").selectOption("art_nr");
    await press(page, "Use these columns");
    await page.getByText("What it has to beat").waitFor();
    expect(await page.locator("#data .says").textContent()).toContain("60 items");
    await context.close();
  },
  120_000,
);

test.skipIf(!executable)(
  "only one of two tabs learns; the other may take over",
  async () => {
    const context = await its.browser.newContext();
    const [one, other] = [
      await opened(context, its.site.url, its.complaints),
      await opened(context, its.site.url, its.complaints),
    ];
    for (const page of [one, other]) await read(page, dropped("clicks.csv", csv(VISITS)));
    await press(one, "Train");
    await one.getByRole("button", { name: "Pause" }).waitFor();
    await press(other, "Train");
    await other.getByText("This training is open in another tab.").waitFor();
    await press(other, "Go on here");
    await other.getByRole("button", { name: "Pause" }).waitFor();
    await one.getByText("Another tab goes on with this training.").waitFor();
    await context.close();
  },
  300_000,
);

test.skipIf(!executable)(
  "where WebAssembly is forbidden it says so, and keeps the log",
  async () => {
    await using strict = await serve(its.folder, {
      ...ISOLATED,
      "Content-Security-Policy": "script-src 'self'; worker-src 'self' blob:",
    });
    const context = await its.browser.newContext();
    const page = await context.newPage();
    await page.goto(strict.url);
    await read(page, dropped("clicks.csv", csv(400)));
    await press(page, "Train");
    await page.getByText("WebAssembly is switched off here.").waitFor();
    expect(await page.locator("#data .says").textContent()).toContain("60 items");
    await context.close();
  },
  120_000,
);

test.skipIf(!executable)(
  "an ordinary server will do: it learns on one thread",
  async () => {
    await using plain = await serve(its.folder, {});
    const context = await its.browser.newContext();
    const page = await opened(context, plain.url, its.complaints);
    await read(page, dropped("clicks.csv", csv(3000)));
    await press(page, "Train");
    expect((await saved(page)).length).toBeGreaterThan(10_000);
    await context.close();
  },
  300_000,
);

test.skipIf(!executable)(
  "the best of three tries guesses within 15 s, and none holds the page over 50 ms",
  async () => {
    const byClock: number[][] = [];
    const byProcessor: number[][] = [];
    const seconds: number[] = [];
    for (let tries = 0; tries < 3 && byClock.at(-1)?.length !== 0; ++tries) {
      const context = await its.browser.newContext();
      await context.addInitScript(`window.long = [];
      new PerformanceObserver((list) => window.long.push(...list.getEntries().map(({ duration }) => duration)))
        .observe({ type: "longtask" });`);
      const page = await empty(context, its.complaints);
      const tasks = await tasksWhile(its.browser, page, async () => {
        await goTo(page, its.site.url);
        const start = performance.now();
        await press(page, "Try the sample shop");
        await page.locator("#search").fill("canoe-paddle-lake", { timeout: 120_000 });
        await page.locator("#search").press("Enter");
        await page.locator(".guesses li").first().waitFor({ timeout: 120_000 });
        seconds.push((performance.now() - start) / 1000);
        await page.getByRole("button", { name: "Save the model" }).waitFor({ timeout: 600_000 });
      });
      byProcessor.push(tasks.filter((ms) => ms > 50));
      byClock.push(await page.evaluate("window.long"));
      await context.close();
    }
    expect(Math.min(...seconds)).toBeLessThanOrEqual(15);
    expect(byProcessor.flat(), "tasks over 50 ms of the processor, in any run").toEqual([]);
    // What other programs take is in these: one run without it is enough.
    expect(byClock.at(-1), `tasks over 50 ms in each run: ${JSON.stringify(byClock)}`).toEqual([]);
  },
  1_800_000,
);

saysNothing(its);
