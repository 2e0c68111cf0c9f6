/** The threads that a training takes: this worker's own file again, so that nothing of it is loaded twice. */

const NAME = "thread";

/** Whether this is one of them. */
export const isThread: boolean = self.name === NAME;

export const createWorker = (): Worker =>
  new Worker(self.location.href, { type: "module", name: NAME });
