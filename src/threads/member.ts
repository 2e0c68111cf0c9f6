/** A worker of a job: posts messages to it and resolves its answers. */

import { host } from "#host";
import { ConfigError, cut, errorAgain, FormatError, WorkerError } from "../errors.js";
import type { CreateWorker, HostWorker } from "./host.js";
import { type Answer, type CallMessage, isAnswer, SLICED, type StartMessage } from "./program.js";
import { OWN_FILE } from "./refused.js";
import { VERSION } from "./version.js";
import { type Patience, Watch } from "./watch.js";

/** Milliseconds that the file of a `createWorker` may take to come over a slow network. */
const LOADING_MS = 3000;

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
  /** Said of failures until the worker has started: it may be no worker of ours. */
  #remedy: string;
  /** The worker answers in order, so a queue of promises is enough. */
  readonly #waiting: Waiting[] = [];
  #failed: WorkerError | undefined;
  #posted = 0;

  /** @throws WorkerError when it cannot be started */
  constructor(createWorker: CreateWorker | undefined, patience: Patience) {
    this.#patience = patience;
    this.#remedy = createWorker ? `. ${OWN_FILE}` : "";
    this.#watch = new Watch((ms) => this.#fail(`no answer within ${(ms / 1000).toFixed(1)} s`));
    this.#worker = host.startWorker(
      {
        onMessage: (message) => this.#receive(message),
        onFailure: (reason) => this.#fail(reason),
      },
      createWorker,
    );
  }

  async start(message: Omit<StartMessage, "id" | "version">): Promise<void> {
    const patience = this.#patience.other + (this.#remedy ? LOADING_MS : 0);
    const version = await this.#post({ ...message, version: VERSION }, [], patience);
    if (version === VERSION) this.#remedy = "";
    else this.#fail(otherVersion(version));
    if (this.#failed) throw this.#failed;
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
    const found = `worker: expected it to run, got a failure: ${text}${this.#remedy}`;
    this.#failed ??=
      reason instanceof WorkerError ? reason : new WorkerError(found, { cause: reason });
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

function otherVersion(version: unknown): WorkerError {
  const found = `worker: expected the program of gru4rec ${VERSION}, got that of ${cut(String(version))}`;
  return new WorkerError(`${found}. ${OWN_FILE}`);
}
