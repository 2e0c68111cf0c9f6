/** Headless Chromium on pages that this process serves. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Path of an installed Chromium, or undefined: `CHROMIUM` if set, else where distributions put it. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path));
}

/** Starts the browser with a profile of its own and without the requests it makes of itself. */
export function launch(executablePath: string, flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      ...flags,
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
};

/** A page server on loopback. */
export interface Site extends AsyncDisposable {
  readonly url: string;
}

type Headers = Readonly<Record<string, string>>;

/** What is answered at a path in place of a file of the folder, with headers of its own. */
export interface Answer {
  readonly body: string;
  readonly headers: Headers;
}

/** Serves the files of a folder with these headers on every answer, on a free port of 127.0.0.1. */
export async function serve(
  folder: string,
  headers: Headers,
  answers: Readonly<Record<string, Answer>> = {},
): Promise<Site> {
  const server: Server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://x").pathname);
    const answer = answers[path];
    if (answer) return response.writeHead(200, { ...answer.headers }).end(answer.body);
    const file = join(folder, path === "/" ? "index.html" : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { ...headers, "Content-Type": TYPES[extname(file)] ?? "" }).end(body);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
