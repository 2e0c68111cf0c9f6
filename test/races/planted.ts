/** Races planted in the sources of the worker program, each of which is to be noticed. */

import { sourcesBelow } from "../sources.js";
import type { Planted } from "./bundle.js";

/** A way to break a source: every match in one of the files is one race. */
interface Kind {
  readonly what: string;
  readonly files: RegExp;
  readonly found: RegExp;
  readonly becomes: string;
}

const STEPS = /^src\/(training|ranking|network|threads)\//;

/** What follows a match that is no race, and why. */
const NO_RACES: readonly (readonly [what: string, follows: RegExp, why: string])[] = [
  [
    "a meeting is left out",
    /^\s*this\.#adopt\(\)/,
    "all builds are compared over the same norms, whichever these are",
  ],
  [
    "the last thread's part comes after the meeting",
    /^[^;]*;\s*this\.#differentiate\(S/,
    "nobody asks for the groups before the meeting after that",
  ],
];

// biome-ignore format: one line each
const KINDS: readonly Kind[] = [
  { what: "a meeting is left out", files: STEPS, found: /(?<![*\w] )(?:this\.#thread\.)?\bbarrier\(\);/g, becomes: ";" },
  { what: "its size is read when the next one may be written", files: STEPS, found: /(?<=update\.run\()R,/g, becomes: "starts.at(-1)!," },
  { what: "the last thread's part comes after the meeting", files: STEPS, found: /(if \(rank === threads - 1\) [^;]*;)(\s*)barrier\(\);/g, becomes: "barrier();$2$1" },
  { what: "the first thread's part comes before the meeting", files: STEPS, found: /barrier\(\);(\s*)(if \(rank === 0\) this\.#gather[^;]*;)/g, becomes: "$2$1barrier();" },
  { what: "threads have one scratch", files: STEPS, found: /PANEL_FLOATS \* rank/g, becomes: "PANEL_FLOATS * 0" },
  { what: "threads have one scratch for chance", files: STEPS, found: /64 \* rank/g, becomes: "64 * 0" },
  { what: "threads have the memory of the first", files: STEPS, found: /\.own\[thread\.rank\]/g, becomes: ".own[0]" },
  { what: "a thread steps a row of its neighbour", files: STEPS, found: /return share\(n, 1, this\.#thread\.rank, this\.#thread\.threads\)/g, becomes: "const [a, b] = share(n, 1, this.#thread.rank, this.#thread.threads); return [a, Math.min(n, b + 1)]" },
  { what: "a thread steps a touched row of its neighbour", files: /\/touched\.ts$/, found: /const \[begin, end\] = share\(count, 1, rank, threads\);/g, becomes: "const [begin, last] = share(count, 1, rank, threads); const end = Math.min(count, last + 1);" },
];

export interface Race extends Planted {
  readonly name: string;
  /** Its kind. */
  readonly what: string;
}

/** Every match of every kind. */
export function racesToPlant(): Race[] {
  const sources = sourcesBelow("src");
  return KINDS.flatMap(({ what, files, found, becomes }) => {
    const races = sources
      .filter(({ path }) => files.test(path))
      .flatMap(({ path, text }) =>
        [...text.matchAll(found)]
          .filter(({ 0: all, index }) => isRace(text, index, index + all.length, what))
          .map(({ index }): Race => {
            const line = text.slice(0, index).split("\n").length;
            const change = (source: string): string =>
              source.replace(found, (match: string, ...more) => {
                const at = more.find((one) => typeof one === "number");
                if (at !== index) return match;
                return becomes.replace(/\$(\d)/g, (_, group) => more[group - 1]);
              });
            return { what, name: `${path}:${line}: ${what}`, file: path, change };
          }),
      );
    return races;
  });
}

function isRace(text: string, begin: number, end: number, what: string): boolean {
  const line = text.slice(text.lastIndexOf("\n", begin) + 1, begin);
  if (/^\s*(\*|\/\/|\/\*)/.test(line)) return false;
  const follows = text.slice(end);
  return !NO_RACES.some(([kind, after]) => kind === what && after.test(follows));
}
