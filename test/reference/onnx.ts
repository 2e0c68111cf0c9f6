/** A plain runner of ONNX graphs: reads the bytes by the published field numbers, computes in f64, checks shapes. */

interface Value {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

type Field = readonly [field: number, value: number | Uint8Array];

/** The fields of a message of protocol buffers; fixed 32-bit numbers are f32. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (tag % 8 === 0) fields.push([field, varint()]);
    else if (tag % 8 === 5) {
      fields.push([field, view.getFloat32(at, true)]);
      at += 4;
    } else if (tag % 8 === 2) {
      const length = varint();
      fields.push([field, bytes.subarray(at, at + length)]);
      at += length;
    } else throw new Error(`wire type ${tag % 8}`);
  }
  if (at !== bytes.length) throw new Error("a field ends behind its message");
  return fields;
}

class Message {
  readonly #fields: readonly Field[];

  constructor(bytes: Uint8Array) {
    this.#fields = fieldsOf(bytes);
  }

  numbers(field: number): number[] {
    return this.#fields.flatMap(([of, value]) => (of === field ? [value as number] : []));
  }

  messages(field: number): Message[] {
    return this.bytes(field).map((value) => new Message(value));
  }

  bytes(field: number): Uint8Array[] {
    return this.#fields.flatMap(([of, value]) => (of === field ? [value as Uint8Array] : []));
  }

  texts(field: number): string[] {
    return this.bytes(field).map((value) => new TextDecoder().decode(value));
  }
}

export class OnnxReference {
  readonly #graph: Message;
  readonly #weights = new Map<string, Value>();

  constructor(bytes: Uint8Array) {
    const model = new Message(bytes);
    const [opset] = model.messages(8);
    if (opset!.numbers(2)[0] !== 13) throw new Error("opset");
    [this.#graph] = model.messages(7) as [Message];
    for (const tensor of this.#graph.messages(5)) {
      if (tensor.numbers(2)[0] !== 1) throw new Error("weights are f32");
      const raw = tensor.bytes(9)[0]!;
      const shape = tensor.numbers(1);
      const data = Float64Array.from(new Float32Array(raw.slice().buffer));
      if (data.length !== sizeOf(shape)) throw new Error("size of weights");
      this.#weights.set(tensor.texts(8)[0]!, { shape, data });
    }
  }

  /** Names and shapes of inputs (11) or outputs (12); the first size is that of the visits. */
  ports(field: 11 | 12): { name: string; shape: number[] }[] {
    return this.#graph.messages(field).map((port) => {
      const tensor = port.messages(2)[0]!.messages(1)[0]!;
      const [visits, ...sizes] = tensor.messages(2)[0]!.messages(1);
      if (visits!.texts(2)[0] !== "visits") throw new Error("the first size has no name");
      return { name: port.texts(1)[0]!, shape: sizes.map((size) => size.numbers(1)[0]!) };
    });
  }

  run(inputs: Readonly<Record<string, Value>>): Record<string, Value> {
    const values = new Map([...this.#weights, ...Object.entries(inputs)]);
    for (const { name } of this.ports(11)) if (!values.has(name)) throw new Error(`no ${name}`);
    for (const node of this.#graph.messages(1)) {
      const given = node.texts(1).map((name) => {
        const value = values.get(name);
        if (!value) throw new Error(`${name} is read before it is there`);
        return value;
      });
      const attributes = Object.fromEntries(
        node.messages(5).map((one) => {
          const isInteger = one.numbers(20)[0] === 2;
          return [one.texts(1)[0]!, one.numbers(isInteger ? 3 : 2)[0]!];
        }),
      );
      const [type = ""] = node.texts(4);
      const names = node.texts(2);
      const made =
        type === "Split"
          ? split(given[0]!, attributes.axis!, names.length)
          : [compute(type, given, attributes)];
      for (const [i, name] of names.entries()) values.set(name, made[i]!);
    }
    return Object.fromEntries(this.ports(12).map(({ name }) => [name, values.get(name)!]));
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

const UNARY: Record<string, (x: number, at: Record<string, number>) => number> = {
  Identity: (x) => x,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Tanh: Math.tanh,
  Relu: (x) => Math.max(0, x),
  LeakyRelu: (x, { alpha }) => (x < 0 ? alpha! * x : x),
  Elu: (x, { alpha }) => (x < 0 ? alpha! * Math.expm1(x) : x),
  Selu: (x, { alpha, gamma }) => gamma! * (x > 0 ? x : alpha! * Math.expm1(x)),
};
const BINARY: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
};

function compute(type: string, [a, b, c]: readonly Value[], at: Record<string, number>): Value {
  const one = UNARY[type];
  if (one) return { shape: a!.shape, data: a!.data.map((x) => one(x, at)) };
  const two = BINARY[type];
  if (two) return binary(two, a!, b!);
  if (type === "Gather") {
    const columns = sizeOf(a!.shape.slice(1));
    const rows = [...b!.data].flatMap((row) => [
      ...a!.data.subarray(row * columns, (row + 1) * columns),
    ]);
    return { shape: [...b!.shape, ...a!.shape.slice(1)], data: Float64Array.from(rows) };
  }
  if (type === "MatMul") return product(a!, b!, false);
  if (type === "Gemm") return binary(BINARY.Add!, product(a!, b!, at.transB === 1), c!);
  throw new Error(`operator ${type}`);
}

/** The second one may be a row. */
function binary(two: (a: number, b: number) => number, a: Value, b: Value): Value {
  const columns = a.shape.at(-1)!;
  if (b.shape.at(-1) !== columns) throw new Error(`shapes ${a.shape} and ${b.shape}`);
  return { shape: a.shape, data: a.data.map((x, i) => two(x, b.data[i % b.data.length]!)) };
}

function product(a: Value, b: Value, transposed: boolean): Value {
  const [M, K] = a.shape as [number, number];
  const [N, depth] = transposed ? [b.shape[0]!, b.shape[1]!] : [b.shape[1]!, b.shape[0]!];
  if (K !== depth) throw new Error(`shapes ${a.shape} and ${b.shape}`);
  const data = new Float64Array(M * N);
  for (let m = 0; m < M; ++m) {
    for (let n = 0; n < N; ++n) {
      let sum = 0;
      for (let k = 0; k < K; ++k) {
        sum += a.data[m * K + k]! * b.data[transposed ? n * K + k : k * N + n]!;
      }
      data[m * N + n] = sum;
    }
  }
  return { shape: [M, N], data };
}

function split({ shape, data }: Value, axis: number, parts: number): Value[] {
  const columns = shape.at(-1)! / parts;
  if (axis !== shape.length - 1 || !Number.isInteger(columns)) throw new Error("Split");
  return Array.from({ length: parts }, (_, p) => ({
    shape: [...shape.slice(0, -1), columns],
    data: data.filter((_, i) => Math.floor((i % shape.at(-1)!) / columns) === p),
  }));
}
