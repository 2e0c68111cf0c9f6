/** The cells of the packaging matrix that take long: other runtimes, Parcel, Next, test runners. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_NAMES, engineBinary } from "../../scripts/engines.mjs";
import { findChromium, launch } from "../browser/chromium.js";
import * as frameworks from "./frameworks.js";
import { opened, visited } from "./pages.js";
import { expectSame, Place, run } from "./place.js";
import { Tools } from "./tools.js";

const executable = findChromium();
const tools = Tools.install("long");

let place: Place;
beforeAll(async () => {
  place = await Place.make("long");
}, 300_000);

/** How an engine that is no Node is told to run a program. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  bun: ["run"],
  deno: ["run", "-A", "--node-modules-dir=manual"],
};

describe("A runtime", () => {
  test.each(
    ENGINE_NAMES.flatMap((engine) =>
      ["node.js", "node.cjs"].map((program) => ({ engine, program })),
    ),
  )("$engine runs $program", async ({ engine, program }) => {
    const folder = place.cell(`${engine} ${program}`);
    const args = [...(FLAGS[engine] ?? ["--no-warnings"]), program];
    const { stdout } = await run(engineBinary(engine), args, { cwd: folder, timeout: 60_000 });
    expectSame(JSON.parse(stdout), place);
  });
});

describe.skipIf(!tools)("A test runner", () => {
  test.each(["node", "jsdom", "happy-dom"])("vitest runs it in %s", async (environment) => {
    expectSame(await frameworks.vitest(place, tools!, environment), place);
  });

  test("jest runs it in node", async () => {
    expectSame(await frameworks.jest(place, tools!), place);
  });
});

describe.skipIf(!tools || !executable)("A page made by", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(executable!);
  });
  afterAll(() => browser?.close());

  const pages = ["index.html", "recommend.html"];

  test("Parcel with packageExports reads, trains and recommends", async () => {
    const site = await frameworks.parcel(place, tools!, { packageExports: true, pages });
    expectSame(await visited(browser, site), place);
    const { recommended } = place.expected;
    expect(await visited(browser, site, { path: "recommend.html" })).toEqual({ recommended });
  });

  test("Parcel with packageExports trains in the page's own worker, without hoisting", async () => {
    const flags = ["--no-scope-hoist"]; // with it, Parcel loses modules that both programs share
    const options = { packageExports: true, pages: ["worker.html"], flags };
    const site = await frameworks.parcel(place, tools!, options);
    expectSame(await visited(browser, site, { path: "worker.html" }), place);
  });

  test("Parcel without packageExports takes the module for browsers, and trains", async () => {
    const options = { packageExports: false, pages: ["index.html"] };
    const site = await frameworks.parcel(place, tools!, options);
    expectSame(await visited(browser, site), place);
  });

  test("Next reads, trains and recommends", async () => {
    const port = 34_567;
    const server = await frameworks.next(place, tools!, port);
    try {
      const url = `http://127.0.0.1:${port}/`;
      expectSame(await opened(browser, url), place);
      const { recommended } = place.expected;
      expect(await opened(browser, `${url}recommend`)).toEqual({ recommended });
      expectSame(await opened(browser, `${url}worker`), place);
    } finally {
      server.kill();
    }
  });
});
