/**
 * Shows how far a long job is: a bar that is redrawn on a terminal, else a plain line after every tenth.
 *
 *     training ━━━━━━━━━━━╸          57 %  17,364 events/s  0:42 left  epoch 6/10  loss 6.016
 */
import { formatCount, formatSeconds } from "./format.js";
import { type Io, inkFor, isTerminal, type TextStream } from "./io.js";

const BAR = 20;
/** A bar redraws ten times a second; plain lines come at most one a second. */
const REDRAW_MS = 100;
const LINE_MS = 1000;
/** Speed is measured over about the last 20 s, so that the time left follows a machine that slows down. */
const WINDOW_MS = 20_000;

export interface Progress {
  /**
   * Shows `done` of `total` events and a note, e.g. `"epoch 6/10  loss 6.016"`. Where the total is NaN, which
   * it is of a pipe, `done` stands in place of the share and the time left. Where it is 1, `done` is a share, and
   * no speed is shown.
   */
  update(done: number, total: number, note?: string): void;
  /** Erases the bar, so that other text can be printed. The next `update` draws it again. */
  clear(): void;
  /** Erases the bar for good. Safe to call twice. */
  finish(): void;
}

export interface ProgressOptions {
  readonly env?: Io["env"];
  /** A clock in milliseconds: `performance.now`, except in tests. */
  readonly now?: () => number;
}

/** Progress of one job on `stream` (standard error, usually), headed by `label`. */
export function createProgress(
  stream: TextStream,
  label: string,
  options: ProgressOptions = {},
): Progress {
  const now = options.now ?? ((): number => performance.now());
  const env = options.env ?? process.env;
  return isTerminal(stream, env) ? new Bar(stream, label, env, now) : new Lines(stream, label, now);
}

/** A progress that shows nothing, for quiet output. */
export const NO_PROGRESS: Progress = { update() {}, clear() {}, finish() {} };

class Bar implements Progress {
  readonly #stream: TextStream;
  readonly #label: string;
  readonly #env: Io["env"];
  readonly #now: () => number;
  readonly #pace: Pace;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #visible = false;
  #finished = false;

  constructor(stream: TextStream, label: string, env: Io["env"], now: () => number) {
    this.#stream = stream;
    this.#label = label;
    this.#env = env;
    this.#now = now;
    this.#pace = new Pace(now());
  }

  update(done: number, total: number, note = ""): void {
    const at = this.#now();
    this.#pace.add(at, done);
    if (this.#finished || (at - this.#drawnAt < REDRAW_MS && this.#visible)) return;
    this.#drawnAt = at;
    this.#visible = true;
    const ink = inkFor(this.#stream, this.#env);
    const share = shareOf(done, total);
    const halves = Math.floor(share * BAR * 2);
    const filled = "━".repeat(Math.floor(halves / 2)) + (halves % 2 ? "╸" : "");
    const left = BAR - filled.length;
    // The dim rail is visible by its colour only, so there is none without colour.
    const rail = ink.dim("━") === "━" ? " ".repeat(left) : ink.dim("━".repeat(left));
    const head = Number.isNaN(total) ? formatCount(done) : percent(share);
    const tail = `${head}  ${this.#pace.describe(total)}${note && `  ${note}`}`;
    const room = (this.#stream.columns ?? 80) - this.#label.length - BAR - 4;
    const bar = ink.cyan(filled) + rail;
    const text = room >= 5 ? `${this.#label} ${bar} ${ink.dim(tail.slice(0, room))}` : head;
    this.#stream.write(`\r${text}\u001b[K`);
  }

  clear(): void {
    if (this.#visible) this.#stream.write("\r\u001b[K");
    this.#visible = false;
  }

  finish(): void {
    this.clear();
    this.#finished = true;
  }
}

class Lines implements Progress {
  readonly #stream: TextStream;
  readonly #label: string;
  readonly #now: () => number;
  readonly #pace: Pace;
  #tenth = 0;
  #writtenAt: number;

  constructor(stream: TextStream, label: string, now: () => number) {
    this.#stream = stream;
    this.#label = label;
    this.#now = now;
    this.#writtenAt = now();
    this.#pace = new Pace(this.#writtenAt);
  }

  update(done: number, total: number, note = ""): void {
    const at = this.#now();
    this.#pace.add(at, done);
    const share = shareOf(done, total);
    const tenth = Math.floor(share * 10 + 1e-9);
    const isUnknown = Number.isNaN(total);
    const wait = isUnknown ? 10 * LINE_MS : LINE_MS;
    if ((tenth <= this.#tenth && !isUnknown) || at - this.#writtenAt < wait) return;
    this.#tenth = tenth;
    this.#writtenAt = at;
    const rest = note && `  ${note}`;
    const head = isUnknown ? formatCount(done) : percent(share);
    this.#stream.write(`${this.#label} ${head}  ${this.#pace.describe(total)}${rest}\n`);
  }

  clear(): void {}

  finish(): void {}
}

/** Events per second over the last seconds, and the time that is left. */
class Pace {
  /** Samples (ms, done), oldest first, at most one a second. */
  readonly #samples: { at: number; done: number }[];
  #last: { at: number; done: number };

  constructor(at: number) {
    this.#last = { at, done: 0 };
    this.#samples = [this.#last];
  }

  add(at: number, done: number): void {
    this.#last = { at, done };
    const newest = this.#samples[this.#samples.length - 1];
    if (newest && at - newest.at < 1000) return;
    this.#samples.push(this.#last);
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= WINDOW_MS) {
      this.#samples.shift();
    }
  }

  describe(total: number): string {
    const first = this.#samples[0] ?? this.#last;
    const rate = ((this.#last.done - first.done) * 1000) / (this.#last.at - first.at);
    if (!(rate > 0) || !Number.isFinite(rate)) return "starting";
    const speed = `${formatCount(rate)} events/s`;
    if (Number.isNaN(total)) return speed;
    const left = `${formatSeconds(Math.max(0, total - this.#last.done) / rate)} left`;
    return total === 1 ? left : `${speed}  ${left}`;
  }
}

function shareOf(done: number, total: number): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
}

/** `" 57 %"`, always five characters. */
function percent(share: number): string {
  return `${String(Math.floor(share * 100 + 1e-9)).padStart(3)} %`;
}
