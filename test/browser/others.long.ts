/**
 * The page of examples/web in the browsers that no test drives from outside: a script within the page drops a log,
 * learns, comes back in the middle of it, goes on, clicks and saves. What it saves is the model of Node, to the bit.
 */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { expect, test } from "vitest";
import { fit, GRU4Rec, readSessions, splitByTime } from "../../src/index.js";
import { type Browser, isInstalled, opened } from "../engines/browsers.js";
import { buildWeb } from "./bundle.js";
import { clicks } from "./clicks.js";

/** Visits enough that a training lasts longer than the time between two checkpoints. */
const VISITS = 20_000;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".csv": "text/csv",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

interface Came {
  readonly error?: string;
  readonly said: readonly string[];
  /** In base64. */
  readonly model: string;
  /** The longest that a timer waited for its turn, in ms, in each of the two openings of the page. */
  readonly held: readonly number[];
  readonly guesses: number;
  readonly dots: number;
  readonly isolated: boolean;
}

/** Runs in the page. Its first opening ends in the second pass; the second one goes on. */
const DRIVER = `
const said = [];
for (const name of ["error", "warn", "log"]) console[name] = (...words) => said.push(words.join(" "));
addEventListener("error", ({ message }) => said.push(message));
addEventListener("unhandledrejection", ({ reason }) => said.push(String(reason)));

let longest = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last - 5);
  last = now;
}, 5);

async function wait(what, find) {
  for (let tries = 0; tries < 24_000; ++tries) {
    const found = find();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("waited in vain for " + what + "; " + said.join("; "));
}
const one = (selector) => wait(selector, () => document.querySelector(selector));
const named = (words) => () =>
  [...document.querySelectorAll("button")].find(({ textContent }) => textContent.trim() === words);
const press = async (words) => (await wait(words, named(words))).click();
const says = (words) => wait(words, () => document.body.textContent.includes(words));

async function begin() {
  await one("h1");
  const csv = await (await fetch("/clicks.csv")).text();
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([csv], "clicks.csv", { type: "text/csv" }));
  dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
  await says("What it has to beat");
  await press("All options");
  const numerics = await one("#option-numerics");
  numerics.value = "portable";
  numerics.dispatchEvent(new Event("change"));
  await press("Train");
  await wait("pass 2", () => document.querySelector("[role=progressbar][aria-label^='Pass 2'], [role=progressbar][aria-label^='Pass 3']"));
  sessionStorage.held = longest;
  location.reload();
}

async function goOn() {
  await press("Go on");
  const search = await one("#search");
  for (const words of ["item 7", "item 9"]) {
    search.focus();
    search.value = words;
    search.dispatchEvent(new Event("input"));
    search.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }));
  }
  await one(".guesses li");
  const save = await one("[aria-label='Save the model']");
  const blob = await new Promise((resolve) => {
    URL.createObjectURL = (given) => (resolve(given), "blob:kept");
    HTMLAnchorElement.prototype.click = () => {};
    save.click();
  });
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
  return {
    model: url.slice(url.indexOf(",") + 1),
    held: [Number(sessionStorage.held), longest],
    guesses: document.querySelectorAll(".guesses li").length,
    dots: document.querySelectorAll("#map .dot").length,
    isolated: crossOriginIsolated,
  };
}

const post = (came) => fetch("/came", { method: "POST", body: JSON.stringify({ ...came, said }) });
try {
  if (sessionStorage.held === undefined) await begin();
  else await post(await goOn());
} catch (error) {
  await post({ error: String(error) });
}
`;

async function usedIn(browser: Browser, log: string): Promise<Came> {
  const folder = await buildWeb("web-others");
  let tell: (came: Came) => void;
  const came = new Promise<Came>((resolve) => {
    tell = resolve;
  });
  const contentOf = (path: string): string | Buffer => {
    if (path === "/clicks.csv") return log;
    if (path === "/driver.js") return DRIVER;
    if (path !== "/index.html") return readFileSync(join(folder, path));
    const page = readFileSync(join(folder, path), "utf8");
    return page.replace("</body>", '<script type="module" src="./driver.js"></script></body>');
  };
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      let body = "";
      for await (const part of request.setEncoding("utf8")) body += part;
      response.end();
      return tell(JSON.parse(body) as Came);
    }
    const path = request.url === "/" ? "/index.html" : request.url!;
    try {
      const content = contentOf(path);
      response.writeHead(200, {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Content-Type": TYPES[extname(path)] ?? "",
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const window = await opened(browser, url);
  try {
    return await came;
  } finally {
    window.close();
    server.closeAllConnections();
    server.close();
  }
}

/** What the balanced preset is for a log of few items. */
async function inNode(log: string): Promise<Buffer> {
  const sessions = await readSessions(log);
  const testSessions = Math.min(2000, Math.floor(0.1 * sessions.length));
  const { train, test: held } = splitByTime(sessions, { testSessions });
  const model = await GRU4Rec.create(train.items, {
    ...{ layers: [64], dropoutEmbedding: 0, dropoutHidden: 0.1, logQ: 1, seed: 42 },
  });
  await fit(model, train, {
    ...{ epochs: 4, batchSize: 32, negatives: 256, learningRate: 0.05, momentum: 0.2 },
    numerics: "portable",
    validation: held,
  });
  return Buffer.from(model.toBytes());
}

test.each(["firefox"] as const)(
  "%s: a training that is left goes on to the model of Node, and the page answers all the while",
  async (browser) => {
    if (!isInstalled(browser)) return console.log(`skipped, there is no ${browser} here`);
    const rows = clicks(VISITS).map((one) => `${one.sessionId},${one.itemId},${one.time}`);
    const log = `session_id,item_id,time\n${rows.join("\n")}\n`;
    const came = await usedIn(browser, log);
    console.log(`${browser}: a timer waited at most ${came.held.map(Math.round)} ms`);
    const { error, said, isolated, guesses, dots } = came;
    expect({ error, said, isolated, dots }).toEqual({ said: [], isolated: true, dots: 60 });
    expect(guesses).toBeGreaterThanOrEqual(8);
    expect(Buffer.from(came.model, "base64").equals(await inNode(log))).toBe(true);
  },
  3_600_000,
);
