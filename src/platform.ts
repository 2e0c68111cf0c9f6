/**
 * Types of the platform, as the public declarations name them: those that a program's own types know (of the DOM, of
 * Node or of an edge runtime), and nothing where it has none. Named plainly they would be errors in such a program.
 */

/** Instances of a global class; never where the program knows no such class. */
type Global<Name extends string> =
  typeof globalThis extends Record<Name, { prototype: infer Instance }> ? Instance : never;

/** What cancels. */
export type Signal = Global<"AbortSignal">;
/** An address. */
export type Address = Global<"URL">;
/** What `fetch` gives. */
export type Fetched = Global<"Response">;
/** A worker of a page. */
export type PageWorker = Global<"Worker">;

/** Bytes that no other thread shares, as `new Blob` and `fetch` take them. TypeScript before 5.7 knows one kind only. */
export type Bytes = ReturnType<Uint8ArrayConstructor["of"]>;
/** The same of 32-bit floats. */
export type Floats = ReturnType<Float32ArrayConstructor["of"]>;

/** A stream of bytes: a `ReadableStream` of `Uint8Array`s, by whatever types. */
export interface ByteStream {
  /** What reads it, chunk by chunk. */
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}
