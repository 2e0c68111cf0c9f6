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

/**
 * Thrown when training meets a weight, gradient, score or loss that is not finite, or a score of 2²⁴
 * or more, which says nothing any more. The model keeps its last whole epoch.
 */
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

/** The error of another thread, of which place and message came across. */
export function errorAgain(
  kind: typeof ConfigError | typeof FormatError,
  place: string,
  message: string,
): Error {
  const error = new kind(place, "", "");
  error.message = message;
  return error;
}

/** Thrown when a checkpoint could not be kept. The one that was kept before is as good as it was. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";

  constructor(
    message: string,
    /** The checkpoint, to be kept elsewhere; undefined when there was no memory to make it. */
    readonly bytes: Uint8Array<ArrayBuffer> | undefined,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** For an error's `got`: words that describe what was found, shown without the quotes of a value. */
export function words(text: string): { toString(): string } {
  return { toString: () => text };
}

/** Characters of a value, or of the place where it was, that a message shows; lists show so many entries. */
const SHOWN = 200;
const SHOWN_ENTRIES = 20;
/** Lists within lists that are shown: what a broken file holds may be of any depth. */
const SHOWN_DEPTH = 3;

/** The words of an error, in the grammar of all. */
export function sentence(where: string, expected: string, got: unknown, remedy?: string): string {
  return `${cut(where)}: expected ${expected}, got ${shown(got)}${remedy ? `. ${remedy}` : ""}`;
}

function shown(value: unknown, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (Array.isArray(value)) {
    if (depth === SHOWN_DEPTH) return "[…]";
    const entries = value.slice(0, SHOWN_ENTRIES).map((entry) => shown(entry, depth + 1));
    if (value.length > SHOWN_ENTRIES) entries.push("…");
    return `[${entries.join(", ")}]`;
  }
  try {
    const text = String(value);
    return text === "[object Object]" ? "an object" : text;
  } catch {
    return "an object"; // whose own toString is none
  }
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
