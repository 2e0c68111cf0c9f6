/** Compiles microkernel.as and finds the tile that is fastest here: the peak of a numeric mode. */

import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import { compareRates } from "../measure.js";

/** Work of known size that runs at the peak rate. */
export interface Peak {
  readonly name: string;
  readonly flops: number;
  run(): void;
}

type Tile = (a: number, b: number, c: number, depth: number, times: number) => void;

/** Steps of a tile: A and B take 7 KiB at most. */
const DEPTH = 128;
const TIMES = 400;

/** Tiles of 4, 5 and 6 rows by 8 columns. */
export async function microkernels(numerics: "fast" | "portable"): Promise<Peak[]> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = await compiled(numerics);
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const tiles = instance.exports as Record<string, unknown> as Record<string, Tile>;
  new Float32Array(memory.buffer).fill(1e-3);
  return [4, 5, 6].map((rows) => ({
    name: `${rows}×8`,
    flops: 2 * rows * 8 * DEPTH * TIMES,
    run: () => tiles[`tile${rows}`]!(1024, 16384, 32768, DEPTH, TIMES),
  }));
}

/** The fastest of them. */
export function peakOf(tiles: readonly Peak[]): Peak {
  const rates = compareRates(
    tiles.map(({ name, flops, run }) => ({ name, work: flops, run })),
    { rounds: 5, milliseconds: 20 },
  );
  const medians = rates.map((rounds) => rounds.sort((a, b) => a - b)[2]!);
  return tiles[medians.indexOf(Math.max(...medians))]!;
}

async function compiled(numerics: "fast" | "portable"): Promise<Uint8Array<ArrayBuffer>> {
  const source = readFileSync("bench/kernels/microkernel.as", "utf8");
  const enable = numerics === "fast" ? "simd,relaxed-simd" : "simd";
  let binary: Uint8Array | undefined;
  const flags = ["--runtime", "stub", "--importMemory", "--noExportMemory", "-O3", "--converge"];
  const { error, stderr } = await asc.main(
    ["microkernel.ts", "-o", "microkernel.wasm", "--enable", enable, ...flags],
    {
      readFile: (name) => (name === "microkernel.ts" ? source : null),
      writeFile: (_, contents) => {
        if (typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`the microkernel does not compile\n${stderr}`);
  return Uint8Array.from(binary);
}
