/** Counts requests to other servers: the browser tells every request that the page makes. */

import { change, now } from "./state.js";

export function watchRequests(): void {
  if (typeof PerformanceObserver !== "function") return;
  const observer = new PerformanceObserver((list) => {
    const foreign = list.getEntries().filter(({ name }) => isForeign(name)).length;
    if (foreign > 0) change({ foreign: now().foreign + foreign });
  });
  observer.observe({ type: "resource", buffered: true });
}

function isForeign(address: string): boolean {
  return /^https?:/.test(address) && new URL(address).origin !== location.origin;
}
