/** Lets only one training at a time have a model: two would overwrite each other's epochs. */

import { ConfigError, words } from "../errors.js";

const trained = new WeakSet<object>();

/** What a training holds of its model. */
interface Claim {
  model: object | undefined;
}

/** Frees the model of a generator that was collected before it ended. */
const abandoned = new FinalizationRegistry<Claim>(free);

/**
 * The epochs of a training that has the model for itself, from its first step until it returns, throws
 * or is collected.
 *
 * @throws ConfigError at its first step, when another training has the model
 */
export function claimed<Report>(
  model: object,
  epochs: () => AsyncGenerator<Report, void, void>,
): AsyncGenerator<Report, void, void> {
  const claim: Claim = { model: undefined };
  const training = alone(claim, model, epochs);
  abandoned.register(training, claim);
  return training;
}

async function* alone<Report>(
  claim: Claim,
  model: object,
  epochs: () => AsyncGenerator<Report, void, void>,
): AsyncGenerator<Report, void, void> {
  if (trained.has(model)) {
    const remedy = "Wait until its training ends, or end it with `return()`.";
    throw new ConfigError("model", "one that is not being trained", words("one that is"), remedy);
  }
  // Anything but an object is no model: the training refuses it.
  if (typeof model === "object" && model !== null) {
    trained.add(model);
    claim.model = model;
  }
  try {
    yield* epochs();
  } finally {
    free(claim);
  }
}

function free(claim: Claim): void {
  if (claim.model) trained.delete(claim.model);
  claim.model = undefined;
}
