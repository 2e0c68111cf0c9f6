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
  if (!locks) return Promise.resolve({ release: () => {} }); // an old browser: nobody is asked
  return new Promise((resolve, reject) => {
    let isHeld = false;
    locks
      .request(NAME, steal ? { steal } : { ifAvailable: true }, (granted) => {
        if (!granted) return void resolve(undefined);
        isHeld = true;
        return new Promise<void>((release) => resolve({ release }));
      })
      .catch((error: unknown) => (isHeld ? onStolen() : reject(error)));
  });
}
