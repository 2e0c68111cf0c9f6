/**
 * What browsers forbid and what people get wrong on the page of examples/web: each is told in a plain sentence, what was
 * there before stays, and nothing is said on the console. Browsers are real ones that really lack what is missing.
 */

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { Items, TwoTowers } from "../../src/index.js";
import { launch } from "./chromium.js";
import { choose, csv, drop, dropped, opened, press, read, saved, told } from "./web-page.js";
import { executable, LONG, learned, saysNothing, webSite, withWorker } from "./web-site.js";

const its = webSite("web-mistakes");

const LOG = dropped("clicks.csv", csv(600));

test.skipIf(!executable)(
  "a browser that lets the page store nothing still learns",
  async () => {
    const profile = mkdtempSync(join(tmpdir(), "denied-"));
    mkdirSync(join(profile, "Default"), { recursive: true });
    const denied = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(denied));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: executable!,
      args: ["--no-sandbox", "--disable-gpu"],
    });
    const page = await opened(context, its.site.url, its.complaints);
    await read(page, LOG);
    await press(page, "Train");
    expect(await told(page, "store anything")).toBe(
      "This browser does not let the page store anything. It goes on learning; keep this tab open until it is done.",
    );
    expect((await saved(page)).length).toBeGreaterThan(10_000);
    await context.close();
  },
  LONG,
);

test.skipIf(!executable)(
  "a storage that is full is told with what is needed, and it goes on learning",
  () =>
    its.onPage(async (page, context) => {
      const session = await context.newCDPSession(page);
      const { origin } = new URL(its.site.url);
      await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 2000 });
      await read(page, LOG);
      await press(page, "Train");
      expect(await told(page, "No room")).toMatch(
        /^No room to save the training\. This browser’s storage is full \(\d+ KB are needed\)\. It goes on learning; keep this tab open until it is done\.$/,
      );
      expect((await saved(page)).length).toBeGreaterThan(10_000);
    }),
  LONG,
);

test.skipIf(!executable)(
  "without files of the origin the database keeps the training",
  async () => {
    const features = "FileSystemAccessOriginPrivate,FileSystemAccess,FileSystemAccessLocal";
    const old = await launch(executable!, [`--disable-blink-features=${features}`]);
    await its.onPage(async (page, context) => {
      await read(page, LOG);
      await learned(page);
      await page.close();
      const again = await opened(context, its.site.url, its.complaints);
      await again.getByText("You left when it had learned.").waitFor();
      await press(again, "Show it");
      await again.locator("#map .dot").nth(59).waitFor({ timeout: LONG });
    }, old);
    await old.close();
  },
  LONG,
);

test.skipIf(!executable)(
  "a browser without SIMD is told at once",
  async () => {
    const old = await launch(executable!, ["--js-flags=--no-enable-sse4-1"]);
    await its.onPage(async (page) => {
      expect(await told(page, "too old")).toBe(
        "This browser is too old to learn. It lacks WebAssembly SIMD. Chrome 91, Firefox 89, Safari 16.4 and later have it.",
      );
    }, old);
    await old.close();
  },
  LONG,
);

const breaks = (): string => "throw 1";

/** As browsers have it in private windows that forbid files of the origin, and let a page have a database. */
const forbidsFiles = (program: string): string =>
  `StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("", "SecurityError"));${program}`;

test.skipIf(!executable)(
  "a private window is told that it forgets, and goes on learning",
  async () => {
    await using site = await withWorker(its, "engine", forbidsFiles);
    await its.onPage(
      async (page) => {
        await read(page, LOG);
        await press(page, "Train");
        expect(await told(page, "private window")).toBe(
          "A private window forgets when it closes. Training works, but cannot go on after that.",
        );
        expect((await saved(page)).length).toBeGreaterThan(10_000);
      },
      its.browser,
      site.url,
    );
  },
  LONG,
);

test.skipIf(!executable)(
  "a worker that cannot start is told once, and a log that is dropped then does not hang",
  async () => {
    await using broken = await withWorker(its, "engine", breaks);
    await its.onPage(
      async (page) => {
        const said = await told(page, "could not start");
        expect(said).toBe(
          "A part of this page could not start. It is the worker that learns; an extension may be blocking it.Try again",
        );
        await choose(page, "choose a file", LOG);
        await press(page, "Try the sample shop");
        await page.waitForTimeout(300);
        expect(await page.locator("h1").textContent()).toBe("What will they click next?");
        expect(await page.locator(".notice").count()).toBe(1);
      },
      its.browser,
      broken.url,
    );
  },
  LONG,
);

test.skipIf(!executable)(
  "without the worker of the map the list answers",
  async () => {
    await using broken = await withWorker(its, "map", breaks);
    await its.onPage(
      async (page) => {
        await read(page, LOG);
        await learned(page);
        await page.getByText("The map could not start. The list answers.").waitFor();
        await page.locator("#search").fill("item 7");
        await page.locator("#search").press("Enter");
        await page.locator(".guesses li").first().waitFor();
      },
      its.browser,
      broken.url,
    );
  },
  LONG,
);

test.skipIf(!executable)(
  "a saved training of another log waits for its own",
  () =>
    its.onPage(async (page, context) => {
      await read(page, dropped("may.csv", csv(6000)));
      await press(page, "All options");
      await page.getByLabel("epochs", { exact: true }).fill("40");
      await press(page, "Train");
      await page.getByRole("progressbar", { name: /Pass [23] of 40/ }).waitFor({ timeout: LONG });
      await page.close();

      const other = await opened(context, its.site.url, its.complaints);
      await other.getByText(/You left in pass [1234] of 40\./).waitFor();
      await read(other, LOG);
      expect(await told(other, "belongs to another log")).toBe(
        "The saved training belongs to another log, may.csv. Drop that log to go on with it. Training with this one takes its place.Start anew with this log",
      );
      await choose(other, "Another log", dropped("renamed.csv", csv(6000)));
      expect(await told(other, "You left in pass")).toMatch(/^You left in pass [1234] of 40\. /);
      await press(other, "Go on");
      await other.getByRole("progressbar", { name: /Pass [2345] of 40/ }).waitFor();
      await drop(other, LOG);
      expect(await told(other, "It is learning from renamed.csv.")).toContain("Stop here, and");
      await press(other, "Stop, and read clicks.csv");
      await other.getByText("in 600 visits").waitFor();
    }),
  LONG,
);

test.skipIf(!executable)(
  "a file that is refused takes nothing away of what was learned before",
  () =>
    its.onPage(async (page) => {
      await read(page, LOG);
      await learned(page);
      await drop(page, dropped("harbour.jpg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16)));
      expect(await told(page, "harbour.jpg")).toContain("harbour.jpg is a picture.");
      await page.locator("#search").fill("item 7");
      await page.locator("#search").press("Enter");
      await page.locator(".guesses li").first().waitFor();
      const towers = await TwoTowers.create(Items.from(["tent", "stove"]));
      await drop(page, dropped("towers.safetensors", towers.toBytes()));
      expect(await told(page, "towers.safetensors")).toMatch(
        /^towers.safetensors is a model of two towers\. This page opens models of clicks alone/,
      );
      expect((await saved(page)).length).toBeGreaterThan(10_000);
    }),
  LONG,
);

test.skipIf(!executable)(
  "of a file that changes on its way the rows before can be used",
  () =>
    its.onPage(async (page) => {
      const rows = csv(300).trimEnd().split("\n");
      const changes = [...rows, "1,2,3,4,5", ...rows.slice(1)].join("\n");
      await choose(page, "choose a file", dropped("two.csv", changes));
      expect(await told(page, "two.csv changes")).toBe(
        `two.csv changes in line ${(rows.length + 1).toLocaleString("en")}: 3 columns until there, 5 there. Are these two exports in one file?Use the rows before itLeave out such rows`,
      );
      await press(page, "Use the rows before it");
      await page.getByText("in 300 visits").waitFor();
    }),
  LONG,
);

saysNothing(its);
