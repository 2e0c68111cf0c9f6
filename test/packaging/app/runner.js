/** The tiny app within a test runner, whose `test` and `expect` it is given; the outcome goes into a file. */

import { readFile, writeFile } from "node:fs/promises";
import { trained } from "./app.js";

export function testApp(test, expect) {
  test("reads, trains and recommends", async () => {
    const bytes = async (name) => new Uint8Array(await readFile(name));
    const outcome = await trained(await bytes("clicks.csv"), await bytes("clicks.csv.gz"));
    expect(outcome.recommended).toHaveLength(5);
    await writeFile("outcome.json", JSON.stringify(outcome));
  });
}
