/** The worker's side: starts the program it is told, then answers calls in order. */

import { ConfigError, FormatError } from "../errors.js";
import type { Answer, CallMessage, Program, StartMessage, Task } from "./program.js";
import { startTask } from "./start.js";
import { VERSION } from "./version.js";

/** How a worker gets and sends messages: port.node.ts or port.web.ts. */
export interface Port {
  onMessage(handle: (message: unknown) => void): void;
  post(message: Answer, transfer: readonly ArrayBuffer[]): void;
}

export function serve(port: Port, programs: Readonly<Record<string, Program<never>>>): void {
  let task: Task | undefined;
  port.onMessage((message) => {
    const { id } = message as StartMessage | CallMessage;
    try {
      if (task) {
        const { method, argument } = message as CallMessage;
        const result = task[method]!(argument);
        port.post({ id, result }, buffersOf(result));
      } else {
        const start = message as StartMessage;
        if (start.version === VERSION) task = started(start, programs);
        port.post({ id, result: VERSION }, []);
      }
    } catch (error) {
      port.post({ id, error: described(error as Error) }, []);
    }
  });
}

function started(message: StartMessage, programs: Readonly<Record<string, Program<never>>>): Task {
  const { program, config, module, memory, rank, threads, tileRows } = message;
  const start = programs[program] as Program<unknown>;
  return startTask(start, config, module, memory, rank, threads, tileRows).task;
}

/** An error as plain values: messages cannot carry classes. */
function described(error: Error): Extract<Answer, { readonly error: unknown }>["error"] {
  const { name, message } = error;
  if (error instanceof ConfigError) return { name, message, place: error.path };
  if (error instanceof FormatError) return { name, message, place: error.where };
  return { name, message };
}

/** Arrays of a result are transferred, not copied: a task must not use them again. */
function buffersOf(result: unknown): ArrayBuffer[] {
  if (typeof result !== "object" || result === null) return [];
  const values = ArrayBuffer.isView(result) ? [result] : Object.values(result).flat();
  const views = values.filter((value) => ArrayBuffer.isView(value));
  return [...new Set(views.map((view) => view.buffer as ArrayBuffer))];
}
