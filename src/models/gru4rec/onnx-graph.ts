/**
 * An ONNX graph as it is put together: nodes, weights, inputs and outputs (onnx.proto of ONNX 1.10, whose field numbers
 * stand here). Every value is known by a name.
 */

import { float, integer, type Message, nested, text } from "../../files/protobuf.js";

/** Types of elements: TensorProto.DataType. */
const FLOAT = 1;
const INT64 = 7;
/** AttributeProto.AttributeType. */
const OF_FLOAT = 1;
const OF_INTEGER = 2;
const IR_VERSION = 7;
const OPSET = 13;

/** Rows of inputs and outputs: visits that are read at once. */
const ROWS = "visits";

export class OnnxGraph {
  readonly #parts: Message[] = [];
  #values = 0;

  /** A node with one output. @returns the name of the output */
  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number>> = {},
    output: string = this.#newName(),
  ): string {
    this.#node(type, inputs, attributes, [output]);
    return output;
  }

  /** A value in blocks of equal width, of columns or along another axis. */
  split(input: string, blocks: number, axis = 1): string[] {
    const outputs = Array.from({ length: blocks }, () => this.#newName());
    this.#node("Split", [input], { axis }, outputs);
    return outputs;
  }

  /** A tensor of weights. @param values borrowed until the graph is joined */
  weights(name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>): string {
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const dims = shape.flatMap((size) => integer(1, size));
    this.#parts.push(nested(5, dims, integer(2, FLOAT), text(8, name), nested(9, [raw])));
    return name;
  }

  /** Integers of each visit, i64[visits]. */
  integers(name: string): string {
    this.#parts.push(nested(11, valueInfo(name, INT64, [])));
    return name;
  }

  /** An input f32[visits, columns]. */
  input(name: string, columns: number): string {
    this.#parts.push(nested(11, valueInfo(name, FLOAT, [columns])));
    return name;
  }

  /** A value as an output f32[visits, columns]. */
  output(name: string, value: string, columns: number): void {
    this.node("Identity", [value], {}, name);
    this.#parts.push(nested(12, valueInfo(name, FLOAT, [columns])));
  }

  /** The whole as a ModelProto. */
  model(name: string, about: string): Message {
    return [
      ...integer(1, IR_VERSION),
      ...text(2, "gru4rec"),
      ...text(6, about),
      ...nested(7, ...this.#parts, text(2, name)),
      ...nested(8, integer(2, OPSET)),
    ];
  }

  #node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number>>,
    outputs: readonly string[],
  ): void {
    const given = Object.entries(attributes).flatMap(([name, value]) => attribute(name, value));
    const named = [
      ...inputs.flatMap((input) => text(1, input)),
      ...outputs.flatMap((output) => text(2, output)),
    ];
    this.#parts.push(nested(1, named, text(3, outputs[0]!), text(4, type), given));
  }

  #newName(): string {
    return `v${++this.#values}`;
  }
}

/** Attributes called axis or trans… are integers, the others are numbers. */
function attribute(name: string, value: number): Message {
  const isInteger = name === "axis" || name.startsWith("trans");
  const held = isInteger ? integer(3, value) : float(2, value);
  return nested(5, text(1, name), held, integer(20, isInteger ? OF_INTEGER : OF_FLOAT));
}

/** A ValueInfoProto: a name, a type and a shape, whose first size has a name. */
function valueInfo(name: string, type: number, sizes: readonly number[]): Message {
  const shape = [
    ...nested(1, text(2, ROWS)),
    ...sizes.flatMap((size) => nested(1, integer(1, size))),
  ];
  const tensor = nested(1, integer(1, type), nested(2, shape));
  return [...text(1, name), ...nested(2, tensor)];
}
