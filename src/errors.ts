/**
 * Every error that this library throws on purpose.
 *
 * One grammar: `where: expected what, got value`, then, if a remedy is known, one sentence telling it.
 */

/** Thrown when an option, a shape or an input value is outside what the model accepts. */
export class ConfigError extends RangeError {
  override readonly name = "ConfigError";

  constructor(
    /** Dotted path of the offending option, e.g. `"layers[1]"`. */
    readonly path: string,
    expected: string,
    got: unknown,
    remedy?: string,
  ) {
    super(sentence(path, expected, got, remedy));
  }
}

/** Thrown when bytes are not what they claim to be: a broken model file, a broken click log. */
export class FormatError extends Error {
  override readonly name = "FormatError";

  constructor(
    /** What was being read and where in it, e.g. `"clicks.tsv, line 12"`. */
    readonly where: string,
    expected: string,
    got: unknown,
    remedy?: string,
    options?: ErrorOptions,
  ) {
    super(sentence(where, expected, got, remedy), options);
  }
}

/** Thrown when training left the finite numbers. The model keeps its last whole epoch. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";

  constructor(
    /** Epoch, counted from 1. */
    readonly epoch: number,
    /** Mini-batch within the epoch, counted from 1. */
    readonly step: number,
    found: string,
    remedy: string,
  ) {
    super(`epoch ${epoch}, step ${step}: ${found}. ${remedy}`);
  }
}

/** Thrown by any use of an object after its `dispose()`. */
export class DisposedError extends Error {
  override readonly name = "DisposedError";

  constructor(what: string) {
    super(`${what}: expected a live object, got one that was disposed.`);
  }
}

/** Thrown when a worker could not be started, failed, or does not answer. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

/** For an error's `got`: words that describe what was found, shown without the quotes of a value. */
export function words(text: string): { toString(): string } {
  return { toString: () => text };
}

function sentence(where: string, expected: string, got: unknown, remedy?: string): string {
  return `${where}: expected ${expected}, got ${shown(got)}${remedy ? `. ${remedy}` : ""}`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return String(value);
}
