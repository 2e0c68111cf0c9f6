/** Plays a scripted training on the f64 reference. */

import { STATES } from "../reference/cells.js";
import { type DropoutMasks, type Parameters, step } from "../reference/model.js";
import { ReferenceOptimizer } from "../reference/optimizers.js";
import { type WindowBatch, windowStep } from "../reference/windows.js";
import { type Fixture, maskFactors, type ScriptedBatch, type ScriptedWindows } from "./fixtures.js";

/** Runs `steps` steps from the initial parameters; calls `after` with each step's number and loss. */
export function playReference(
  fixture: Fixture,
  steps: number,
  after: (step: number, loss: number, parameters: Parameters) => void,
): void {
  const { network, batches } = fixture;
  const parameters: Parameters = {};
  for (const [name, values] of Object.entries(fixture.initial)) {
    parameters[name] = Float64Array.from(values);
  }
  const optimizer = new ReferenceOptimizer(fixture.optimizer);

  const S = STATES[network.cell];
  let hidden: Float64Array[] = [];
  for (let n = 0; n < steps; ++n) {
    const batch = batches[n % batches.length]!;
    if ("windows" in batch) {
      const { loss, gradients } = windowStep(network, parameters, windowsOf(fixture, batch));
      optimizer.update(parameters, gradients);
      after(n + 1, loss, parameters);
      continue;
    }
    const B = batch.inputs.length;
    if (n % batches.length === 0) hidden = network.layers.map((D) => new Float64Array(B * D * S));
    hidden = hidden.map((h, k) => nextState(h, network.layers[k]! * S, batch));
    const result = step(network, parameters, hidden, batch, masksOf(fixture, batch));
    optimizer.update(parameters, result.gradients);
    hidden = result.hidden;
    after(n + 1, result.loss, parameters);
  }
}

function windowsOf(fixture: Fixture, { masks, ...batch }: ScriptedWindows): WindowBatch {
  const factors = (rows: readonly (readonly string[])[], p: number): Float64Array[][] =>
    rows.map((clicks) => clicks.map((bits) => maskFactors(bits, p)));
  const { embedding, hidden } = masks ?? {};
  return {
    ...batch,
    ...(embedding && { inputMasks: factors(embedding, fixture.dropoutEmbedding) }),
    ...(hidden && { hiddenMasks: hidden.map((rows) => factors(rows, fixture.dropoutHidden)) }),
  };
}

/** States f64[B, D] that a batch starts from: rows of slots that stay, 0 where fresh. */
function nextState(
  h: Float64Array,
  D: number,
  { inputs, keep, fresh }: ScriptedBatch,
): Float64Array {
  const out = new Float64Array(inputs.length * D);
  for (let b = 0; b < inputs.length; ++b) {
    if (fresh.includes(b)) continue;
    const from = keep ? keep[b]! : b;
    out.set(h.subarray(from * D, (from + 1) * D), b * D);
  }
  return out;
}

function masksOf(fixture: Fixture, { masks }: ScriptedBatch): DropoutMasks {
  return {
    embedding: masks?.embedding && maskFactors(masks.embedding, fixture.dropoutEmbedding),
    hidden: masks?.hidden?.map((bits) => maskFactors(bits, fixture.dropoutHidden)) ?? [],
  } as DropoutMasks;
}
