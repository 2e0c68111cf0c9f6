/**
 * Logs as strangers have them, dropped on the page of examples/web and used as far as coming back: what it understood is
 * said, what it did not is asked for, and nothing has to be done to the file outside.
 */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { clicks } from "./clicks.js";
import { drop, dropped, opened, press, told } from "./web-page.js";
import { executable, LONG, learned, saysNothing, webSite } from "./web-site.js";

const its = webSite("web-newcomer");

const VISITS = 600;
const CLICKS = clicks(VISITS).map(({ sessionId, itemId, time }) => {
  const date = new Date(1000 * (time + 1_709_251_200)).toISOString().slice(0, 16).replace("T", " ");
  return { visit: sessionId, item: itemId, date };
});

/** A table of all clicks, a line each. */
function table(header: string, line: (one: (typeof CLICKS)[number]) => string): string {
  return `${header}\n${CLICKS.map(line).join("\n")}\n`;
}

/** 2024-03-01 13:05 as 01.03.2024 13:05 */
const turned = (date: string): string =>
  date.replace(/^(\d{4})-(\d\d)-(\d\d)/, (_, year, month, day) => `${day}.${month}.${year}`);

const says = (page: Page): Promise<string | null> => page.locator("#data .says").textContent();

/** The columns that are chosen, or guessed. */
async function columns(page: Page): Promise<string[]> {
  const roles = ["visit", "item", "time"];
  return Promise.all(roles.map((role) => page.locator(`#column-${role}`).inputValue()));
}

test.skipIf(!executable)(
  "a CSV of semicolons and German names is understood, and its guesses are said",
  () =>
    its.onPage(async (page) => {
      const log = table("Pos;Benutzer;Artikel;Datum", ({ visit, item, date }) => {
        return `1;nutzer ${visit};${item};${date}`;
      });
      await drop(page, dropped("klicks.csv", log));
      await page.getByText("Please look at the columns.").waitFor();
      expect(await columns(page)).toEqual(["Benutzer", "Artikel", "Datum"]);
      await press(page, "Use these columns");
      await page.getByText("What it has to beat").waitFor();
      expect(await says(page)).toMatch(/^[\d,]+ clicks in [\d,]+ visits to 60 items, from /);
    }),
  LONG,
);

test.skipIf(!executable)(
  "letters of Windows and dates that begin with the day are read on request",
  () =>
    its.onPage(async (page) => {
      const log = table("Sitzung;Artikel;Zeit", ({ visit, item, date }) => {
        return `${visit};Grün ${item};${turned(date)}`;
      });
      await drop(page, dropped("klicks.csv", Buffer.from(log, "latin1")));
      expect(await told(page, "klicks.csv is not UTF-8 text")).toContain("Line 2 has the first");
      await press(page, "Read it as Windows text");
      await page.getByText("Please look at the columns.").waitFor();
      await press(page, "Use these columns");
      expect(await told(page, "has times that cannot be read")).toMatch(
        /Line 2 has \d\d\.\d\d\.\d{4} \d\d:\d\d\. A time begins with the year/,
      );
      await press(page, "Read them as day, month, year");
      await page.getByText(`in ${VISITS} visits`).waitFor();
      await learned(page);
      await page.locator("#search").fill("Grün item 7");
      await page.locator("#search").press("Enter");
      await page.locator(".guesses li").first().waitFor();
      expect(await page.locator("#take pre").textContent()).toContain(
        "// The file is as this page changed it: from Windows, dates turned.",
      );
    }),
  LONG,
);

test.skipIf(!executable)(
  "of a stream of events those that are clicks are chosen",
  () =>
    its.onPage(async (page) => {
      const lines = CLICKS.map(({ visit, item, date }, i) => {
        const event = i % 5 === 0 ? "impression" : "view";
        const timestamp = `${date.replace(" ", "T")}:00Z`;
        return JSON.stringify({ event, user_id: `u${visit}`, product_id: item, timestamp });
      });
      await drop(page, dropped("events.jsonl", lines.join("\n")));
      await page.getByText("What it has to beat").waitFor();
      expect(await columns(page)).toEqual(["user_id", "product_id", "timestamp"]);
      await page.getByText("These are visitors. A pause of 30 min begins a new visit").waitFor();
      const many = Math.ceil(CLICKS.length / 5).toLocaleString("en");
      const impressions = page.getByLabel(`impression ${many}`);
      await impressions.uncheck();
      await page.getByText("other kinds of events").waitFor();
      expect(await impressions.isChecked()).toBe(false);
      expect(await page.getByLabel("view").isDisabled()).toBe(true);
      expect(await page.locator(".note").allTextContents()).toEqual([]);
      await learned(page);
      expect(await page.locator("#take pre").textContent()).toContain('events: ["view"]');
    }),
  LONG,
);

test.skipIf(!executable)(
  "a log without any time goes by the order of its rows, and is there again after a restart",
  () =>
    its.onPage(async (page, context) => {
      const log = table("kunde,artikel", ({ visit, item }) => `${visit},"${item}\n, blau"`);
      await drop(page, dropped("korb.csv", log));
      await page.getByText("Which column is the time?").waitFor();
      await press(page, "the order of the rows");
      await press(page, "Use these columns");
      await page.getByText("the file has no times").waitFor();
      expect(await says(page)).toBe(
        `${CLICKS.length.toLocaleString("en")} clicks in ${VISITS} visits to 60 items.`,
      );
      await learned(page);
      const reached = await page.locator("#train .says").textContent();
      await page.close();
      const again = await opened(context, its.site.url, its.complaints);
      await again.getByText("The model of korb (rows numbered).csv is still here.").waitFor();
      await press(again, "Show it");
      await again.getByRole("button", { name: "Train on" }).waitFor();
      expect(await again.locator("#train .says").textContent()).toBe(reached);
    }),
  LONG,
);

saysNothing(its);
