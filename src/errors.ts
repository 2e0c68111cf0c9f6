/**
 * Every error that this library throws on purpose.
 *
 * One grammar: `where: expected what, got value`, then, if a remedy is known, one sentence telling it.
 */

import type { Bytes } from "./platform.js";

/** Thrown when an option, a shape or an input value is outside what the model accepts. */
export class ConfigError extends RangeError {
  /** `ConfigError`. */
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
  /** `FormatError`. */
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
 * or more, which f32 holds too coarsely to compare. The model keeps its last whole epoch.
 */
export class DivergedError extends Error {
  /** `DivergedError`. */
  override readonly name = "DivergedError";

  constructor(
    /** Epoch, counted from 1. */
    readonly epoch: number,
    /** Mini-batch within the epoch, counted from 1. */
    readonly step: number,
    found: string,
    remedy: string,
  ) {
    super(`epoch ${epoch}, step ${step}: ${cut(found, LONGEST)}. ${remedy}`);
  }
}

/** Thrown by any use of an object after its `dispose()`. */
export class DisposedError extends Error {
  /** `DisposedError`. */
  override readonly name = "DisposedError";

  constructor(what: string) {
    super(`${what}: expected a live object, got one that was disposed.`);
  }
}

/** Thrown when a worker could not be started, failed, or does not answer. */
export class WorkerError extends Error {
  /** `WorkerError`. */
  override readonly name = "WorkerError";
}

/** An error of another thread, made again from its place and its message. */
export function errorAgain(
  kind: typeof ConfigError | typeof FormatError,
  place: string,
  message: string,
): Error {
  const error = new kind(place, "", "");
  error.message = message;
  return error;
}

/** Thrown when a checkpoint could not be kept. The checkpoint before it is intact. */
export class CheckpointError extends Error {
  /** `CheckpointError`. */
  override readonly name = "CheckpointError";

  constructor(
    message: string,
    /** The checkpoint, to be kept elsewhere; undefined when there was no memory to make it. */
    readonly bytes: Bytes | undefined,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** For an error's `got`: words that describe what was found, shown without the quotes of a value. */
export function words(text: string): { toString(): string } {
  return new Words(text);
}

class Words {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** Puts a place, such as the path of a file, in front of the message of an error. */
export function placed(place: string, error: Error): Error {
  error.message = `${cut(place)}: ${error.message}`;
  return error;
}

/** The most characters of a value, or of its place, that a message shows. */
const SHOWN = 200;
/** The most characters of other text: the names of all options, the message of another error. */
const LONGEST = 1000;
/** The smallest bigint with more digits than are shown. Writing out a long one takes long. */
const LARGEST = 10n ** BigInt(SHOWN);
/** The most entries of a list. */
const SHOWN_ENTRIES = 20;
/** How deep nested lists are shown. A broken file may nest them to any depth. */
const SHOWN_DEPTH = 3;

/** The message of an error, in the grammar above. */
export function sentence(where: string, expected: string, got: unknown, remedy?: string): string {
  const found = `expected ${cut(expected, LONGEST)}, got ${shown(got)}`;
  return `${cut(where)}: ${found}${remedy ? `. ${remedy}` : ""}`;
}

/** A value as short text. */
export function shown(value: unknown, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (value instanceof Words) return cut(value.text, LONGEST);
  if (typeof value === "bigint" && (value >= LARGEST || value <= -LARGEST)) {
    return `a bigint of more than ${SHOWN} digits`;
  }
  if (Array.isArray(value)) {
    if (depth === SHOWN_DEPTH) return "[…]";
    const entries = value.slice(0, SHOWN_ENTRIES).map((entry) => shown(entry, depth + 1));
    if (value.length > SHOWN_ENTRIES) entries.push("…");
    return `[${entries.join(", ")}]`;
  }
  try {
    const text = String(value);
    return text === "[object Object]" ? "an object" : cut(text);
  } catch {
    return "an object"; // its toString throws
  }
}

/** The beginning of a text that may be of any length. */
export function cut(text: string, most: number = SHOWN): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
