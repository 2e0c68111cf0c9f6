/** What a person chose for this page and this browser: kept where that is allowed, else for this visit. */

const PREFIX = "gru4rec-";

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Nothing may be kept here: the choice holds for this visit.
  }
}

export function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}
