/**
 * Builds the page into `build/web`, and serves it while it is worked on.
 *
 * What the first screen shows of the sample shop (how often its items are clicked, and the best that any model could
 * reach) is worked out here, so that a visitor's tab does not have to.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin, type UserConfigFnObject } from "vite";
import { sampleOf } from "./sample.js";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(at("../../package.json"), "utf8")) as {
  version: string;
};

const RULES =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'";
/** The site (scripts/site.mjs) has one of its own. */
const GUIDE = "https://github.com/gru4rec/gru4rec-js/blob/main/docs/README.md";
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const config: UserConfigFnObject = defineConfig(({ command }) => ({
  root: at("."),
  base: "./",
  define: {
    __VERSION__: JSON.stringify(version),
    __RULES__: command === "build",
    __GUIDE__: JSON.stringify(GUIDE),
  },
  resolve: { alias: { gru4rec: at("../../dist/index.js") } },
  plugins: [sample(), ...(command === "build" ? [rules(), offline()] : [])],
  server: { headers: ISOLATION, fs: { allow: [at("../..")] } },
  preview: { headers: ISOLATION },
  worker: { format: "es", plugins: () => [] },
  build: {
    outDir: at("../../build/web"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Working out the sample takes most of a build, which is no news.
      checks: { pluginTimings: false },
      input: { page: at("index.html"), sw: at("src/offline/sw.ts") },
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
}));

export default config;

/** `virtual:sample`: the dots of the first screen. */
function sample(): Plugin {
  const id = "\0virtual:sample";
  return {
    name: "sample",
    resolveId: (name) => (name === "virtual:sample" ? id : undefined),
    load: async (name) =>
      name === id ? `export const sample = ${JSON.stringify(await sampleOf())};` : undefined,
  };
}

/** The rule that nothing is sent, in the page itself: it holds on any server. */
function rules(): Plugin {
  return {
    name: "rules",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: RULES },
        injectTo: "head-prepend",
      },
    ],
  };
}

/** Tells the service worker which files there are. */
function offline(): Plugin {
  return {
    name: "offline",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter(
        (name) => name !== "sw.js" && !name.endsWith(".map"),
      );
      const all = [...files, "mark.svg"].sort();
      const stamp = createHash("sha256").update(all.join("\n")).digest("hex").slice(0, 12);
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") return;
      worker.code = worker.code
        .replaceAll("__FILES__", JSON.stringify(all))
        .replaceAll("__STAMP__", JSON.stringify(stamp));
    },
  };
}
