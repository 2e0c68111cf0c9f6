/**
 * The meeting point of the threads of a step.
 *
 * A thread that arrives early first spins, then sleeps until the generation changes. A phase is often
 * shorter than a wake-up, which takes 5 to 10 µs. While a thread wakes up, the thread that woke it
 * reaches the next meeting and would fall asleep as well, so a spin is longer than several wake-ups.
 * After a spin in vain (more threads than processors, a busy machine) the next ones are short. Now and
 * then one is long, to find out whether spinning helps again.
 */
import { areTensors } from "./asserts";

/** Turns of a long spin, about 60 µs, and of a short one, about 1 µs. */
const LONG: i32 = 200000;
const SHORT: i32 = 4000;
/** After a spin in vain, one in so many is long. */
const TRIES: i32 = 32;

/**
 * Returns when `threads` callers have arrived. Builds without shared memory have one thread.
 *
 * @param at  i32[4]  threads there, generation, threads asleep, spins in vain since the last useful
 *                    one; 0 at first
 */
export function barrier(at: usize, threads: i32): void {
  assert(areTensors(at));
  assert(threads == 1 || (ASC_FEATURE_THREADS && threads > 1));
  if (!ASC_FEATURE_THREADS || threads < 2) return;
  const generation = atomic.load<i32>(at, 4);
  if (atomic.add<i32>(at, 1) == threads - 1) {
    atomic.store<i32>(at, 0);
    atomic.add<i32>(at, 1, 4);
    // Whoever counts itself later sees the new generation and does not sleep.
    if (atomic.load<i32>(at, 8) > 0) atomic.notify(at + 4, threads);
    return;
  }
  const vain = atomic.load<i32>(at, 12);
  const spins = vain % TRIES == 0 ? LONG : SHORT;
  for (let spin = 0; spin < spins; ++spin) {
    if (atomic.load<i32>(at, 4) != generation) {
      if (vain > 0) atomic.store<i32>(at, 0, 12);
      return;
    }
  }
  atomic.store<i32>(at, vain + 1, 12);
  atomic.add<i32>(at, 1, 8);
  while (atomic.load<i32>(at, 4) == generation) atomic.wait<i32>(at + 4, generation, -1);
  atomic.sub<i32>(at, 1, 8);
}
