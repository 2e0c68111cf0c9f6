/**
 * The tiny app by each bundler: a folder of files to serve, in which index.html trains, recommend.html
 * recommends and worker.html trains in a worker of its own.
 */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rollup as rollupBuild } from "rollup";
import { createServer, type ViteDevServer, build as viteBuild } from "vite";
import type { Place } from "./place.js";
import type { Tools } from "./tools.js";

const PAGES = ["index.html", "recommend.html", "worker.html"];

/** Bundles in a cell's folder and returns the folder to serve. */
export type Bundler = (place: Place, folder: string, tools: Tools) => Promise<string>;

/** For bundlers of scripts: the pages as they are, beside the bundled scripts. */
function siteOf(place: Place, folder: string): string {
  const site = join(folder, "site");
  mkdirSync(site, { recursive: true });
  for (const page of PAGES) cpSync(join(folder, page), join(site, page));
  place.addFiles(site);
  return site;
}

function inputs(folder: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, join(folder, `${name}.js`)]));
}
/** The worker of the page itself is found by bundlers that know `new Worker(new URL(…))`, else it is one more script. */
const SCRIPTS = ["train", "recommend", "own-worker"];
/** For `createWorker`: bundlers of scripts make it beside them, as the README shows. */
const WORKER = { "gru4rec-worker": "gru4rec/worker" };
const ALL_SCRIPTS = [...SCRIPTS, "inside"];

export const vite: Bundler = async (place, folder) => {
  const outDir = join(folder, "site");
  const input = PAGES.map((page) => join(folder, page));
  await viteBuild({
    root: folder,
    configFile: false,
    logLevel: "error",
    build: {
      outDir,
      rolldownOptions: { input, output: { entryFileNames: "[name].js" } },
    },
  });
  place.addFiles(outDir);
  return outDir;
};

/** Its server, which bundles dependencies when it starts; it serves on a free port until it is closed. */
export async function viteServer(place: Place, folder: string): Promise<ViteDevServer> {
  place.addFiles(join(folder, "public"));
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: "error",
    cacheDir: join(folder, "cache"),
    server: { host: "127.0.0.1", port: 0, hmr: false, watch: null },
  });
  return server.listen();
}

export const webpack: Bundler = async (place, folder, tools) => {
  const bundle = await tools.load("webpack");
  const site = siteOf(place, folder);
  const config = {
    mode: "production",
    context: folder,
    entry: inputs(folder, SCRIPTS),
    output: { path: site, filename: "[name].js" },
    optimization: { minimize: false }, // takes most of the time
    performance: { hints: false },
  };
  await new Promise<void>((resolve, reject) => {
    bundle(
      config,
      (error: Error | null, stats: { toJson(): { errors: object[]; warnings: object[] } }) => {
        if (error) return reject(error);
        const { errors, warnings } = stats.toJson();
        const [said] = [...errors, ...warnings];
        if (said) return reject(new Error(JSON.stringify(said).slice(0, 1000)));
        resolve();
      },
    );
  });
  return site;
};

const esbuildWith =
  (splitting: boolean): Bundler =>
  async (place, folder, tools) => {
    const { build } = await tools.load("esbuild");
    const site = siteOf(place, folder);
    const { errors, warnings } = await build({
      absWorkingDir: folder,
      entryPoints: { ...inputs(folder, ALL_SCRIPTS), ...WORKER },
      outdir: site,
      bundle: true,
      minify: true,
      format: "esm",
      splitting,
      logLevel: "silent",
    });
    const [said] = [...errors, ...warnings];
    if (said) throw new Error(said.text);
    return site;
  };
export const esbuild: Bundler = esbuildWith(false);
export const esbuildSplitting: Bundler = esbuildWith(true);

export const rollup: Bundler = async (place, folder, tools) => {
  const nodeResolve = await tools.load("@rollup/plugin-node-resolve");
  const site = siteOf(place, folder);
  const build = await rollupBuild({
    input: { ...inputs(folder, ALL_SCRIPTS), ...WORKER },
    plugins: [nodeResolve({ browser: true, rootDir: folder })],
    onwarn(warning: { message: string }) {
      throw new Error(warning.message);
    },
  });
  await build.write({ dir: site, format: "es" });
  await build.close();
  return site;
};

/** No bundler: the package's prebuilt module and what stands beside it, at a URL of the page's own origin. */
export async function plain(place: Place, folder: string): Promise<string> {
  place.addPrebuilt(join(folder, "gru4rec"));
  for (const name of ["app.js", "recommend.js"]) {
    const path = join(folder, name);
    const code = readFileSync(path, "utf8").replace('"gru4rec"', '"./gru4rec/gru4rec.js"');
    writeFileSync(path, code);
  }
  return folder;
}

/** No bundler: an import map says where the prebuilt module is. */
export async function mapped(folder: string, url: string): Promise<string> {
  const map = JSON.stringify({ imports: { gru4rec: url } });
  for (const page of PAGES) {
    const path = join(folder, page);
    const html = readFileSync(path, "utf8");
    writeFileSync(path, html.replace("</head>", `<script type="importmap">${map}</script></head>`));
  }
  return folder;
}
