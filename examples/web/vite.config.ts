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
import { kernels } from "./kernels.js";
import { defaultsOf, sampleOf } from "./sample.js";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(at("../../package.json"), "utf8")) as {
  version: string;
};

const RULES =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'";
/** The site (scripts/site.mjs) has one of its own. */
const GUIDE = "https://github.com/gru4rec/gru4rec-js/blob/main/docs/README.md";
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Files of the worker that learns: one to begin with, one more to read a text. Large files are packed better. */
const GROUPS = [
  { name: "learn", tags: ["$initial" as const], priority: 2 },
  {
    name: "read",
    test: /data.read.(?!(parquet|zip|zstd|gzip|objects|values|number-rows|foreign|sequences|title))/,
  },
];

/** What the page begins with is one file, whatever later parts share with it. */
const FIRST = {
  name: "page",
  tags: ["$initial" as const],
  test: (id: string): boolean => !/offline.sw/.test(id),
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
  plugins: [sample(), threads(), ...(command === "build" ? [imports(), rules(), offline()] : [])],
  server: { headers: ISOLATION, fs: { allow: [at("../..")] } },
  preview: { headers: ISOLATION },
  worker: {
    format: "es",
    plugins: () => [threads(), ...(command === "build" ? [kernels()] : [])],
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
  },
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
        codeSplitting: { groups: [FIRST] },
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
}));

export default config;

/** `virtual:sample`, the dots of the first screen, and `virtual:defaults`. */
function sample(): Plugin {
  const makers = { sample: sampleOf, defaults: defaultsOf };
  return {
    name: "sample",
    resolveId: (name) => (/^virtual:(sample|defaults)$/.test(name) ? `\0${name}` : undefined),
    async load(id) {
      const [, name] = /^\0virtual:(sample|defaults)$/.exec(id) ?? [];
      if (!name) return undefined;
      return `export const ${name} = ${JSON.stringify(await makers[name as keyof typeof makers]())};`;
    },
  };
}

/**
 * `virtual:thread`: what a thread of the library runs, out of the modules that its worker has anyway. So the library's
 * own text of all its threads (`program.web.js`) is not needed, nor are workers that start from a text.
 */
function threads(): Plugin {
  const dist = (path: string): string => JSON.stringify(at(`../../dist/${path}.js`));
  const code = `
    import { port } from ${JSON.stringify(at("../../src/threads/port.web.ts"))};
    import { planGru4rec } from ${dist("models/gru4rec/answering")};
    import { rankProgram } from ${dist("ranking/rank-program")};
    import { serve } from ${dist("threads/serve")};
    import { trainingProgram } from ${dist("training/sampled/program")};
    import ${dist("training/keeping")};
    import ${dist("ranking/scorer")};
    const programs = { training: trainingProgram, "gru4rec-ranks": rankProgram(planGru4rec) };
    export const serveThread = () => serve(port, programs);`;
  const none = `export const program = () => { throw new Error("a worker without createWorker"); };`;
  const codes: Readonly<Record<string, string>> = { "\0virtual:thread": code, "\0none": none };
  return {
    name: "threads",
    enforce: "pre",
    resolveId(name) {
      if (name.endsWith("/program.web.js")) return "\0none";
      return name === "virtual:thread" ? "\0virtual:thread" : undefined;
    },
    load: (name) => codes[name],
  };
}

/** No late part has styles or parts of its own, which Vite would load ahead of it with more text than the part has. */
function imports(): Plugin {
  return {
    name: "imports",
    enforce: "pre",
    load: (id) =>
      id === "\0vite/preload-helper.js"
        ? "export const __vitePreload = (load) => load();"
        : undefined,
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
