/** Settings that are good to begin with, and those that are changed by hand. */

import type { Settings } from "../engine/protocol.js";

export type PresetName = "quick" | "balanced" | "thorough";

export interface Preset {
  readonly title: string;
  readonly sentence: string;
  readonly units: number;
  readonly passes: number;
  readonly patience?: number;
}

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  quick: {
    title: "Quick",
    sentence: "32 units, 1 pass. To see whether the log works.",
    units: 32,
    passes: 1,
  },
  balanced: {
    title: "Balanced",
    sentence: "64 units, 4 passes. A good first try.",
    units: 64,
    passes: 4,
  },
  thorough: {
    title: "Thorough",
    sentence: "100 units, up to 20 passes, ends when it no longer gets better.",
    units: 100,
    passes: 20,
    patience: 3,
  },
};

/** So few items need few negatives, and a model of them little dropout. */
const FEW_ITEMS = 1000;

export function settingsOf(name: PresetName, items: number): Settings {
  const { units, passes, patience } = PRESETS[name];
  const isSmall = items < FEW_ITEMS;
  const dropout = isSmall ? { dropoutEmbedding: 0, dropoutHidden: 0.1 } : {};
  const steps = isSmall
    ? { negatives: 256, learningRate: 0.05, momentum: 0.2 }
    : { negatives: 2048, learningRate: 0.1 };
  return {
    model: { layers: [units], ...dropout, seed: 42 },
    learning: { epochs: passes, batchSize: 32, ...steps },
    patience,
    numerics: "fast",
    threads: "auto",
  };
}
