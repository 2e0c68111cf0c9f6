/** What pages of the tiny app share: the files, and where the test finds what came out. */

export async function files() {
  const packed = await (await fetch("/clicks.packed")).blob();
  return [await fetch("/clicks.csv"), new File([packed], "clicks.csv.gz")];
}

export async function reported(work) {
  globalThis.outcome = await work.catch((error) => ({ error: String(error) }));
}
