/** Only one tab may learn and save: the browser's lock tells which. */

const NAME = "gru4rec-training";

export interface Held {
  release(): void;
}

/**
 * @param steal takes it from the tab that has it, which hears of it
 * @param onStolen hears that another tab took it
 * @returns undefined when another tab has it
 */
export function lock(steal: boolean, onStolen: () => void): Promise<Held | undefined> {
  const { locks } = navigator;
  const free: Held = { release: () => {} };
  if (!locks) return Promise.resolve(free); // an old browser: nobody is asked
  return new Promise((resolve, reject) => {
    let isHeld = false;
    locks
      .request(NAME, steal ? { steal } : { ifAvailable: true }, (granted) => {
        if (!granted) return void resolve(undefined);
        isHeld = true;
        return new Promise<void>((release) => resolve({ release }));
      })
      .catch((error: Error) => {
        if (isHeld) onStolen();
        // A browser that lets a page keep nothing forbids locks, too: then no tab has anything to share.
        else if (error.name === "SecurityError") resolve(free);
        else reject(error);
      });
  });
}
