/** The map as a file: as it is shown, with the colours of this theme written into it. Loaded when it is saved. */

export function mapPicture(): Blob | undefined {
  const svg = document.getElementById("map");
  if (!svg) return undefined;
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [[...svg.querySelectorAll("*")], [...copy.querySelectorAll("*")]];
  const names = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "font",
    "opacity",
    "transform",
    "paint-order",
    "stop-color",
    "stop-opacity",
  ];
  for (const [i, element] of from.entries()) {
    const style = getComputedStyle(element);
    to[i]!.setAttribute(
      "style",
      names.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"),
    );
  }
  copy.setAttribute("role", "img"); // no keys reach it there
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("style", `background:${getComputedStyle(svg).backgroundColor}`);
  return new Blob([copy.outerHTML], { type: "image/svg+xml" });
}
