/** Keeps the page for later, offline visits. Only the built page is kept. */

import { change, notice, now } from "../state/state.js";

export function startOffline(): void {
  addEventListener("offline", () =>
    notice({
      section: now().phase === "first" ? "data" : "take",
      fact: "You are offline.",
      rest: "Everything here goes on working.",
      isNews: true,
    }),
  );
  addEventListener("online", () => {
    change({ notices: now().notices.filter(({ fact }) => fact !== "You are offline.") });
  });
  if (!__RULES__ || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("./sw.js").catch(() => {}); // the page works without it, online
}
