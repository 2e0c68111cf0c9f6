/** The types of the kernels say what the binaries export: names, and how many parameters. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { binaries, servingBinaries } from "../../src/wasm/binaries.js";
import { ROOT } from "../sources.js";

/** Name → parameters, of a binary's exports. */
function exported(hex: string): Map<string, number> {
  const module = new WebAssembly.Module(Buffer.from(hex, "hex"));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return new Map(
    Object.entries(exports).map(([name, kernel]) => [name, (kernel as () => void).length]),
  );
}

function treeOf(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.ES2022);
}

/** Name → parameters, of the interface. */
function typed(): Map<string, number> {
  const tree = treeOf("src/wasm/abi.ts");
  const kernels = tree.statements.find(ts.isInterfaceDeclaration)!;
  return new Map(
    kernels.members
      .filter(ts.isMethodSignature)
      .map(({ name, parameters }) => [name.getText(tree), parameters.length]),
  );
}

/** Names that are picked for answering alone. */
function picked(): string[] {
  const text = readFileSync(join(ROOT, "src/wasm/serving.ts"), "utf8");
  return [...text.matchAll(/\| "(\w+)"/g)].map(([, name]) => name!);
}

test("all kernels", async () => {
  expect(exported(await binaries.portable())).toEqual(typed());
});

test("those that answer alone are as all, and fewer", async () => {
  const [serving, all] = [exported(await servingBinaries.serving()), typed()];
  expect([...serving.keys()].sort()).toEqual(picked().sort());
  for (const [name, parameters] of serving) expect(all.get(name)).toBe(parameters);
});
