/** Presets on small files in the raw formats, each with every case that its preparation treats specially. */

import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { PRESETS } from "../../src/prepare/presets.js";
import { fileIn, newFolder, prepared, shownFile } from "./logs.js";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** What a preset makes of files: by role `session: item@seconds after the start …`. */
async function made(
  preset: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  start: number,
): Promise<Record<string, string[]>> {
  const folder = newFolder();
  const paths = Object.entries(files).map(([name, text]) => fileIn(folder, name, text));
  const { reading, rules, source } = PRESETS[preset]!;
  const { files: written } = await prepared(paths, folder, { reading, rules, source });
  const sets: Record<string, string[]> = {};
  for (const { role, path } of written) {
    const shown = await shownFile(path);
    sets[role] = shown.map((line) =>
      line.replace(/@([\d.]+)/g, (_, time) => `@${+(Number(time) - start).toFixed(3)}`),
    );
  }
  return sets;
}

/** `visitor: item@seconds …` in the order of time, as rows. */
function rowsOf(
  clicks: readonly string[],
  row: (visitor: string, item: string, seconds: number) => string,
): string[] {
  const events = clicks.flatMap((line) => {
    const [visitor = "", rest = ""] = line.split(": ");
    return rest.split(" ").map((click) => {
      const [item = "", seconds] = click.split("@");
      return { visitor, item, seconds: Number(seconds) };
    });
  });
  events.sort((a, b) => a.seconds - b.seconds);
  return events.map(({ visitor, item, seconds }) => row(visitor, item, seconds));
}

/** Five sessions of items 1 and 2, so that both are frequent. */
const often = (first: number, at: number): string[] =>
  Array.from({ length: 5 }, (_, i) => `${first + i}: 1@${at + 10 * i} 2@${at + 10 * i + 1}`);

describe("rsc15", () => {
  const start = Date.parse("2014-04-01T00:00:00Z") / 1000;
  const clicks = [
    "10: 1@0.277 2@1 1@2",
    "11: 1@10 2@11",
    `12: 1@${DAY / 2} 1@${DAY / 2 + 1} 2@${DAY / 2 + 2}`, // a repeat, which stays
    "13: 3@20", // a single event goes, and with it one of item 3, which is then too rare
    "14: 3@30 3@31 3@32",
    `15: 1@${1.5 * DAY - 1} 4@${1.5 * DAY}`,
    "16: 4@121000 4@121001 4@121002",
    "17: 4@40 3@41", // loses 3, then goes; item 4 has four events now, and stays: there is one pass
    `20: 1@${2 * DAY - 10} 2@${2 * DAY + 10}`, // ends in the last day, so all of it is test
    `21: 5@${2.5 * DAY} 5@${2.5 * DAY + 1} 5@${2.5 * DAY + 2} 5@${2.5 * DAY + 3} 5@${2.5 * DAY + 4} 1@${2.5 * DAY + 5}`,
    `22: 2@${3 * DAY - 1} 1@${3 * DAY}`,
  ];
  const raw = rowsOf(clicks, (session, item, seconds) => {
    const time = new Date(1000 * (start + seconds)).toISOString();
    return `${session},${time},${item},${item === "1" ? "S" : "0"}`;
  });

  test("keeps repeats, filters once, tests on sessions that end in the last day", async () => {
    const sets = await made("rsc15", { "yoochoose-clicks.dat": `${raw.join("\r\n")}\r\n` }, start);
    const full = [clicks[0], clicks[1], clicks[2], clicks[5], clicks[6]];
    expect(sets).toEqual({
      "train-full": full,
      test: [clicks[8], clicks[10]],
      train: [clicks[0], clicks[1]],
      validation: [clicks[2]],
    });
  });
});

describe("yoochoose", () => {
  const start = Date.parse("2014-04-01T00:00:00Z") / 1000;
  const clicks = [
    ...often(1, 0),
    "7: 1@100 1@101 2@102 1@103", // the repeat goes
    "8: 2@200 1@200 2@201", // at one time items order: 1 2 2 → 1 2
    "9: 1@300 3@301", // 3 is rare; then 9 is short
    `10: 1@${2 * DAY - 5} 2@${2 * DAY - 4} 1@${2 * DAY + 5}`, // cut: what is later belongs to nobody
    `11: 1@${2 * DAY - 3} 2@${2 * DAY + 1}`, // a single event is left of it
    `12: 2@${2 * DAY} 1@${2 * DAY + 2}`,
    `13: 1@${DAY} 2@${DAY + 1}`,
    `14: 2@${3 * DAY - 1} 1@${3 * DAY}`,
  ];
  const row = (session: string, item: string, seconds: number): string =>
    `${session},${new Date(1000 * (start + seconds)).toISOString()},${item},0\n`;
  const raw = rowsOf(clicks, row);

  test("reads both files as one, drops repeats, filters on and on, cuts through sessions", async () => {
    const files = {
      "yoochoose-clicks.dat": raw.slice(0, 20).join(""),
      "yoochoose-test.dat": raw.slice(20).join(""),
    };
    const old = [...often(1, 0), "7: 1@100 2@102 1@103", "8: 1@200 2@200"];
    const cut = `10: 1@${2 * DAY - 5} 2@${2 * DAY - 4}`;
    const sets = await made("yoochoose", files, start);
    expect(sets).toEqual({
      "train-full": [cut, clicks[11], ...old].sort(),
      test: [clicks[10], clicks[12]],
      train: old,
      validation: [cut, clicks[11]],
    });
  });
});

describe("diginetica", () => {
  const start = Date.parse("2016-05-01") / 1000;
  const WEEK = 7 * DAY;
  // A session's time is its first date and the milliseconds of the frame.
  const clicks = [
    ...often(1, 0),
    "7: 1@0.5 2@1.5 1@90",
    `8: 1@${2 * WEEK - DAY} 2@${2 * WEEK - DAY + 20}`,
    `9: 2@${3 * WEEK} 1@${3 * WEEK + 7}`,
    `10: 1@${2 * WEEK + 7} 2@${2 * WEEK + 16}`, // starts just when the test does,
  ];
  const row = (session: string, item: string, seconds: number): string => {
    const day = Math.floor(seconds / DAY);
    const frame = Math.round(1000 * (seconds - day * DAY));
    // The last click of 7 has the date of the next day: its session began the day before.
    const date = new Date(1000 * (start + (day + (seconds === 90 ? 1 : 0)) * DAY)).toISOString();
    return `${session};${session === "8" ? "NA" : "77"};${item};${frame};${date.slice(0, 10)}`;
  };

  test.each([
    "sessionId;userId;itemId;timeframe;eventdate",
    "session_id;user_id;item_id;timeframe;eventdate",
  ])("orders views by the frame of the session's first date: %s", async (header) => {
    const rows = rowsOf(clicks, row).reverse();
    const text = `${[header, ...rows].join("\n")}\n`;
    const sets = await made("diginetica", { "train-item-views.csv": text }, start);
    expect(sets).toEqual({
      "train-full": [...often(1, 0), clicks[5], clicks[6]],
      test: [clicks[8], clicks[7]],
      train: [...often(1, 0), clicks[5]],
      validation: [clicks[6]],
    });
  });
});

describe("retailrocket", () => {
  const end = 1_442_545_200;
  const split = end - 7 * DAY;
  const before = split - 7 * DAY;
  const visits = (first: number, at: number): string[] =>
    Array.from({ length: 5 }, (_, i) => `${first + i}: 1@${at + 10 * i} 2@${at + 10 * i + 1}`);
  const views = [
    ...visits(101, before - 30 * DAY),
    `7: 1@${before + 10} 2@${before + 10 + 1.5 * HOUR} 1@${before + 10 + 3 * HOUR} 2@${before + 20 + 3 * HOUR}`,
    `8: 1@${split - 5} 2@${split - 4} 1@${split + 5}`,
    `9: 2@${end + 100} 1@${end + 101}`, // after the last moment that the split goes by
  ];
  const others = [
    `${1000 * (before + 10 + 0.8 * HOUR)},7,addtocart,1,`, // goes on with the visit
    `${1000 * (before + 5)},7,transaction,1,4000`,
  ];

  test("cuts visits after an hour without any event, and keeps views", async () => {
    const rows = rowsOf(
      views,
      (visitor, item, seconds) => `${1000 * seconds},${visitor},view,${item},`,
    );
    const text = ["timestamp,visitorid,event,itemid,transactionid", ...others, ...rows].join("\n");
    const sets = await made("retailrocket", { "events.csv": text }, split);
    const at = (seconds: number): number => seconds - split;
    const old = visits(3, before - 30 * DAY);
    const shown = (line: string): string =>
      line.replace(/@(\d+)/g, (_, time) => `@${at(Number(time))}`);
    // Visitor 7, of whom the first row is, has the sessions 1 and 2; the one after an hour and a half is new.
    const first = `1: 1@${at(before + 10)} 2@${at(before + 10 + 1.5 * HOUR)}`;
    const second = `2: 1@${at(before + 10 + 3 * HOUR)} 2@${at(before + 20 + 3 * HOUR)}`;
    expect(sets).toEqual({
      "train-full": [first, second, ...old.map(shown), `8: 1@-5 2@-4`].sort(),
      test: [shown(`9: 2@${end + 100} 1@${end + 101}`)],
      train: old.map(shown),
      validation: [first, second, "8: 1@-5 2@-4"],
    });
  });
});

describe("rees46", () => {
  const split = 1_575_158_400 - DAY;
  const HEADER =
    "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session";
  const time = (seconds: number): string =>
    new Date(1000 * seconds).toISOString().replace("T", " ").replace(".000Z", " UTC");
  const row = (user: string, item: string, seconds: number, kind = "view"): string =>
    `${time(seconds)},${kind},${item},2053,"electronics,phone",,489.07,${user},x${user}`;
  const views = [
    ...often(1, split - 20 * DAY),
    `7: 1@${split - 3 * HOUR} 2@${split - 3 * HOUR + 9} 1@${split - HOUR - 5} 2@${split - HOUR}`,
    `8: 1@${split} 2@${split + HOUR}`, // exactly an hour is no gap
  ];

  test("cuts users after an hour without a view, whatever else they did", async () => {
    const cart = row("7", "1", split - 2 * HOUR, "cart");
    const rows = rowsOf(views, row);
    const files = {
      "2019-Oct.csv": [HEADER, ...rows.slice(0, 10)].join("\n"),
      "2019-Nov.csv.gz": gzipSync([HEADER, cart, ...rows.slice(10)].join("\n")),
    };
    const sets = await made("rees46", files, split);
    const old = often(1, -20 * DAY);
    const [first, second] = [
      `6: 1@${-3 * HOUR} 2@${-3 * HOUR + 9}`,
      `7: 1@${-HOUR - 5} 2@${-HOUR}`,
    ];
    expect(sets).toEqual({
      "train-full": [...old, first, second],
      test: [`8: 1@0 2@${HOUR}`],
      train: old,
      validation: [first, second],
    });
  });
});

describe("coveo", () => {
  const start = 1_550_000_000;
  const HEADER =
    "session_id_hash,event_type,product_action,product_sku_hash,server_timestamp_epoch_ms,hashed_url";
  const detail = (session: string, item: string, seconds: number): string =>
    `h${session},event_product,detail,sku${item},${1000 * (start + seconds)},url`;
  const views = [
    ...often(1, 0),
    `7: 1@${1.5 * DAY} 2@${1.5 * DAY + 1.5 * HOUR} 1@${1.5 * DAY + 3 * HOUR} 2@${1.5 * DAY + 3 * HOUR + 1}`,
    `8: 1@${3 * DAY - 1} 2@${3 * DAY}`,
  ];

  test("cuts sessions after an hour without any event, pages without a product too", async () => {
    const page = `h7,pageview,,,${1000 * (start + 1.5 * DAY + 0.8 * HOUR)},url`;
    const rows = rowsOf(views, detail);
    const text = `${[HEADER, page, ...rows].join("\n")}\n`;
    const sets = await made("coveo", { "browsing_train.csv": text }, start);
    const sku = (line: string): string => line.replace(/ (\d+)@/g, " sku$1@");
    const old = often(3, 0).map(sku);
    const first = sku(`1: 1@${1.5 * DAY} 2@${1.5 * DAY + 1.5 * HOUR}`);
    const second = sku(`2: 1@${1.5 * DAY + 3 * HOUR} 2@${1.5 * DAY + 3 * HOUR + 1}`);
    expect(sets).toEqual({
      "train-full": [first, second, ...old],
      test: [sku(`8: 1@${3 * DAY - 1} 2@${3 * DAY}`)],
      train: old,
      validation: [first, second],
    });
  });
});

describe("otto", () => {
  const start = 1_659_304_800;
  const WEEK = 7 * DAY;
  const sessions = [
    ...often(1, 0),
    `7: 1@${1.5 * WEEK} 1@${1.5 * WEEK + 1} 2@${1.5 * WEEK + 2}`,
    `8: 1@${3 * WEEK - 1} 2@${3 * WEEK}`,
  ];
  const lines = sessions.map((line) => {
    const [session, clicks = ""] = line.split(": ");
    const events = clicks.split(" ").map((click) => {
      const [aid, seconds] = click.split("@").map(Number);
      return { aid, ts: 1000 * (start + seconds!), type: "clicks" };
    });
    events.push({ aid: 9, ts: 1000 * start, type: "carts" });
    return JSON.stringify({ session: Number(session), events });
  });
  const expected = {
    "train-full": [...often(1, 0), `7: 1@${1.5 * WEEK} 2@${1.5 * WEEK + 2}`],
    test: [sessions[6]],
    train: often(1, 0),
    validation: [`7: 1@${1.5 * WEEK} 2@${1.5 * WEEK + 2}`],
  };

  test("takes the clicks of sessions that are lines of JSON", async () => {
    const text = `${lines.join("\n")}\n`;
    expect(await made("otto", { "otto-recsys-train.jsonl": text }, start)).toEqual(expected);
  });

  test("takes them as a table, too", async () => {
    const rows = lines.flatMap((line) => {
      const { session, events } = JSON.parse(line);
      return events.map((e: Record<string, unknown>) => `${session},${e.aid},${e.ts},${e.type}`);
    });
    const text = ["session,aid,ts,type", ...rows].join("\n");
    expect(await made("otto", { "train.csv": text }, start)).toEqual(expected);
  });

  test.each(['{"session": 1, "events": [{"aid": "x"}]}', '{"session": 1', '{"events": []}', "{}"])(
    "names the line that is none: %s",
    async (line) => {
      const files = { "otto.jsonl": `${lines[0]}\n${line}\n` };
      await expect(made("otto", files, start)).rejects.toThrow(
        /otto\.jsonl, line 2: expected a session of OTTO as JSON, got \{/,
      );
    },
  );
});

describe("movielens", () => {
  const ratings = ["1", "2", "3", "4", "5", "6"].flatMap((user) =>
    ["1", "2", "3", "4", "5"].map((item, i) => ({
      user,
      item,
      rating: 3,
      time: 100 * Number(user) + i,
    })),
  );
  ratings.push({ user: "7", item: "1", rating: 5, time: 900 }); // too few
  ratings.push({ user: "1", item: "9", rating: 1, time: 50 }); // too rare
  const sets = {
    train: ["1", "2", "3", "4", "5", "6"].map(
      (user) => `${user}: 1@${user}00 2@${user}01 3@${user}02`,
    ),
    validation: ["1", "2", "3", "4", "5", "6"].map(
      (user) => `${user}: 1@${user}00 2@${user}01 3@${user}02 4@${user}03`,
    ),
    test: ["1", "2", "3", "4", "5", "6"].map(
      (user) => `${user}: 1@${user}00 2@${user}01 3@${user}02 4@${user}03 5@${user}04`,
    ),
  };

  test.each([
    ["ratings.dat", "", "::"],
    ["u.data", "", "\t"],
    ["ratings.csv", "userId,movieId,rating,timestamp\n", ","],
  ])("leaves one out of the users of %s who have five ratings", async (name, header, delimiter) => {
    const rows = ratings.map((row) => Object.values(row).join(delimiter));
    expect(await made("movielens", { [name]: `${header}${rows.join("\n")}\n` }, 0)).toEqual(sets);
  });
});
