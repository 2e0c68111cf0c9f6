/** What a page that only recommends loads, by bundlers that split: bytes as gzip sends them. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rollup } from "rollup";
import type { Place } from "./place.js";
import type { Tools } from "./tools.js";

interface Chunk {
  readonly file: string;
  readonly code: string;
  readonly isEntry: boolean;
  /** Files that are loaded with it, and files that are loaded when they are needed. */
  readonly imports: readonly string[];
  readonly later: readonly string[];
}

/** Builds the page's program and returns its minified chunks. */
type Build = (program: string, tools: Tools) => Promise<Chunk[]>;

export const withEsbuild: Build = async (program, tools) => {
  const { build } = await tools.load("esbuild");
  const { outputFiles, metafile } = await build({
    entryPoints: [program],
    outdir: join(program, "../out"),
    ...{ bundle: true, minify: true, splitting: true, format: "esm", write: false, metafile: true },
  });
  interface Output {
    readonly entryPoint?: string;
    readonly imports: readonly { readonly path: string; readonly kind: string }[];
  }
  return Object.entries(metafile.outputs as Record<string, Output>).map(([file, output]) => {
    const { text } = outputFiles.find(({ path }: { path: string }) => path.endsWith(file));
    const of = (kind: string): string[] =>
      output.imports.filter((one) => one.kind === kind).map(({ path }) => path);
    const isEntry = output.entryPoint?.endsWith("program.js") === true;
    const [imports, later] = [of("import-statement"), of("dynamic-import")];
    return { file, code: text, isEntry, imports, later };
  });
};

export const withRollup: Build = async (program, tools) => {
  const nodeResolve = await tools.load("@rollup/plugin-node-resolve");
  const { transform } = await tools.load("esbuild"); // Rollup itself does not minify
  const build = await rollup({ input: program, plugins: [nodeResolve({ browser: true })] });
  const { output } = await build.generate({ format: "es" });
  await build.close();
  const chunks = output.filter((file) => file.type === "chunk");
  return Promise.all(
    chunks.map(async ({ fileName: file, code, isEntry, imports, dynamicImports: later }) => {
      const minified = await transform(code, { minify: true, format: "esm" });
      return { file, code: minified.code, isEntry, imports, later };
    }),
  );
};

/** Bytes that are loaded at once, and with the one build of the kernels that answers; how many requests. */
export async function recommendOnly(
  build: Build,
  place: Place,
  tools: Tools,
): Promise<{ bytes: number; requests: number; kernels: readonly string[] }> {
  const folder = join(place.folder, `sizes ${build === withRollup ? "Rollup" : "esbuild"}`);
  mkdirSync(folder, { recursive: true });
  const program = join(folder, "program.js");
  writeFileSync(program, 'export { GRU4Rec } from "gru4rec/recommend";\n');
  const chunks = await build(program, tools);
  const named = (file: string): Chunk => chunks.find((chunk) => chunk.file === file)!;
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const { imports } of loaded) for (const file of imports) loaded.add(named(file));
  const later = new Set([...loaded].flatMap((chunk) => chunk.later.map(named)));
  const kernels = [...later].map(({ file }) => file.replace(/.*\/|-[\w-]{8}\.js$/g, ""));
  const serving = [...later].find(({ file }) => /serving(?!-relaxed)/.test(file))!;
  for (const file of serving.imports) loaded.add(named(file));
  const all = [...loaded, serving];
  const bytes = all.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  return { bytes, requests: all.length, kernels: kernels.sort() };
}
