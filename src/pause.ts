/** Gives the event loop its turn. */

/** How long code on the calling thread may compute before it lets others in. */
export const SLICE_MS = 12;

/** Resolves in a later task, after waiting events had theirs; unlike a timer it is not throttled. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/**
 * When the slice of this thread ends. All work shares it: two that follow each other without a pause
 * between them would otherwise take a slice each in one turn.
 */
let sliceEnd = 0;

/**
 * To be awaited often: it pauses only when the slice is used up. Returns whether it paused.
 *
 * @throws the reason of the signal, after a pause
 */
export async function pace(signal?: AbortSignal): Promise<boolean> {
  if (performance.now() < sliceEnd) return false;
  await pause();
  sliceEnd = performance.now() + SLICE_MS;
  signal?.throwIfAborted();
  return true;
}

/** Numbers that are gone through in about a millisecond. */
const PIECE = 1 << 16;

/** Goes through `length` numbers, some at a time; others have their turn between. */
export async function inPieces(
  length: number,
  work: (begin: number, end: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (let begin = 0; begin < length; begin += PIECE) {
    work(begin, Math.min(begin + PIECE, length));
    await pace(signal);
  }
}

/** The result of work that comes in steps; others have their turn between them. */
export async function inTurns<Result>(
  steps: Generator<unknown, Result>,
  signal?: AbortSignal,
): Promise<Result> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await pace(signal);
  }
}

/** The same in one go, for who cannot wait. */
export function atOnce<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
