/**
 * Which places of which public functions a value got to: exports and methods are wrapped, and the call that
 * is handed a mark says where it found it.
 *
 *     fit(model, sessions, { checkpoint: { save: mark } })     →  fit(2).checkpoint.save
 *     model.recommend([mark])                                  →  GRU4Rec#recommend(0)[0]
 */

import ts from "typescript";

/** Of each function its places, `name(0)`, `name(1)`, …: as many as it has parameters. */
export const places: string[] = [];

const waiting: { mark: unknown; found?: string } = { mark: undefined };

/** Where the first wrapped function that was called with the mark found it. */
export async function placeOf(mark: unknown, call: () => unknown): Promise<string | undefined> {
  Object.assign(waiting, { mark, found: undefined });
  await Promise.resolve()
    .then(call)
    .catch(() => {});
  waiting.mark = undefined;
  return waiting.found;
}

/** The exports of a module with every function and class among them wrapped. */
export function recorded<Module extends object>(module: Module, prefix: string): Module {
  const own = Object.entries(module).map(([name, value]) => {
    if (typeof value !== "function" || /Error$/.test(name)) return [name, value];
    if (!/^class\b/.test(String(value))) return [name, wrapped(value, prefix + name)];
    watch(value, `${prefix}${name}.`);
    watch(value.prototype, `${prefix}${name}#`);
    return [name, value];
  });
  return Object.fromEntries(own) as Module;
}

/** Wraps the methods of a class or a prototype, which others hold already. */
export function watch(holder: object, prefix: string): void {
  for (const name of Object.getOwnPropertyNames(holder)) {
    const { value, writable } = Object.getOwnPropertyDescriptor(holder, name)!;
    if (typeof value !== "function" || !writable || name === "constructor") continue;
    Object.defineProperty(holder, name, { value: wrapped(value, prefix + name) });
  }
}

type AnyFunction = (this: unknown, ...values: unknown[]) => unknown;

function wrapped(real: AnyFunction, name: string): AnyFunction {
  places.push(...Array.from({ length: parametersOf(real) }, (_, i) => `${name}(${i})`));
  return function (...values) {
    for (const [i, value] of values.entries()) {
      if (waiting.mark === undefined || waiting.found !== undefined) break;
      const path = pathTo(waiting.mark, value, 3);
      if (path !== undefined) waiting.found = `${name}(${i})${path}`;
    }
    return real.apply(this, values);
  };
}

/** `""` of the value itself, `.name` or `[0]` of what it has; undefined where the mark is not in it. */
function pathTo(mark: unknown, value: unknown, depth: number): string | undefined {
  if (Object.is(mark, value)) return "";
  if (typeof value !== "object" || value === null || depth === 0) return undefined;
  if (Object.getPrototypeOf(value) !== Object.prototype && !Array.isArray(value)) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const path = pathTo(mark, part, depth - 1);
    if (path !== undefined) return Array.isArray(value) ? `[${name}]${path}` : `.${name}${path}`;
  }
  return undefined;
}

/** Those with a default, too, which `length` leaves out. */
function parametersOf(real: AnyFunction): number {
  const text = String(real);
  const code = /^(async\s+)?(function|\()/.test(text) ? `(${text})` : `({ ${text} })`;
  const { statements } = ts.createSourceFile("function.js", code, ts.ScriptTarget.Latest);
  let found = 0;
  const visit = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node)) {
      found = node.parameters.length;
      return true;
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  statements.some(visit);
  return found;
}
