/** WebKitGTK on a virtual screen, driven by its WebDriver: what Safari is made of, as far as Linux has it. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";

const DRIVER = process.env.WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver";
const BROWSER =
  process.env.WEBKIT_BROWSER ?? "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
const SCREEN = process.env.XVFB ?? "/usr/bin/Xvfb";

/** Debian: webkit2gtk-driver and xvfb. */
export const hasWebKit: boolean = [DRIVER, BROWSER, SCREEN].every((path) => existsSync(path));

/** A browser that shows a page until it is closed. */
export async function openInWebKit(url: string): Promise<{ close(): void }> {
  const port = 20_000 + (process.pid % 20_000);
  const display = `:${100 + (process.pid % 900)}`;
  // A container has no user namespaces for the browser's sandbox; it opens our own page alone.
  const env = { ...process.env, DISPLAY: display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" };
  const children: ChildProcess[] = [
    spawn(SCREEN, [display, "-screen", "0", "800x600x24"], { stdio: "ignore" }),
    spawn(DRIVER, [`--port=${port}`], { stdio: "ignore", env }),
  ];
  const close = (): void => {
    for (const child of children) child.kill();
  };
  const post = async (path: string, body: object): Promise<{ value: { sessionId: string } }> => {
    const sent = { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, sent);
    if (!response.ok) throw new Error(`WebKit: ${path} gave ${await response.text()}`);
    return response.json() as Promise<{ value: { sessionId: string } }>;
  };
  try {
    await isListening(port);
    const options = { binary: BROWSER, args: ["--automation"] };
    const alwaysMatch = { browserName: "MiniBrowser", "webkitgtk:browserOptions": options };
    const { value } = await post("/session", { capabilities: { alwaysMatch } });
    await post(`/session/${value.sessionId}/url`, { url });
    return { close };
  } catch (error) {
    close();
    throw error;
  }
}

async function isListening(port: number): Promise<void> {
  for (let tries = 0; ; ++tries) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`);
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
