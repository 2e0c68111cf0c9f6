import { describe, expect, test } from "vitest";
import { bar, curve } from "../../src/cli/chart.js";

describe("bar", () => {
  test("is drawn to an eighth of a column", () => {
    expect(bar(1, 4, false)).toBe("████");
    expect(bar(0.5, 4, false)).toBe("██");
    expect(bar(0.53125, 4, false)).toBe("██▏");
    expect(bar(0, 4, false)).toBe("");
  });

  test("stays within its width, in ASCII too", () => {
    expect(bar(7, 4, false)).toBe("████");
    expect(bar(-1, 4, false)).toBe("");
    expect(bar(0.6, 5, true)).toBe("###");
  });
});

describe("curve", () => {
  const falling = [
    { x: 0, y: 6 },
    { x: 1, y: 5 },
    { x: 2, y: 4 },
  ];

  test("goes from its highest to its lowest point, with ticks below", () => {
    const options = { width: 5, height: 3, from: 0, ticks: [0, 1, 2], ascii: true };
    expect(curve(falling, options)).toEqual([
      "6.00 +*",
      "     | **",
      "4.00 +   **",
      "     ++-+-+",
      "      0 1 2",
    ]);
  });

  test("has two dots a column and four a row in braille, without gaps", () => {
    const options = { width: 2, height: 2, from: 0, ticks: [], ascii: false };
    expect(curve(falling, options)).toEqual(["6.00 ┤⠱⡀", "4.00 ┤ ⢣", "     └──", "      "]);
  });

  test("paints the curve and nothing else", () => {
    const paint = (text: string): string => `<${text}>`;
    const lines = curve(falling, { width: 3, height: 2, from: 0, ticks: [], ascii: true, paint });
    expect(lines).toEqual(["6.00 +<*>", "4.00 +< **>", "     +---", "      "]);
  });

  test("copes with one point, a flat line and none", () => {
    const options = { width: 3, height: 2, from: 0, ticks: [0], ascii: true };
    expect(curve([{ x: 1, y: 2 }], options)[0]).toBe("2.00 +  *");
    expect(
      curve(
        falling.map(({ x }) => ({ x, y: 1 })),
        options,
      )[0],
    ).toBe("1.00 +***");
    expect(curve([], options)).toEqual([]);
  });

  test("leaves out numbers for which there is no room", () => {
    const ticks = Array.from({ length: 21 }, (_, i) => i);
    const points = [0, 20].map((x) => ({ x, y: x }));
    const options = { width: 20, height: 2, from: 0, ticks, ascii: true };
    for (const line of curve(points, options)) expect(line.length).toBeLessThanOrEqual(27);
  });
});
