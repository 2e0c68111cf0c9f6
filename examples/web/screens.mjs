/**
 * Takes pictures of the built page in all its states, in both themes and three widths: `npm run web:screens [part …]`.
 * They go to build/screens, to be looked at; what axe-core finds, and what is wider than the window, is printed. Parts are names of states ("first", "learning", …); all when none is given.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { preview } from "vite";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const OUT = at("../../build/screens");
const WIDTHS = (process.env.WIDTHS ?? "1280,768,390").split(",").map(Number);
const THEMES = (process.env.THEMES ?? "light,dark").split(",");
const wanted = process.argv.slice(2);

/** A log whose columns are named in another language, with gaps. */
function foreignLog() {
  const rows = ["id;kunde;art_nr;erstellt;menge"];
  for (let i = 0; i < 3000; ++i) {
    const time = new Date(1_704_270_000_000 + 61_000 * i)
      .toISOString()
      .slice(0, 19)
      .replace("T", " ");
    const item = i % 200 === 3 ? "" : `${4000 + ((i * 7) % 90)}-0${i % 8}`;
    rows.push(`${10_000 + i};K-${2000 + (Math.floor(i / 5) % 300)};${item};${time};${1 + (i % 4)}`);
  }
  return rows.join("\n");
}

/** A log as most have it. */
function plainLog(visits = 4000) {
  const rows = ["session_id,item_id,ts"];
  for (let visit = 0; visit < visits; ++visit) {
    let item = (visit * 37) % 120;
    for (let i = 0; i < 2 + (visit % 6); ++i) {
      rows.push(`${visit},item-${item},${1_709_251_200 + 300 * visit + 20 * i}`);
      item = (item + 1 + ((visit * 13 + i * 7) % 4)) % 120;
    }
  }
  return rows.join("\n");
}

/** Drops a log of 2 GB over the window: the same rows over and over, then those of the last days. */
function dropLarge() {
  const line = (visit, day) => `${visit},item-${visit % 50},${1_700_000_000 + 86_400 * day}\n`;
  const lines = (count, make) => new Blob(Array.from({ length: count }, (_, i) => make(i)));
  const old = lines(32_000, (i) => line(1_000_000 + i, 0));
  const late = lines(15_000, (i) => line(2_000_000 + Math.floor(i / 3), 100 + Math.floor(i / 715)));
  const parts = Array(Math.ceil(2 ** 31 / old.size)).fill(old);
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["session_id,item_id,time\n", ...parts, late], "clicks.csv"));
  window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
}

const file = (name, content) => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(content),
});

async function choose(page, name, chosen) {
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name }).first().click(),
  ]);
  await chooser.setFiles(chosen);
}

const chooseName = (page) =>
  page.viewportSize().width < 720 ? "Choose a click log" : "choose a file";

/** States by name: what is done to the page to come to them. */
const STATES = {
  async first() {},
  async tab(page) {
    await page.locator(".tab").click();
  },
  async picture(page) {
    await choose(
      page,
      chooseName(page),
      file("harbour.jpg", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0])),
    );
    await page.getByRole("alert").waitFor();
  },
  async empty(page) {
    await choose(page, chooseName(page), file("clicks.csv", ""));
    await page.getByRole("alert").waitFor();
  },
  async changes(page) {
    const rows = plainLog(20).split("\n");
    const two = [...rows, "1,2,3,4,5", ...rows].join("\n");
    await choose(page, chooseName(page), file("clicks.csv", two));
    await page.getByRole("alert").waitFor();
  },
  async large(page) {
    await page.evaluate(dropLarge);
    await page.getByRole("alert").waitFor();
  },
  async over(page) {
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["a"], "a.csv"));
      window.dispatchEvent(new DragEvent("dragenter", { dataTransfer }));
    });
    await page.getByText("Let go to read it here").waitFor();
  },
  async reading(page) {
    await page.evaluate(dropLarge);
    await page.getByRole("button", { name: "Try all of it" }).click();
    await page.getByText(/[\d,]{7,} rows so far/).waitFor();
  },
  async columns(page) {
    await choose(page, chooseName(page), file("export-2024-06.csv", foreignLog()));
    await page.getByText("Which column is the item?").waitFor();
  },
  async ready(page) {
    await choose(page, chooseName(page), file("outdoor-clicks.csv.gz", gzipSync(plainLog())));
    await page.getByText("What it has to beat").waitFor({ timeout: 60_000 });
    await page.getByText("last click only").first().waitFor({ timeout: 60_000 });
  },
  async options(page) {
    await STATES.ready(page);
    await page.getByRole("button", { name: "All options" }).click();
    await page.getByLabel("negatives", { exact: true }).fill("2.5");
    await page.getByLabel("negatives", { exact: true }).blur();
    await page.locator(".option.lacks").waitFor();
  },
  async astray(page) {
    await STATES.ready(page);
    await page.getByRole("button", { name: "All options" }).click();
    await page.getByLabel("learningRate", { exact: true }).fill("1e30");
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByText("It went astray").waitFor();
    await page.waitForTimeout(500);
  },
  /** The page again, after the tab was closed. */
  async again(page) {
    await STATES.ready(page);
    await page.getByRole("button", { name: "All options" }).click();
    await page.getByLabel("epochs", { exact: true }).fill("60");
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("progressbar", { name: /Pass [45] of 60/ }).waitFor({ timeout: 90_000 });
    await page.reload();
    await page.getByText("You left in pass").waitFor();
  },
  async visitors(page) {
    await STATES.columns(page);
    await page.locator("#column-item").selectOption("art_nr");
    await page.getByRole("button", { name: "Use these columns" }).click();
    await page.getByText("last click only").first().waitFor({ timeout: 60_000 });
  },
  async learning(page) {
    await page.getByRole("button", { name: "Try the sample shop" }).click();
    await page.locator("#search").waitFor({ timeout: 90_000 });
    for (const name of ["weather-guide-lakes", "canoe-paddle-lake"]) {
      await page.locator("#search").fill(name);
      await page.locator("#search").press("Enter");
    }
    await page.locator(".guesses li").first().waitFor({ timeout: 90_000 });
    await page.waitForTimeout(4000);
  },
};

/** Short ways on from a training, one after the other. */
const LATER = {
  async done(page) {
    await page.locator("#search").fill("dome-tent-6");
    await page.locator("#search").press("Enter");
    await page.locator("#take pre").waitFor({ timeout: 400_000 });
    await page.waitForTimeout(3000);
  },
  async popover(page) {
    await page.locator(".guesses .icon-only").nth(1).click();
    await page.locator(".similar li").first().waitFor();
  },
  async looked(page) {
    await page.keyboard.press("Escape");
    await page.locator(".visit li").nth(1).hover();
    await page.locator(".without").waitFor();
  },
  async search(page) {
    await page.mouse.move(0, 0);
    await page.locator("#search").fill("tent 2");
    await page.locator("#found").waitFor();
  },
  async nothing(page) {
    await page.locator("#search").fill("kayak");
    await page.getByText("No item is called").waitFor();
  },
  async left(page) {
    await page.keyboard.press("Escape");
    await page.locator(".guesses .icon-only").nth(1).click();
    await page.getByRole("button", { name: "Leave it out" }).click();
    await page.getByText("Never recommend").waitFor();
    await page.waitForTimeout(600);
  },
  async held(page) {
    await page.getByRole("button", { name: "One from the log" }).click();
    await page.getByText("A visit from the log").waitFor();
    await page.waitForTimeout(600);
  },
  async chart(page) {
    await page.locator(".charts svg").nth(1).focus();
    for (let i = 0; i < 3; ++i) await page.keyboard.press("ArrowLeft");
    await page.waitForTimeout(200);
  },
  async report(page) {
    await page.getByRole("button", { name: "What was read" }).click();
    await page.waitForTimeout(300);
  },
  async popularity(page) {
    await page.locator(".modes label", { hasText: "Popularity" }).click();
    await page.waitForTimeout(400);
  },
  async departments(page) {
    await page.locator(".modes label", { hasText: "Department" }).click();
    await page.waitForTimeout(400);
  },
};

/** What axe-core finds, and whether the page is wider than its window. */
async function faults(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate("axe.run({ resultTypes: ['violations'] })");
  const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    ...(wide > 0 ? [`${wide} px wider than the window`] : []),
  ];
}

/** On a picture of the whole page nothing sticks to the window. */
function unstick() {
  for (const one of document.querySelectorAll(".header, #play .map-place, .phone-steps")) {
    Object.assign(one.style, { position: "relative", top: "0" });
  }
}

mkdirSync(OUT, { recursive: true });
const server = await preview({
  configFile: at("vite.config.ts"),
  preview: { port: 4180, open: false },
  logLevel: "error",
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const url = server.resolvedUrls.local[0];
const sizeOf = (width) => ({ width, height: width < 720 ? 844 : 800 });
const is = (name) => wanted.length === 0 || wanted.includes(name);

/** Pictures of a state in every theme and width, the one it was come to in at the end. */
async function take(page, state) {
  for (const width of [...WIDTHS.slice(1), WIDTHS[0]]) {
    await page.setViewportSize(sizeOf(width));
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      await page.evaluate(unstick);
      const name = `${state}-${width}-${colorScheme}`;
      await page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });
      for (const found of await faults(page)) console.log(`${name}: ${found}`);
    }
  }
}

for (const [name, go] of Object.entries(STATES)) {
  const later = name === "learning" ? Object.keys(LATER).filter(is) : [];
  if (!is(name) && later.length === 0) continue;
  const context = await browser.newContext({ viewport: sizeOf(WIDTHS[0]) });
  const page = await context.newPage();
  page.on("console", (message) => console.log(`${name}: ${message.text()}`));
  page.on("pageerror", (error) => console.log(`${name}: ${error.stack}`));
  await page.goto(url);
  await page.locator("h1").first().waitFor();
  try {
    await go(page);
    if (is(name)) await take(page, name);
    if (later.length > 0) await LATER.done(page);
    for (const next of later) {
      if (next !== "done") await LATER[next](page);
      await take(page, next);
    }
  } catch (error) {
    console.log(`${name}: ${error.message}`);
    await take(page, `${name}-unfinished`);
  }
  await context.close();
}
await browser.close();
await server.close();
