/** What the build puts into the page (vite.config.ts). */

declare module "*.css" {}

declare module "virtual:sample" {
  interface Place {
    readonly x: number;
    readonly y: number;
  }
  export const sample: {
    /** Of its items, the most clicked first, in tenths of a pixel. */
    readonly radii: readonly number[];
    readonly visit: readonly (Place & { readonly name: string; readonly side: number })[];
    readonly guess: Place;
    /** The best that any model could reach in the sample shop. */
    readonly best: { readonly recall: number; readonly mrr: number };
  };
}

declare module "virtual:defaults" {
  type Values = Readonly<Record<string, unknown>>;
  /** What the library takes for options that are not given, by name. */
  export const defaults: { readonly model: Values; readonly learning: Values };
}

declare module "virtual:thread" {
  /** Answers the messages of a training: what its threads run. */
  export function serveThread(): void;
}

/** Kernels that learn, and amid them those that answer alone; none of these in `serving-relaxed`. */
declare module "virtual:kernels/*" {
  const kernels: {
    readonly file: string;
    /** Bytes of those that answer alone. */
    readonly begin: number;
    readonly end: number;
  };
  export default kernels;
}

declare module "virtual:numerics" {
  /** Whether these numerics fuse multiply and add on this engine. */
  export function isFused(numerics: "fast" | "portable"): boolean;
}

/** The version of the package. */
declare const __VERSION__: string;
/** Where the guide is: on the site beside the page. */
declare const __GUIDE__: string;
/** Whether the page has its rule against sending: the built one has. */
declare const __RULES__: boolean;
