/** Options of model and training: how their values are written in fields, and what was typed there. */

import { defaults } from "virtual:defaults";
import type { Settings } from "../engine/protocol.js";

/** The value of an option, as its field shows it. */
export function written(settings: Settings, name: string): string {
  const { patience = 0, numerics, threads } = settings;
  const given = {
    ...defaults.model,
    ...defaults.learning,
    ...settings.model,
    ...settings.learning,
    patience,
    numerics,
    threads,
  };
  const value = (given as Record<string, unknown>)[name];
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** The settings with what was typed. Values go to the library as they are: it says what is wrong with them. */
export function withOwn(settings: Settings, typed: Readonly<Record<string, string>>): Settings {
  const values = Object.entries(typed).map(
    ([name, text]) => [name, typedValue(name, text)] as const,
  );
  const { model, learning } = defaults;
  const own = (fits: (name: string) => boolean): object =>
    Object.fromEntries(values.filter(([name]) => fits(name)));
  const run: Partial<Settings> = own((name) => !(name in model || name in learning));
  return {
    ...settings,
    ...run,
    patience: (run.patience ?? settings.patience) || undefined,
    model: { ...settings.model, ...own((name) => name in model) },
    learning: { ...settings.learning, ...own((name) => name in learning) },
  };
}

function typedValue(name: string, text: string): unknown {
  const plain = text.trim();
  if (name === "layers") return plain.split(/[\s,]+/).map(numberOf);
  if (plain === "true" || plain === "false") return plain === "true";
  return numberOf(plain);
}

function numberOf(text: string): unknown {
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
