/** Parts of the page that few people see: each is loaded when it is to be drawn for the first time. */

import { change } from "./state.js";

/**
 * @param load imports the part
 * @returns gives the part once it is there; the page is drawn again then
 */
export function late<Part>(load: () => Promise<Part>): () => Part | undefined {
  let part: Part | undefined;
  let isAsked = false;
  return () => {
    if (!isAsked) {
      isAsked = true;
      load().then(
        (loaded) => {
          part = loaded;
          change({});
        },
        () => {
          isAsked = false; // the network was away: the next drawing tries again
        },
      );
    }
    return part;
  };
}
