/** The same trainings in a browser: a page that trains when it is opened and posts what came of it. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { Trained } from "./engines.js";
import { hasWebKit, openInWebKit } from "./webkit.js";

/** Browsers, where distributions put them, and how a page is opened without a window. */
export type Browser = "chromium" | "firefox" | "webkit";

const BROWSERS: Readonly<
  Record<Exclude<Browser, "webkit">, { readonly path: string; flags(profile: string): string[] }>
> = {
  chromium: {
    path: process.env.CHROMIUM ?? "/usr/bin/chromium",
    flags: (profile: string) => [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      `--user-data-dir=${profile}`,
    ],
  },
  firefox: {
    path: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    flags: (profile: string) => ["--headless", "--no-remote", "--profile", profile],
  },
};

export function isInstalled(browser: Browser): boolean {
  return browser === "webkit" ? hasWebKit : existsSync(BROWSERS[browser].path);
}

/** A browser without a window that shows a page until it is closed. */
export async function opened(browser: Browser, url: string): Promise<{ close(): void }> {
  if (browser === "webkit") return openInWebKit(url);
  const { path, flags } = BROWSERS[browser];
  const profile = mkdtempSync(join(tmpdir(), "gru4rec-profile-"));
  const child = spawn(path, [...flags(profile), url], { stdio: "ignore" });
  return {
    // The profile stays until the folder of all tests goes: processes of the browser write to it for a while.
    close() {
      child.kill();
    },
  };
}

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

/** Trains as the page's own functions do (test/browser/page), one way after the other. */
const DRIVER = `<script type="module">
  const results = [];
  try {
    while (!window.trainHere) await new Promise((resolve) => setTimeout(resolve, 50));
    for (const numerics of ["portable", "fast"]) for (const threads of [0, 1, 2, 4]) {
      const { model, isolated } = await window.trainHere({ numerics, threads, epochs: 3 });
      results.push({ numerics, threads, model, isolated });
    }
    await fetch("/report", { method: "POST", body: JSON.stringify(results) });
  } catch (error) {
    await fetch("/report", { method: "POST", body: JSON.stringify({ error: String(error) }) });
  }
</script>`;

/** @param folder the bundled page */
export async function trainedIn(
  browser: Browser,
  folder: string,
  shared: boolean,
): Promise<Trained[]> {
  let report: (body: string) => void;
  const reported = new Promise<string>((resolve) => {
    report = resolve;
  });
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      request.on("end", () => report(body));
      return response.end();
    }
    const path = request.url === "/" ? "/index.html" : request.url!;
    const file = join(folder, path);
    if (!existsSync(file)) return response.writeHead(404).end();
    const type = { "Content-Type": TYPES[extname(file)] ?? "" };
    response.writeHead(200, { ...(shared && ISOLATION), ...type });
    response.end(path === "/index.html" ? readFileSync(file, "utf8") + DRIVER : readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const window = await opened(browser, url);
  try {
    const results = JSON.parse(await reported);
    if (!Array.isArray(results)) throw new Error(`${browser}: ${results.error}`);
    return results.map(({ numerics, threads, model, isolated }) => {
      if (isolated !== shared) throw new Error(`${browser}: expected isolation to be ${shared}`);
      const bytes = Buffer.from(model, "base64");
      const hash = createHash("sha256").update(bytes).digest("hex");
      return { engine: browser, shared, numerics, threads, hash };
    });
  } finally {
    window.close();
    server.closeAllConnections();
    server.close();
  }
}
