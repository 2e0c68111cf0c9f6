/** A worker of a job: posts messages to it and resolves its answers. */

import { host } from "#host";
import { ConfigError, errorAgain, FormatError, WorkerError } from "../errors.js";
import type { CreateWorker, HostWorker } from "./host.js";
import { type Answer, type CallMessage, isAnswer, SLICED, type StartMessage } from "./program.js";
import { type Patience, Watch } from "./watch.js";

interface Waiting {
  readonly id: number;
  /** Milliseconds. */
  readonly patience: number;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

type Message = Omit<StartMessage, "id"> | Omit<CallMessage, "id">;

export class WorkerMember {
  readonly #worker: HostWorker;
  readonly #watch: Watch;
  readonly #patience: Patience;
  /** The worker answers in order, so a queue of promises is enough. */
  readonly #waiting: Waiting[] = [];
  #failed: WorkerError | undefined;
  #posted = 0;

  /** @throws WorkerError when it cannot be started */
  constructor(createWorker: CreateWorker | undefined, patience: Patience) {
    this.#patience = patience;
    this.#watch = new Watch((ms) => this.#fail(`no answer within ${(ms / 1000).toFixed(1)} s`));
    this.#worker = started(
      (message) => this.#receive(message),
      (reason) => this.#fail(reason),
      createWorker,
    );
  }

  start(message: Omit<StartMessage, "id">): Promise<unknown> {
    return this.#post(message, [], this.#patience.other);
  }

  call(method: string, argument: unknown, transfer: readonly ArrayBuffer[]): Promise<unknown> {
    const { slice, other } = this.#patience;
    return this.#post({ method, argument }, transfer, method === SLICED ? slice : other);
  }

  end(): void {
    this.#fail("the job was ended");
    this.#worker.terminate();
  }

  #post(message: Message, transfer: readonly ArrayBuffer[], patience: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failed) return reject(this.#failed);
      const id = this.#posted;
      this.#worker.post({ ...message, id }, transfer); // what cannot be posted is not answered either
      this.#posted++;
      this.#waiting.push({ id, patience, resolve, reject });
      this.#note();
    });
  }

  #receive(message: unknown): void {
    const next = this.#waiting[0];
    if (this.#failed) return;
    if (!next || !isAnswer(message, next.id)) {
      this.#fail("a message that is no answer to its call");
      return;
    }
    this.#waiting.shift();
    this.#note();
    if ("error" in message) next.reject(revived(message.error));
    else next.resolve(message.result);
  }

  #note(): void {
    this.#watch.expect(this.#waiting[0]?.patience);
    this.#worker.keepAlive(this.#waiting.length > 0);
  }

  #fail(reason: unknown): void {
    this.#watch.expect(undefined);
    const text = reason instanceof Error ? reason.message : String(reason);
    this.#failed ??= new WorkerError(`worker: expected it to run, got a failure: ${text}`, {
      cause: reason,
    });
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failed);
  }
}

/** Errors about options and files keep their class, because the caller can mend them; others become WorkerErrors. */
function revived(error: Extract<Answer, { readonly error: unknown }>["error"]): Error {
  const { name, message, place = "" } = error;
  if (name === "ConfigError") return errorAgain(ConfigError, place, message);
  if (name === "FormatError") return errorAgain(FormatError, place, message);
  return new WorkerError(`worker: ${message}`, { cause: error });
}

function started(
  onMessage: (message: unknown) => void,
  onFailure: (reason: unknown) => void,
  createWorker: CreateWorker | undefined,
): HostWorker {
  try {
    return host.startWorker({ onMessage, onFailure }, createWorker);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const remedy = "Pass `createWorker` or `threads: 0` where a page forbids workers from blob:.";
    throw new WorkerError(`worker: expected to start one, got ${String(error)}. ${remedy}`, {
      cause: error,
    });
  }
}
