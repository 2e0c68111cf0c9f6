/** Light or dark: the system's, until the switch says otherwise; the choice is kept. */

import { remember, remembered } from "./choice.js";
import { change, now } from "./state.js";

const system = matchMedia("(prefers-color-scheme: dark)");

export function startTheme(): void {
  show(kept() ?? (system.matches ? "dark" : "light"));
  system.onchange = () => kept() ?? show(system.matches ? "dark" : "light");
}

export function switchTheme(): void {
  const next = now().theme === "dark" ? "light" : "dark";
  show(next);
  remember("theme", next);
}

function show(theme: "light" | "dark"): void {
  document.documentElement.dataset.theme = theme;
  change({ theme });
}

function kept(): "light" | "dark" | undefined {
  const value = remembered("theme");
  return value === "light" || value === "dark" ? value : undefined;
}
