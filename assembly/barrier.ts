/**
 * The meeting point of the threads of a step.
 *
 * A thread that comes early spins, since a phase is often shorter than a wake-up, then sleeps on the
 * generation. A wake-up takes 5 to 10 µs, in which the thread that woke it arrives at the next meeting
 * and would fall asleep in its turn, so the spin is longer than several of them. Where it does not help
 * (more threads than processors, a busy neighbour) it is cut short, and tried in full now and then.
 */
import { areTensors } from "./asserts";

/** Turns of a spin: about 60 µs, and about one. */
const LONG: i32 = 200000;
const SHORT: i32 = 4000;
/** Of the spins after one that was in vain, the share that is long. */
const TRIES: i32 = 32;

/**
 * Returns when `threads` callers have arrived. Builds without shared memory have one thread.
 *
 * @param at  i32[4]  arrived, generation, sleeping, spins in vain since one that was not; zero at first
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
