/** What a person does on the page of examples/web: opens it, chooses or drops a file, presses a button. */

import { readFileSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import { clicks } from "./clicks.js";

export const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export interface Dropped {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export function dropped(name: string, content: string | Uint8Array): Dropped {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
}

/** A log of so many visits as text. */
export function csv(visits: number, header = "session_id,item_id,time"): string {
  const rows = clicks(visits).map((one) => `${one.sessionId},${one.itemId},${one.time}`);
  return `${header}\n${rows.join("\n")}\n`;
}

/** @param complaints gets every word of the console */
export async function empty(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  return page;
}

export async function goTo(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator("h1").first().waitFor();
}

export async function opened(
  context: BrowserContext,
  url: string,
  complaints: string[],
): Promise<Page> {
  const page = await empty(context, complaints);
  await goTo(page, url);
  return page;
}

/** Chooses a file in the dialog that a button opens. */
export async function choose(page: Page, name: string, file: Dropped): Promise<void> {
  const button = page.getByRole("button", { name }).first();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button.click()]);
  await chooser.setFiles({ ...file });
}

/** Lets a file go over the window. */
export async function drop(page: Page, { name, buffer }: Dropped): Promise<void> {
  await page.evaluate(`(() => {
    const bytes = Uint8Array.from(atob("${buffer.toString("base64")}"), (one) => one.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], ${JSON.stringify(name)}));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
  })()`);
}

/** Chooses a log on the first screen and waits until it is read. */
export async function read(page: Page, file: Dropped): Promise<void> {
  await choose(page, "choose a file", file);
  await page.getByText("What it has to beat").waitFor({ timeout: 120_000 });
}

export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** The bytes that "Save" gives. */
export async function saved(page: Page): Promise<Buffer> {
  const save = page.getByRole("button", { name: "Save the model" });
  await save.waitFor({ timeout: 600_000 });
  const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
  return readFileSync(await download.path());
}

/** Waits for a notice, and gives its text. */
export async function told(page: Page, fact: string): Promise<string> {
  const notice = page.locator(".notice", { hasText: fact });
  await notice.waitFor({ timeout: 60_000 });
  return (await notice.textContent())!;
}
