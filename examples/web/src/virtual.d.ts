/** What the build puts into the page (vite.config.ts). */

declare module "*.css" {}

declare module "virtual:sample" {
  interface Place {
    readonly x: number;
    readonly y: number;
  }
  export const sample: {
    readonly dots: readonly (readonly [x: number, y: number, radius: number])[];
    readonly visit: readonly (Place & { readonly name: string; readonly side: number })[];
    readonly guess: Place;
    /** The best that any model could reach in the sample shop. */
    readonly best: { readonly recall: number; readonly mrr: number };
  };
}

/** The version of the package. */
declare const __VERSION__: string;
/** Where the guide is: on the site beside the page. */
declare const __GUIDE__: string;
/** Whether the page has its rule against sending: the built one has. */
declare const __RULES__: boolean;
