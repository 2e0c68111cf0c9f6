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

export interface RawTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** The file with these tensors in place of those of their names, or beside them; undefined leaves one out. */
export function withTensors(
  file: Uint8Array,
  others: Readonly<Record<string, RawTensor | undefined>>,
): Uint8Array<ArrayBuffer> {
  const { header, data } = partsOf(file);
  const { __metadata__, ...entries } = header as Record<string, TensorEntry>;
  const tensors = new Map(
    Object.entries(entries).map(([name, { data_offsets, ...entry }]) => {
      return [name, { ...entry, bytes: data.subarray(...data_offsets) } as RawTensor | undefined];
    }),
  );
  for (const [name, tensor] of Object.entries(others)) tensors.set(name, tensor);
  const laid: Record<string, unknown> = { __metadata__ };
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of tensors) {
    if (!tensor) continue;
    const { dtype, shape, bytes } = tensor;
    laid[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    parts.push(bytes);
    end += bytes.length;
  }
  return fileOf(laid, new Uint8Array(Buffer.concat(parts)));
}

/** The file with these lines, in text or bytes, as the ids under this name. */
export function withIds(
  file: Uint8Array,
  name: string,
  lines: readonly (string | Uint8Array)[],
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts = lines.flatMap((line) => [
    typeof line === "string" ? encoder.encode(line) : line,
    encoder.encode("\n"),
  ]);
  const bytes = new Uint8Array(Buffer.concat(parts));
  return withTensors(file, { [name]: { dtype: "U8", shape: [bytes.length], bytes } });
}
