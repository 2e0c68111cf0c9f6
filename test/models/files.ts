/** Takes a safetensors file apart and puts one together, without the library's own code. */

export interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

export interface FileParts {
  header: Record<string, unknown>;
  data: Uint8Array<ArrayBuffer>;
}

export function partsOf(bytes: Uint8Array): FileParts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, end)));
  return { header, data: bytes.slice(end) as Uint8Array<ArrayBuffer> };
}

export function fileOf(header: unknown, data: Uint8Array): Uint8Array<ArrayBuffer> {
  return withHeader(JSON.stringify(header), data);
}

export function withHeader(text: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

export function entryOf({ header }: FileParts, name: string): TensorEntry {
  return header[name] as TensorEntry;
}

/** The numbers of an F32 tensor; a copy. */
export function tensorOf(bytes: Uint8Array, name: string): Float32Array {
  const parts = partsOf(bytes);
  return new Float32Array(parts.data.slice(...entryOf(parts, name).data_offsets).buffer);
}

/** The file with other numbers in a tensor. */
export function withTensor(
  bytes: Uint8Array,
  name: string,
  values: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const parts = partsOf(bytes);
  const [begin] = entryOf(parts, name).data_offsets;
  parts.data.set(new Uint8Array(Float32Array.from(values).buffer), begin);
  return fileOf(parts.header, parts.data);
}
