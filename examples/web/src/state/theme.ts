/** Light or dark: the system's, until the switch says otherwise; the choice is kept. */

import { change, now } from "./state.js";

const KEY = "gru4rec-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

export function startTheme(): void {
  show(kept() ?? (system.matches ? "dark" : "light"));
  system.onchange = () => kept() ?? show(system.matches ? "dark" : "light");
}

export function switchTheme(): void {
  const next = now().theme === "dark" ? "light" : "dark";
  show(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Nothing may be kept here: the choice holds for this visit.
  }
}

function show(theme: "light" | "dark"): void {
  document.documentElement.dataset.theme = theme;
  change({ theme });
}

function kept(): "light" | "dark" | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    return undefined;
  }
}
