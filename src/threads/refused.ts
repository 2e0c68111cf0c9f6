/**
 * Why a page does not start a worker: each cause has a sentence and a remedy of its own.
 *
 * The error of a worker that is not loaded tells no reason. What the page's policies report beside it does.
 */

import { cut, WorkerError } from "../errors.js";
import type { CreateWorker } from "./host.js";

const FORBIDDEN_BLOB =
  "worker: expected a page that may start one from blob:, got a Content-Security-Policy that forbids it. " +
  "Allow blob: in worker-src, pass `createWorker`, or pass `threads: 0`.";
const NO_WORKERS =
  "worker: expected a runtime with workers, got one without them. Pass `threads: 0`.";
const TRUSTED_TYPES =
  "worker: expected a page that may start one from a text, got one with Trusted Types. " +
  "Pass `createWorker` that gives Worker a TrustedScriptURL, or pass `threads: 0`.";

/** The remedy where `createWorker` starts something else than the worker program. */
export const OWN_FILE = "The worker of `createWorker` must run the file of `gru4rec/worker`.";

/** Milliseconds after the error in which policies report. */
const REPORTED_MS = 50;

/** A report of the Reporting API. The types of TypeScript lack it, and browsers show what is in it as JSON only. */
interface Report {
  readonly body: {
    toJSON(): { readonly type?: string; readonly blockedURL?: string };
  } | null;
}
interface Reports {
  observe(): void;
  disconnect(): void;
}
declare const ReportingObserver:
  | (new (
      hear: (reports: readonly Report[]) => void,
      options: { readonly types: readonly string[] },
    ) => Reports)
  | undefined;

/** Why no worker could be constructed. */
export function notConstructed(cause: unknown, createWorker: CreateWorker | undefined): Error {
  const { name, message } = cause as Error;
  const text = /TrustedScriptURL|Sink type mismatch/.test(message)
    ? TRUSTED_TYPES
    : createWorker
      ? `createWorker: expected a worker, got ${said(cause)}. ${remedyFor(name)}`
      : typeof Worker === "undefined"
        ? NO_WORKERS
        : name === "SecurityError"
          ? FORBIDDEN_BLOB
          : `worker: expected to start one, got ${said(cause)}. Pass \`threads: 0\`.`;
  return new WorkerError(text, { cause });
}

/** An error as the middle of a sentence. */
function said(cause: unknown): string {
  return cut(String(cause)).replace(/\.$/, "");
}

function remedyFor(name: string): string {
  return name === "SecurityError"
    ? "Serve the file of `gru4rec/worker` from the page's own origin, and allow it in worker-src."
    : "It must return what `new Worker` makes of the file of `gru4rec/worker`.";
}

/** Listens to a page's policies while a worker starts. */
export class Refusals {
  readonly #createWorker: CreateWorker | undefined;
  readonly #reports: Reports | undefined;
  /** What the Content-Security-Policy forbids. */
  #forbidden: string | undefined;
  /** The file that has no Cross-Origin-Embedder-Policy. */
  #unprotected: string | undefined;

  constructor(createWorker: CreateWorker | undefined) {
    this.#createWorker = createWorker;
    globalThis.addEventListener("securitypolicyviolation", this.#noteViolation);
    if (typeof ReportingObserver === "undefined") return;
    this.#reports = new ReportingObserver((reports) => this.#noteReports(reports), {
      types: ["coep"],
    });
    this.#reports.observe();
  }

  end(): void {
    globalThis.removeEventListener("securitypolicyviolation", this.#noteViolation);
    this.#reports?.disconnect();
  }

  /** Tells why the program of a worker was not loaded, as soon as the policies have reported. */
  async reason(): Promise<Error> {
    await new Promise((resolve) => setTimeout(resolve, REPORTED_MS));
    this.end();
    return new WorkerError(this.#createWorker ? this.#notLoaded() : FORBIDDEN_BLOB);
  }

  #notLoaded(): string {
    if (this.#forbidden !== undefined) {
      const found = `a Content-Security-Policy that forbids ${cut(this.#forbidden)}`;
      return `createWorker: expected a file that the page may run, got ${found}. Allow it in worker-src, or pass \`threads: 0\`.`;
    }
    if (this.#unprotected !== undefined) {
      const found = `${cut(this.#unprotected)} without it`;
      return `createWorker: expected a file with the header Cross-Origin-Embedder-Policy that the page has, got ${found}. Check the URL, and send the header with the file.`;
    }
    // Not every browser reports this header.
    const header = globalThis.crossOriginIsolated
      ? ", with the header Cross-Origin-Embedder-Policy"
      : "";
    return `createWorker: expected the URL of a script, got one that does not load. It must be of the page's own origin and answer with the file of \`gru4rec/worker\`${header}.`;
  }

  readonly #noteViolation = (event: Event): void => {
    const { effectiveDirective, blockedURI, disposition } = event as SecurityPolicyViolationEvent;
    if (effectiveDirective === "worker-src" && disposition === "enforce")
      this.#forbidden = blockedURI;
  };

  #noteReports(reports: readonly Report[]): void {
    for (const { body } of reports) {
      const { type, blockedURL } = body?.toJSON() ?? {};
      if (type === "worker initialization") this.#unprotected = blockedURL;
    }
  }
}
