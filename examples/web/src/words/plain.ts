/** What went wrong, in a sentence: what is so, and what it means or what to do. */

export interface Problem {
  readonly fact: string;
  readonly rest: string;
  /** What helps, by the names of its buttons. */
  readonly helps?: readonly (
    | "file"
    | "columns"
    | "before"
    | "skip"
    | "reload"
    | "windows"
    | "days"
  )[];
  /** The line that it is about. */
  readonly line?: number;
}

/** What the browser lacks, before anything is tried. */
export function platformProblem(message = ""): Problem {
  if (typeof WebAssembly !== "object" || /forbid|wasm-unsafe-eval|disallow/i.test(message)) {
    const rest =
      "A browser setting or an extension forbids it, on iPhones Lockdown Mode. Allow it for this page, or use another browser.";
    return { fact: "WebAssembly is switched off here.", rest };
  }
  const rest = "It lacks WebAssembly SIMD. Chrome 91, Firefox 89, Safari 16.4 and later have it.";
  return { fact: "This browser is too old to learn.", rest };
}

/** A sentence of the library without its quotes of code. */
export function plain(message: string): string {
  const text = message.replaceAll("`", "");
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}
