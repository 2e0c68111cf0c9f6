/** Instead of src/threads/port.node.ts in workers under test: see pool.ts. */

import type { Port } from "../../src/threads/serve.js";

export const port: Port = (globalThis as unknown as { port: Port }).port;
