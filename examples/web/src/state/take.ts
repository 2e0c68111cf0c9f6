/** Takes things away: saves files out of the tab, and copies code. */

import { fileName } from "../words/code.js";
import { size } from "../words/numbers.js";
import { engine } from "./engine.js";
import { change, now } from "./state.js";

const LISTED = 20;

function say(what: string, words: string): void {
  change({ said: { ...now().said, [what]: words } });
}

/** Hands a file to the browser, which asks where it goes. */
function download(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export async function saveModel(): Promise<void> {
  const bytes = await engine.call("save");
  download(fileName(now().facts!), new Blob([bytes]));
  say("model", `Saved, ${size(bytes.length)}`);
}

export async function saveLists(): Promise<void> {
  say("lists", "Being written");
  const blob = await engine.call("lists", LISTED);
  download(fileName(now().facts!).replace(/\.safetensors$/, ".csv"), blob);
  say("lists", `Saved, ${size(blob.size)}`);
}

export async function saveMap(): Promise<void> {
  const blob = (await import("./map-picture.js")).mapPicture();
  if (!blob) return;
  download(fileName(now().facts!).replace(/\.safetensors$/, "-map.svg"), blob);
  say("map", `Saved, ${size(blob.size)}`);
}

export async function copyCode(code: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(code);
    say("copy", "Copied");
  } catch {
    say("copy", "Select it to copy");
  }
  setTimeout(() => say("copy", ""), 2000);
}
