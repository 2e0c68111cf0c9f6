/** Tests that are run again and again by one process, which is ended and replaced when it hangs. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const RUNNER = fileURLToPath(new URL("runner.mjs", import.meta.url));

export class Tests {
  #folder;
  #child;

  /** @param folder where package.json and the tests are */
  constructor(folder) {
    this.#folder = folder;
  }

  /**
   * Whether one of the tests failed, or did not end in time, and how many passed.
   *
   * @param without tests with this in their names are left out, a pattern or nothing
   * @param changed files that are to be read anew
   */
  async run(files, { without, changed, mostMs }) {
    this.#child ??= await this.#start();
    const child = this.#child;
    const answer = new Promise((resolve) => {
      const late = setTimeout(() => resolve(undefined), mostMs);
      const done = (value) => {
        clearTimeout(late);
        resolve(value);
      };
      child.once("message", done);
      child.once("exit", () => done(undefined));
    });
    child.send({ files, without, changed });
    const said = await answer;
    if (said) child.removeAllListeners("exit");
    else this.end();
    return said ?? { failed: true, ran: 0 };
  }

  end() {
    this.#child?.removeAllListeners();
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #start() {
    const stdio = ["ignore", "ignore", "inherit", "ipc"];
    const child = fork(RUNNER, { cwd: this.#folder, stdio });
    return new Promise((resolve, reject) => {
      child.once("message", () => resolve(child));
      child.once("exit", (code) => reject(new Error(`the test runner ended with ${code}`)));
    }).finally(() => child.removeAllListeners());
  }
}
