/** The error that ends a training with numbers that are not finite. */

import type { Items } from "../data/items.js";
import { DivergedError, shown } from "../errors.js";
import type { Finding } from "./diagnosis.js";
import type { Learning } from "./recipe.js";

export function diverged(
  epoch: number,
  step: number,
  found: string,
  { learningRate, optimizer }: Learning,
): DivergedError {
  const rate = optimizer === "adadelta" ? "" : ` (now ${learningRate})`;
  return new DivergedError(epoch, step, found, `Lower \`learningRate\`${rate} or \`momentum\`.`);
}

/** `a gradient of Wy, item "tent", is NaN` */
export function said({ what, value, item }: Finding, items: Items): string {
  const owner = item === undefined ? "" : `, item ${shown(items.idOf(item))},`;
  return `${what}${owner} is ${value}`;
}
