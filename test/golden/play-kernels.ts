/** Plays a scripted training on the real step: kernels, arena and optimiser, with given chance. */

import { type ModelOptions, resolveModelOptions } from "../../src/models/gru4rec/options.js";
import { namedTensors } from "../../src/models/gru4rec/parameters.js";
import type { ActivationName } from "../../src/network/activations.js";
import { carryHidden } from "../../src/network/carry.js";
import { prepareDense } from "../../src/network/dense.js";
import { prepareForward } from "../../src/network/forward.js";
import { readRows, writeRows } from "../../src/network/weights.js";
import type { Program } from "../../src/threads/program.js";
import { startTask } from "../../src/threads/start.js";
import type { Chance } from "../../src/training/chance.js";
import { SampledControl as Control } from "../../src/training/control.js";
import { resolveTrainOptions } from "../../src/training/options.js";
import { planTraining, type TrainingConfig } from "../../src/training/sampled/memory.js";
import { TrainingStep } from "../../src/training/sampled/step.js";
import { compileKernels, type Numerics } from "../../src/wasm/kernels.js";
import type { Activation } from "../reference/activations.js";
import { targetsInOrder } from "../reference/windows.js";
import { type Fixture, maskFactors, type ScriptedBatch, type ScriptedWindows } from "./fixtures.js";

/** Loss of a step and the parameters after it, named and laid out as in fixtures. */
export type AfterStep = (
  step: number,
  loss: number,
  parameters: () => Record<string, Float32Array>,
) => void;

export async function playKernels(
  fixture: Fixture,
  steps: number,
  numerics: Numerics,
  after: AfterStep,
): Promise<void> {
  const module = await compileKernels(numerics, false);
  const config = configOf(fixture);
  startTask(scripted(fixture, steps, after), config, module, undefined, 0, 1);
}

/** The training program with a script for its mini-batches and its chance. */
function scripted(fixture: Fixture, steps: number, after: AfterStep): Program<TrainingConfig> {
  return (arena, config, threads) => {
    const memory = planTraining(arena, config, threads);
    return (thread) => {
      const { kernels } = thread;
      const { parameters, forward, layers } = memory;
      const { batches, network } = fixture;
      prepareForward(arena, parameters, forward);
      prepareDense(arena, memory.dense);
      for (const [item, count] of Array.from(network.support).entries()) {
        arena.floats(memory.columns.lnSupport)[item] = Math.log(count);
      }
      const tensors = new Map(namedTensors(parameters).map((tensor) => [tensor.name, tensor]));
      const tableOf = (name: string) => {
        const tensor = tensors.get(name)!;
        return { tensor, view: arena.floats({ ...tensor.table, shape: [] }) };
      };
      for (const [name, values] of Object.entries(filesOf(fixture.initial, network.layers))) {
        const { tensor, view } = tableOf(name);
        writeRows(view, tensor, 0, values);
      }

      let batch = rowsOf(batches[0]!);
      const E = parameters.layers[0]!.E;
      const chance: Chance = {
        negatives: (to, begin, end) => {
          const shape = [batch.negatives.length];
          const view = arena.integers({ ptr: to, length: shape[0]!, shape });
          for (let i = begin; i < end; ++i) view[i] = batch.negatives[i]!;
        },
        dropout: {
          input: (x, begin, end) => {
            const { inputMask } = layers[0]!;
            if (!batch.inputBits || !inputMask) return;
            const factors = maskFactors(batch.inputBits, fixture.dropoutEmbedding);
            fillMask(arena.floats(inputMask), factors, batch.inputs.length, E);
            kernels.applyMask(x, E, inputMask.ptr, E, begin, end);
          },
          hidden: (layer, h, begin, end) => {
            const bits = batch.hiddenBits?.[layer];
            const mask = layers[layer]!.mask;
            if (!bits || !mask) return;
            const { D } = parameters.layers[layer]!;
            const factors = maskFactors(bits, fixture.dropoutHidden);
            fillMask(arena.floats(mask), factors, batch.inputs.length, D);
            kernels.applyMask(h, D, mask.ptr, D, begin, end);
          },
        },
      };

      const step = new TrainingStep(thread, memory, config, chance);
      const control = arena.integers(memory.control);
      for (let n = 0; n < steps; ++n) {
        const script = batches[n % batches.length]!;
        batch = rowsOf(script);
        const S = batch.targets.length;
        const isWindows = "windows" in script;
        const parity = isWindows ? 0 : ((n & 1) as 0 | 1);
        control[Control.outputs] = S;
        arena.integers(memory.starts).fill(batch.inputs.length);
        arena.integers(memory.starts).set(batch.starts);
        const items = arena.integers(memory.items);
        items.set(batch.targets);
        items.set(batch.inputs, S + batch.negatives.length);
        arena.integers(memory.inputs).set(batch.inputs);
        if (!isWindows) {
          // An epoch begins in full width with every slot fresh.
          const fresh = Uint8Array.from(batch.inputs, (_, b) => (script.fresh.includes(b) ? 1 : 0));
          const from = Int32Array.from(batch.inputs, (_, b) => script.keep?.[b] ?? b);
          carryHidden(arena, forward.layers, parity, { open: S, fresh, from });
        }
        const loss = step.run(parity) / (isWindows ? S : network.batchSize);
        after(n + 1, loss, () => {
          const files: Record<string, Float32Array> = {};
          for (const [name, tensor] of tensors) {
            files[name] = readRows(tableOf(name).view, tensor, 0, tensor.rows);
          }
          return fixtureTensors(files, network.layers);
        });
      }
      return {};
    };
  };
}

/** A scripted mini-batch as its rows lie in memory (src/network/positions.ts). */
interface ScriptedRows {
  readonly starts: readonly number[];
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  readonly negatives: readonly number[];
  /** Of all rows, one after the other; hidden ones by layer. */
  readonly inputBits: string | undefined;
  readonly hiddenBits: readonly string[] | undefined;
}

function rowsOf(batch: ScriptedBatch | ScriptedWindows): ScriptedRows {
  const { negatives } = batch;
  if (!("windows" in batch)) {
    const { inputs, targets, masks } = batch;
    const starts = [0, inputs.length];
    const [inputBits, hiddenBits] = [masks?.embedding, masks?.hidden];
    return { starts, inputs, targets, negatives, inputBits, hiddenBits };
  }
  const { windows, masks } = batch;
  const byPosition = <T>(rows: readonly (readonly T[])[]): T[][] =>
    rows[0]!.map((_, t) => rows.flatMap((row) => (t < row.length ? [row[t]!] : [])));
  const open = byPosition(windows).map((items) => items.length);
  return {
    starts: [0, ...open.map((_, t) => open.slice(0, t + 1).reduce((sum, n) => sum + n))],
    ...{ inputs: byPosition(windows).flat(), targets: targetsInOrder(batch), negatives },
    inputBits: masks?.embedding && byPosition(masks.embedding).flat().join(""),
    hiddenBits: masks?.hidden?.map((rows) => byPosition(rows).flat().join("")),
  };
}

function configOf(fixture: Fixture): TrainingConfig {
  const { network, optimizer, batches } = fixture;
  const { loss, cell, resetAfter, embedding, bprReg, logQ, smoothing } = network;
  const both = [network.finalActivation, network.hiddenActivation];
  const elu = both.find((activation) => activation.kind === "elu");
  const options: ModelOptions = {
    ...{ windowLength: network.windowLength ?? 0, lossAt: network.lossAt ?? "last" },
    ...{
      padding: network.padding ?? "masked",
      layers: network.layers,
      loss,
      cell,
      resetAfter,
      embedding,
    },
    embeddingSize: embedding === "separate" ? network.embeddingSize : 0,
    hiddenActivation: nameOf(network.hiddenActivation),
    finalActivation: loss === "cross-entropy" ? "softmax" : nameOf(network.finalActivation),
    ...(elu?.kind === "elu" && { eluParam: elu.a }),
    dropoutEmbedding: fixture.dropoutEmbedding,
    dropoutHidden: fixture.dropoutHidden,
    inBatchNegatives: network.inBatchNegatives ?? "all",
  };
  const { batchSize, sampleAlpha } = network;
  const negatives = batches[0]!.negatives.length;
  return {
    // The kernels compute these beside any loss and optimiser, whether they are allowed there or not.
    model: { ...resolveModelOptions(options), bprReg, logQ, smoothing },
    learning: { ...resolveTrainOptions({ batchSize, negatives }), sampleAlpha, ...optimizer },
    items: network.items,
    // A log of as many windows as a mini-batch holds.
    events: 2 * network.batchSize,
    sessions: network.batchSize,
  };
}

function nameOf(activation: Activation): ActivationName {
  if (activation.kind === "leaky") return `leaky-${activation.slope}`;
  if (activation.kind === "selu") return `selu-${activation.lambda}-${activation.a}`;
  return activation.kind;
}

/** f64[B, n] into rows of `D` floats; what pads a row is 1, as good as any. */
function fillMask(mask: Float32Array, factors: Float64Array, B: number, D: number): void {
  const n = factors.length / B;
  mask.fill(1);
  for (let b = 0; b < B; ++b) mask.set(factors.subarray(b * n, (b + 1) * n), b * D);
}

/** Fixture names to those of model files: U of a GRU is Wrz (r | z) and Wh (c) there. */
function filesOf(
  tensors: Readonly<Record<string, readonly number[]>>,
  layers: readonly number[],
): Record<string, Float32Array> {
  const out: Record<string, Float32Array> = {};
  for (const name of ["E", "Wy", "By"]) {
    if (tensors[name]) out[name] = Float32Array.from(tensors[name]);
  }
  for (const [k, D] of layers.entries()) {
    const U = tensors[`U${k}`]!;
    const G = U.length / D;
    const isGru = G === 3 * D;
    const block = (begin: number, end: number): Float32Array =>
      Float32Array.from(U.filter((_, i) => i % G >= begin && i % G < end));
    out[`Wx_${k}`] = Float32Array.from(tensors[`W${k}`]!);
    if (isGru) out[`Wrz_${k}`] = block(0, 2 * D);
    out[`Wh_${k}`] = isGru ? block(2 * D, G) : block(0, G);
    out[`b_${k}`] = Float32Array.from(tensors[`b${k}`]!);
    if (tensors[`bU${k}`]) out[`bh_${k}`] = Float32Array.from(tensors[`bU${k}`]!);
  }
  return out;
}

/** And back. */
function fixtureTensors(
  files: Readonly<Record<string, Float32Array>>,
  layers: readonly number[],
): Record<string, Float32Array> {
  const out: Record<string, Float32Array> = {};
  for (const name of ["E", "Wy", "By"]) if (files[name]) out[name] = files[name];
  for (const [k, D] of layers.entries()) {
    const rz = files[`Wrz_${k}`] ?? new Float32Array(0);
    const c = files[`Wh_${k}`]!;
    const width = rz.length / D;
    const own = c.length / D;
    const U = new Float32Array(rz.length + c.length);
    for (let i = 0; i < D; ++i) {
      U.set(rz.subarray(i * width, (i + 1) * width), i * (width + own));
      U.set(c.subarray(i * own, (i + 1) * own), i * (width + own) + width);
    }
    Object.assign(out, { [`W${k}`]: files[`Wx_${k}`]!, [`U${k}`]: U, [`b${k}`]: files[`b_${k}`]! });
    if (files[`bh_${k}`]) out[`bU${k}`] = files[`bh_${k}`]!;
  }
  return out;
}
