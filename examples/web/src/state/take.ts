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

/** The map as it is shown, with the colours of this theme written into it. */
export function saveMap(): void {
  const svg = document.getElementById("map");
  if (!svg) return;
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [[...svg.querySelectorAll("*")], [...copy.querySelectorAll("*")]];
  const names = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "font",
    "opacity",
    "transform",
    "paint-order",
    "stop-color",
    "stop-opacity",
  ];
  for (const [i, element] of from.entries()) {
    const style = getComputedStyle(element);
    to[i]!.setAttribute(
      "style",
      names.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"),
    );
  }
  copy.setAttribute("role", "img"); // no keys reach it there
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("style", `background:${getComputedStyle(svg).backgroundColor}`);
  const blob = new Blob([copy.outerHTML], { type: "image/svg+xml" });
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
