/**
 * The kernels as files of the page: those that it calls, and those that answer alone amid those that learn. Packed
 * together they are a tenth smaller than apart; in hexadecimal, as the library has them, they would be an eighth larger.
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Kernels of two towers and of lists for many visits. A build in which one is called is refused. */
const UNUSED: readonly string[] = [
  ...["addBags", "sumBags", "normalizeRows", "normalizeRowsBackward"],
  ...["softmaxBlock", "softmaxJoin", "scaleRows", "scatterRows", "takeTargetScores"],
  ...["keepHighest", "maskHits", "maskListed", "topKRows"],
];

/** Where those that answer stand: what is like them must not be 32 KB away, further than packers look. */
const MIDDLE = 12_000;

/** Puts the page's table (src/engine/kernels.ts) in the place of the library's. */
export function kernels(): Plugin {
  return {
    name: "kernels",
    enforce: "pre",
    resolveId(name, importer) {
      if (name === "virtual:numerics") return at("../../dist/wasm/kernels.js");
      if (name.startsWith("virtual:kernels/")) return `\0${name}`;
      const isTable = /dist.wasm./.test(importer ?? "") && name === "./binaries.js";
      return isTable ? at("src/engine/kernels.ts") : undefined;
    },
    async load(id) {
      const [, name] = /^\0virtual:kernels\/([\w-]+)$/.exec(id) ?? [];
      if (!name) return undefined;
      const learning = await called(name);
      const serving = name.startsWith("serving") ? Buffer.alloc(0) : await called("serving");
      const parts = [learning.subarray(0, MIDDLE), serving, learning.subarray(MIDDLE)];
      const source = Buffer.concat(parts);
      const file = this.emitFile({ type: "asset", name: `${name}.wasm`, source });
      const end = MIDDLE + serving.length;
      return `export default { file: import.meta.ROLLUP_FILE_URL_${file}, begin: ${MIDDLE}, end: ${end} };`;
    },
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        const name = UNUSED.find((one) => new RegExp(`\\.${one}\\b`).test(chunk.code));
        if (name)
          this.error(`${chunk.fileName}: expected no call of ${name}, whose kernel is left out`);
      }
    },
  };
}

/** A build of the library without the kernels that the page does not call. */
async function called(name: string): Promise<Buffer> {
  const { default: binaryen } = await import("assemblyscript/binaryen");
  const module = binaryen.readBinary(readFileSync(at(`../../dist/wasm/${name}.wasm`)));
  try {
    module.setFeatures(binaryen.Features.All);
    for (const one of UNUSED) if (module.getExport(one)) module.removeExport(one);
    module.runPasses(["remove-unused-module-elements"]);
    return Buffer.from(module.emitBinary());
  } finally {
    module.dispose();
  }
}
