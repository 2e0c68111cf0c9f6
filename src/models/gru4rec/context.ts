/**
 * What a model keeps of a visit. One that looks back on all clicks keeps its hidden state; one with
 * a `windowLength` keeps the last clicks and reads them anew, as windows are read in training.
 */

import type { HiddenState, Inference } from "./inference.js";
import type { ResolvedModelOptions } from "./options.js";

export type Context =
  | { readonly hidden: HiddenState }
  /** Rows of items, oldest first, at most `windowLength`. */
  | { readonly recent: readonly number[] };

export function freshContext(weights: Inference, { windowLength }: ResolvedModelOptions): Context {
  return windowLength > 0 ? { recent: [] } : { hidden: weights.freshState() };
}

/** The context after a click on `item`. */
export function afterClick(
  weights: Inference,
  { windowLength }: ResolvedModelOptions,
  context: Context,
  item: number,
): Context {
  if ("hidden" in context) return { hidden: weights.step(item, context.hidden) };
  return { recent: [...context.recent, item].slice(-windowLength) };
}

/** The hidden state that a context comes to. */
export function hiddenOf(
  weights: Inference,
  { windowLength, padding }: ResolvedModelOptions,
  context: Context,
): HiddenState {
  if ("hidden" in context) return context.hidden;
  const { recent } = context;
  const pads = padding === "unmasked" ? windowLength - recent.length : 0;
  const pad = weights.parameters.items;
  let hidden = weights.freshState();
  for (const item of recent) hidden = weights.step(item, hidden);
  for (let i = 0; i < pads; ++i) hidden = weights.step(pad, hidden);
  return hidden;
}
