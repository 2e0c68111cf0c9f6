/** The surroundings of a command: two streams, the environment, and the signal of Ctrl-C. */

/** The part of a stream that is used. `process.stdout` and `process.stderr` have it; tests use a string. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width in characters; known of terminals only. */
  readonly columns?: number | undefined;
}

/** A command's surroundings. Commands take these and never touch `process`. */
export interface Io {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** Paints text for one stream, or leaves it alone where colour is unwanted. */
export interface Ink {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** Whether the stream is a terminal that can move its cursor. Others get plain lines. */
export function isTerminal(stream: TextStream, env: Io["env"]): boolean {
  return stream.isTTY === true && env.TERM !== "dumb";
}

/**
 * Colours for `stream`: on a terminal, unless NO_COLOR is set and not empty (no-color.org); elsewhere only
 * if FORCE_COLOR is set to something other than 0.
 */
export function inkFor(stream: TextStream, env: Io["env"]): Ink {
  const forced = (env.FORCE_COLOR ?? "0") !== "0";
  const coloured = env.NO_COLOR ? false : forced || isTerminal(stream, env);
  const paint =
    (on: number, off: number) =>
    (text: string): string =>
      coloured && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}
