/** Reads the outline of a WebAssembly binary without compiling it, so that no engine has to know its features. */

/** Section ids of the core specification, §5.5.2. */
const SECTIONS = [
  ...["custom", "type", "import", "function", "table", "memory", "global"],
  ...["export", "start", "element", "code", "data", "dataCount", "tag"],
];

const KINDS = ["function", "table", "memory", "global", "tag"];

/** What a binary asks for, offers and holds. */
export interface Outline {
  /** Names of the sections in file order. */
  readonly sections: readonly string[];
  /** `module.name`, its kind and whether it is a shared memory or a global that changes. */
  readonly imports: readonly { name: string; kind: string; shared: boolean; mutable: boolean }[];
  readonly exports: readonly { name: string; kind: string }[];
  /** Where linking writes: address and bytes of each piece of data. */
  readonly data: readonly { at: number; length: number; bytes: string }[];
}

/** Outlines a binary that imports nothing but memories and globals; throws on any other import. */
export function outlineOf(bytes: Uint8Array): Outline {
  const file = new Reader(bytes, 8); // magic and version
  const sections: string[] = [];
  const imports: Outline["imports"][number][] = [];
  const exports: Outline["exports"][number][] = [];
  const data: Outline["data"][number][] = [];
  while (!file.done) {
    const section = SECTIONS[file.leb()] ?? "unknown";
    const body = file.take(file.leb());
    sections.push(section);
    if (section === "import") for (let n = body.leb(); n > 0; --n) imports.push(importOf(body));
    if (section === "export") for (let n = body.leb(); n > 0; --n) exports.push(exportOf(body));
    if (section === "data") for (let n = body.leb(); n > 0; --n) data.push(dataOf(body));
  }
  return { sections, imports, exports, data };
}

function importOf(body: Reader): Outline["imports"][number] {
  const name = `${body.name()}.${body.name()}`;
  const kind = KINDS[body.leb()] ?? "unknown";
  if (kind === "global") {
    body.leb(); // its type
    return { name, kind, shared: false, mutable: body.leb() === 1 };
  }
  if (kind !== "memory") throw new Error(`the binary imports the ${kind} ${name}`);
  const flags = body.leb(); // bit 0: has a maximum, bit 1: shared
  body.leb();
  if (flags & 1) body.leb();
  return { name, kind, shared: (flags & 2) !== 0, mutable: true };
}

function exportOf(body: Reader): Outline["exports"][number] {
  const name = body.name();
  const kind = KINDS[body.leb()] ?? "unknown";
  body.leb();
  return { name, kind };
}

/** Active data of memory 0 at a constant address: `i32.const address, end`, then the bytes. */
function dataOf(body: Reader): Outline["data"][number] {
  const [mode, constant] = [body.leb(), body.leb()];
  const at = body.leb();
  if (mode !== 0 || constant !== 0x41 || body.leb() !== 0x0b) throw new Error("data elsewhere");
  const length = body.leb();
  return { at, length, bytes: body.take(length).hex() };
}

class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** An unsigned LEB128 number. */
  leb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.leb()).#bytes);
  }

  hex(): string {
    return Buffer.from(this.#bytes).toString("hex");
  }

  take(length: number): Reader {
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return new Reader(part);
  }
}
