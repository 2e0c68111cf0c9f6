/** Calls from the page into a worker, and what the worker tells unasked: messages with numbers, nothing more. */

import type { Trouble } from "./protocol.js";

type Functions = { readonly [name: string]: (...given: never[]) => Promise<unknown> };
type Message =
  | { readonly call: number; readonly name: string; readonly given: readonly unknown[] }
  | { readonly answer: number; readonly value?: unknown; readonly trouble?: Trouble }
  | { readonly event: string; readonly value: unknown };

/** What calls to a worker get that is not there; the page was told once. */
export const GONE: Trouble = { name: "Gone", message: "the worker is gone", where: "worker" };

/** An error of the worker, as the page gets it. */
export class EngineError extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/** The page's side. */
export class Client<Api, Told extends object> {
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { resolve(value: unknown): void; reject(error: unknown): void }
  >();
  readonly #listeners = new Map<string, (value: never) => void>();
  #calls = 0;
  #isGone = false;

  /** @param onFailure hears that the worker could not start, or broke: nothing is answered from then on */
  constructor(worker: Worker, onFailure: () => void) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#isGone = true;
      for (const { reject } of this.#waiting.values()) reject(new EngineError(GONE));
      this.#waiting.clear();
      onFailure();
    };
  }

  on<Name extends keyof Told & string>(name: Name, listener: (value: Told[Name]) => void): void {
    this.#listeners.set(name, listener as (value: never) => void);
  }

  call<Name extends keyof Api & string>(
    name: Name,
    ...given: Api[Name] extends (...all: infer Given) => unknown ? Given : never
  ): Api[Name] extends (...all: never[]) => infer Result ? Result : never {
    if (this.#isGone) return Promise.reject(new EngineError(GONE)) as never;
    const call = ++this.#calls;
    const promise = new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#worker.postMessage({ call, name, given });
    });
    return promise as never;
  }

  /** Something given away, not copied. */
  give(event: string, value: unknown, transfer: Transferable[]): void {
    this.#worker.postMessage({ event, value }, transfer);
  }

  #hear(message: Message): void {
    if ("event" in message) this.#listeners.get(message.event)?.(message.value as never);
    if (!("answer" in message)) return;
    const waiting = this.#waiting.get(message.answer);
    this.#waiting.delete(message.answer);
    if (message.trouble) waiting?.reject(new EngineError(message.trouble));
    else waiting?.resolve(message.value);
  }
}

/** Tells the page something. */
export type Tell<Told> = <Name extends keyof Told & string>(
  name: Name,
  value: Told[Name],
  transfer?: Transferable[],
) => void;

interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<Message>) => void) | null;
}

/** The worker's side: answers calls with the functions that `make` returns. */
export function serve<Told>(make: (tell: Tell<Told>) => Functions | object): void {
  const port = self as unknown as Port;
  const functions = make((event, value, transfer = []) =>
    port.postMessage({ event, value }, transfer),
  ) as Functions;
  port.onmessage = async ({ data }) => {
    if ("event" in data) return void functions[data.event]?.(data.value as never);
    if (!("call" in data)) return;
    try {
      const value = await functions[data.name]!(...(data.given as never[]));
      port.postMessage({ answer: data.call, value });
    } catch (error) {
      port.postMessage({ answer: data.call, trouble: troubleOf(error) });
    }
  };
}

function troubleOf(error: unknown): Trouble {
  const { name, message, path, where, epoch } = Object(error) as Record<string, unknown>;
  return {
    name: String(name ?? "Error"),
    message: String(message ?? error),
    where: String(path ?? where ?? ""),
    epoch: typeof epoch === "number" ? epoch : undefined,
  };
}
