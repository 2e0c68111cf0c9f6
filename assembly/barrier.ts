/**
 * The meeting point of the threads of a step.
 *
 * Spins briefly, since a phase is often shorter than a wake-up, then sleeps on the generation.
 */

/** Turns of the spin before sleeping. */
const SPINS: i32 = 2000;

/**
 * Returns when `threads` callers have arrived. Builds without shared memory have one thread.
 *
 * @param at      i32[2]  arrived, generation; zero at first
 */
export function barrier(at: usize, threads: i32): void {
  if (!ASC_FEATURE_THREADS || threads < 2) return;
  const generation = atomic.load<i32>(at, 4);
  if (atomic.add<i32>(at, 1) == threads - 1) {
    atomic.store<i32>(at, 0);
    atomic.add<i32>(at, 1, 4);
    atomic.notify(at + 4, threads);
    return;
  }
  for (let spin = 0; spin < SPINS; ++spin) {
    if (atomic.load<i32>(at, 4) != generation) return;
  }
  while (atomic.load<i32>(at, 4) == generation) atomic.wait<i32>(at + 4, generation, -1);
}
