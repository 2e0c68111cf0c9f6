/** What a page says of its threads before it starts any. */

import { afterEach, expect, test, vi } from "vitest";
import { host } from "../../src/threads/host.web.js";

afterEach(() => vi.unstubAllGlobals());

test.each([
  { isolated: true, shared: globalThis.SharedArrayBuffer, can: true },
  { isolated: true, shared: undefined, can: false }, // WebKitGTK
  { isolated: false, shared: globalThis.SharedArrayBuffer, can: false },
  { isolated: undefined, shared: undefined, can: false },
])("memory is shared on an isolated page that has shared buffers: $can", (page) => {
  vi.stubGlobal("crossOriginIsolated", page.isolated);
  vi.stubGlobal("SharedArrayBuffer", page.shared);
  expect(host.canShareMemory()).toBe(page.can);
});
