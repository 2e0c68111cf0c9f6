/**
 * Takes pictures of the built page in all its states, in both themes and three widths: `npm run web:screens [part …]`.
 * They go to build/screens, to be looked at. Parts are names of states ("first", "learning", …); all when none is given.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
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
  async done(page) {
    await STATES.learning(page);
    await page.locator("#search").fill("dome-tent-6");
    await page.locator("#search").press("Enter");
    await page.locator("#take pre").waitFor({ timeout: 400_000 });
    await page.waitForTimeout(3000);
  },
};

/** Short ways on from the end of a training, one after the other. */
const LATER = {
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
  async popularity(page) {
    await page.keyboard.press("Escape");
    await page.locator(".modes label", { hasText: "Popularity" }).click();
    await page.waitForTimeout(400);
  },
  async departments(page) {
    await page.locator(".modes label", { hasText: "Department" }).click();
    await page.waitForTimeout(400);
  },
};

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
const is = (name) => wanted.length === 0 || wanted.includes(name);

for (const width of WIDTHS) {
  for (const theme of THEMES) {
    for (const [name, go] of Object.entries(STATES)) {
      const later = name === "done" ? Object.keys(LATER).filter(is) : [];
      if (!is(name) && later.length === 0) continue;
      const context = await browser.newContext({
        viewport: { width, height: width < 720 ? 844 : 800 },
        colorScheme: theme,
      });
      const page = await context.newPage();
      page.on("console", (message) => console.log(`${name} ${width} ${theme}: ${message.text()}`));
      page.on("pageerror", (error) => console.log(`${name} ${width} ${theme}: ${error.stack}`));
      await page.goto(url);
      await page.locator("h1").first().waitFor();
      const take = (state) =>
        page.screenshot({ path: join(OUT, `${state}-${width}-${theme}.png`), fullPage: true });
      try {
        await go(page);
        if (is(name)) await take(name);
        for (const next of later) {
          await LATER[next](page);
          await take(next);
        }
      } catch (error) {
        console.log(`${name} ${width} ${theme}: ${error.message}`);
        await take(`${name}-unfinished`);
      }
      await context.close();
    }
  }
}
await browser.close();
await server.close();
