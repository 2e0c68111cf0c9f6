/**
 * One step of a GRU4Rec as an ONNX graph: from the states before a click and the clicked item to the states after it
 * and the scores of all items. The formulas are those of src/network/cells, in operators that every runtime has.
 */

import { checkInstance } from "../../checks.js";
import { ConfigError } from "../../errors.js";
import { joined, lengthOf } from "../../files/protobuf.js";
import { activationOf } from "../../network/activations.js";
import type { NamedTensor } from "../../network/weights.js";
import { piecesOf } from "../../network/weights.js";
import { pace } from "../../pause.js";
import type { Bytes } from "../../platform.js";
import { doorOf } from "../stored-model.js";
import { GRU4Rec } from "./gru4rec.js";
import { OnnxGraph } from "./onnx-graph.js";
import type { ResolvedModelOptions } from "./options.js";

/** The largest message of protocol buffers. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * One step of the network as an ONNX file (operators of opset 13), for ONNX Runtime and its like:
 *
 *     item      i64[visits]        row of the clicked item in `model.items`
 *     h_0 …     f32[visits, D_i]   states before the click, one a layer; of an LSTM c_0 … too. A visit begins with 0.
 *     →
 *     next_h_0 …                   states after it, to be given with the next click
 *     scores    f32[visits, items] what `recommend` sorts by, before any final activation
 *
 * A model with a `windowLength` reads the last clicks anew for each list: begin with 0 and give them one after the
 * other. With `padding` `"unmasked"` then comes the row behind the last item, as often as clicks are missing.
 *
 * Scores are those of this library but for the last bits (1e-5).
 *
 * @throws ConfigError when it is no GRU4Rec, or larger than 2 GiB, which the format cannot hold
 */
export async function onnxStep(model: GRU4Rec): Promise<Bytes> {
  checkInstance("model", model, GRU4Rec, "a GRU4Rec");
  const { options, items } = model;
  return doorOf(model).during(async (weights) => {
    const graph = new OnnxGraph();
    for (const tensor of weights.tensors) {
      if (tensor.rows * tensor.columns * 4 > MOST_BYTES)
        throw tooLarge(tensor.rows * tensor.columns * 4);
      graph.weights(
        tensor.name,
        tensor.shape,
        await whole(tensor, (begin, rows) => weights.read(tensor, begin, rows)),
      );
    }
    const output = addLayers(graph, options, graph.integers("item"));
    const scores = graph.node("Gemm", [output, "Wy", "By"], { transB: 1 });
    graph.output("scores", scores, items.size);
    const message = graph.model("gru4rec-step", `One step of a GRU4Rec over ${items.size} items`);
    if (lengthOf(message) > MOST_BYTES) throw tooLarge(lengthOf(message));
    return joined(message);
  });
}

function tooLarge(bytes: number): ConfigError {
  return new ConfigError("model size", "at most 2 GiB for ONNX", bytes);
}

async function whole(
  tensor: NamedTensor,
  read: (begin: number, rows: number) => Float32Array,
): Promise<Float32Array<ArrayBuffer>> {
  const values = new Float32Array(tensor.rows * tensor.columns);
  for (const { begin, rows } of piecesOf(tensor)) {
    values.set(read(begin, rows), begin * tensor.columns);
    await pace();
  }
  return values;
}

/** @returns the output of the last layer */
function addLayers(graph: OnnxGraph, options: ResolvedModelOptions, item: string): string {
  const lookup = { "one-hot": undefined, separate: "E", shared: "Wy" }[options.embedding];
  let x = lookup && graph.node("Gather", [lookup, item]);
  for (const [i, size] of options.layers.entries()) {
    // Of a one-hot input the product with Wx is a row of it.
    const product = x
      ? graph.node("MatMul", [x, `Wx_${i}`])
      : graph.node("Gather", [`Wx_${i}`, item]);
    const a = graph.node("Add", [product, `b_${i}`]);
    const h = graph.input(`h_${i}`, size);
    const layer = { graph, options, i, size, a, h };
    x = { gru: addGru, lstm: addLstm, rnn: addRnn }[options.cell](layer);
    graph.output(`next_h_${i}`, x, size);
  }
  return x!;
}

interface Layer {
  readonly graph: OnnxGraph;
  readonly options: ResolvedModelOptions;
  readonly i: number;
  readonly size: number;
  /** x·Wx + b */
  readonly a: string;
  readonly h: string;
}

/** r, z = σ(a + h·Wrz [+ b′])   c = act(a_c + (r⊙h)·Wh)  or  act(a_c + r⊙(h·Wh + b′_c))   h′ = h + z⊙(c − h) */
function addGru(layer: Layer): string {
  const { graph, options, i, a, h } = layer;
  const [ar, az, ac] = graph.split(a, 3) as [string, string, string];
  const [ur, uz] = graph.split(graph.node("MatMul", [h, `Wrz_${i}`]), 2) as [string, string];
  const sum = (one: string, other: string): string => graph.node("Add", [one, other]);
  const sigmoid = (one: string): string => graph.node("Sigmoid", [one]);
  const product = (one: string, other: string): string => graph.node("Mul", [one, other]);
  if (!options.resetAfter) {
    const [r, z] = [sigmoid(sum(ar, ur)), sigmoid(sum(az, uz))];
    const u = graph.node("MatMul", [product(r, h), `Wh_${i}`]);
    return moved(graph, h, z, activated(layer, sum(ac, u)));
  }
  const [br, bz, bc] = graph.split(`bh_${i}`, 3, 0) as [string, string, string];
  const [r, z] = [sigmoid(sum(ar, sum(ur, br))), sigmoid(sum(az, sum(uz, bz)))];
  const u = sum(graph.node("MatMul", [h, `Wh_${i}`]), bc);
  return moved(graph, h, z, activated(layer, sum(ac, product(r, u))));
}

/** h + z⊙(c − h) */
function moved(graph: OnnxGraph, h: string, z: string, c: string): string {
  return graph.node("Add", [h, graph.node("Mul", [z, graph.node("Sub", [c, h])])]);
}

/** c′ = σ(f)⊙c + σ(i)⊙act(g)   h′ = σ(o)⊙act(c′)   of   i | f | g | o = a + h·Wh */
function addLstm(layer: Layer): string {
  const { graph, i, size, a, h } = layer;
  const before = graph.input(`c_${i}`, size);
  const all = graph.node("Add", [a, graph.node("MatMul", [h, `Wh_${i}`])]);
  const [input, forget, candidate, output] = graph.split(all, 4) as [
    string,
    string,
    string,
    string,
  ];
  const gated = (gate: string, value: string): string =>
    graph.node("Mul", [graph.node("Sigmoid", [gate]), value]);
  const added = gated(input, activated(layer, candidate));
  const c = graph.node("Add", [gated(forget, before), added]);
  graph.output(`next_c_${i}`, c, size);
  return gated(output, activated(layer, c));
}

/** h′ = act(a + h·Wh) */
function addRnn(layer: Layer): string {
  const { graph, i, a, h } = layer;
  return activated(layer, graph.node("Add", [a, graph.node("MatMul", [h, `Wh_${i}`])]));
}

/** Operators of the kinds of src/network/activations.ts, in their order; linear has none. */
const OPERATORS = [undefined, "Relu", "Tanh", "LeakyRelu", "Elu", "Selu"] as const;

function activated({ graph, options }: Layer, x: string): string {
  const { hiddenActivation, eluParam } = options;
  const { kind, a, lambda } = activationOf(hiddenActivation, eluParam, "hiddenActivation");
  const operator = OPERATORS[kind];
  if (operator === undefined) return x;
  const alpha = ["LeakyRelu", "Elu", "Selu"].includes(operator) ? { alpha: a } : {};
  return graph.node(operator, [x], { ...alpha, ...(operator === "Selu" && { gamma: lambda }) });
}
