/** Opens the browser's dialog for files. */

export function chooseFile(take: (files: readonly File[]) => void, accept = ""): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = accept;
  input.multiple = true;
  input.onchange = () => take([...(input.files ?? [])]);
  input.click();
}
