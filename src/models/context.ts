/**
 * What a session keeps of its clicks. A model that looks back on all clicks keeps a hidden state. A model
 * that reads windows keeps the last clicks and reads them again for every list, as in training.
 */

/** The states of all layers, f32[D] each, those of a layer in the order of its cell. */
export type HiddenState = readonly Float32Array[];

export type Context =
  | { readonly hidden: HiddenState }
  /** Rows of items, oldest first, no more than the window is long. */
  | { readonly recent: readonly number[] };
