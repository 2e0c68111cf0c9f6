/** Counts the workers that the library starts: the page tells on how many threads it learns. */

let started = 0;
let ended = 0;

const { Worker: Plain } = self;

class Counted extends Plain {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    started++;
  }

  override terminate(): void {
    super.terminate();
    ended++;
  }
}

export function countThreads(): void {
  self.Worker = Counted;
}

/** At least one: without a worker it is this thread that learns. */
export function threadsNow(): number {
  return Math.max(1, started - ended);
}
