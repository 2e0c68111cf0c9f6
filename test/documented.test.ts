/** Every public name, and every member of it, says what it is: editors and the reference show no other text. */

import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { ROOT } from "./sources.js";

const ENTRIES = ["dist/index.d.ts", "dist/node.d.ts"].map((path) => join(ROOT, path));

test("all that is public is documented", () => {
  const options = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    skipLibCheck: true,
  };
  const program = ts.createProgram(ENTRIES, options);
  const checker = program.getTypeChecker();
  const isSilent = (symbol: ts.Symbol): boolean =>
    symbol.getDocumentationComment(checker).length === 0;
  const publicNames = ENTRIES.flatMap((path) => {
    const entry = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
    return checker.getExportsOfModule(entry);
  });
  const silent = new Set<string>();
  for (const name of publicNames) {
    const isAlias = (name.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? checker.getAliasedSymbol(name) : name;
    if (isSilent(symbol)) silent.add(symbol.name);
    for (const member of membersOf(symbol)) {
      const found = checker.getSymbolAtLocation(member);
      if (found && isSilent(found)) silent.add(`${symbol.name}.${member.getText()}`);
    }
  }
  expect(publicNames.length).toBeGreaterThan(100);
  expect([...silent]).toEqual([]);
}, 120_000);

/** Names of what an interface or a class lets others see. */
function membersOf({ declarations = [] }: ts.Symbol): ts.Node[] {
  return declarations
    .filter((one) => ts.isInterfaceDeclaration(one) || ts.isClassDeclaration(one))
    .flatMap((one): ts.Node[] =>
      [...one.members].flatMap((member: ts.ClassElement | ts.TypeElement) => {
        const isPrivate = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private;
        return member.name && !ts.isPrivateIdentifier(member.name) && !isPrivate
          ? [member.name]
          : [];
      }),
    );
}
