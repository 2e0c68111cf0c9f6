import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guessTimeUnit, parseIso8601, parseNumber } from "../../src/data/read/times.js";

describe("numeric times", () => {
  test.each([
    ["0", 0],
    ["1396437466.94", 1396437466.94],
    [" -3 ", -3],
    ["1e9", 1e9],
    [".5", 0.5],
    ["7.", 7],
  ])("reads %j", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  test.each(["", " ", "0x10", "1,5", "NaN", "Infinity", "1e999", "12a", "2014-04-07", "1_000"])(
    "does not take %j for a number",
    (text) => {
      expect(parseNumber(text)).toBeNaN();
    },
  );

  test("reads back every finite number that JavaScript prints", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value))).toBe(Number(String(value)));
      }),
    );
  });

  test.each([
    [906141, "seconds"],
    [1e11, "seconds"],
    [1.4e12, "milliseconds"],
    [1.4e15, "microseconds"],
    [1.4e18, "nanoseconds"],
  ])("guesses the unit of times up to %d", (largest, unit) => {
    expect(guessTimeUnit(largest)).toBe(unit);
  });
});

describe("ISO 8601 times", () => {
  test.each([
    ["2014-04-07T10:51:09.277Z", 1396867869.277],
    ["2014-04-07 10:51:09", 1396867869],
    ["2014-04-07T10:51", 1396867860],
    ["2014-04-07", 1396828800],
    ["2019-10-01 00:00:00 UTC", 1569888000],
    ["2014-04-07T12:51:09+02:00", 1396867869],
    ["2014-04-07T05:21:09-0530", 1396867869],
    ["2014-04-07T12:51:09+02", 1396867869],
    ["2014-04-07t10:51:09,5z", 1396867869.5],
    ["1969-12-31T23:59:59Z", -1],
    ["0050-01-01", Date.UTC(2050, 0, 1) / 1000 - 63113904000],
    ["2024-02-29", 1709164800],
  ])("reads %j as %d seconds", (text, seconds) => {
    expect(parseIso8601(text)).toBe(seconds);
  });

  test.each([
    ...["2014-13-01", "2014-02-29", "2014-04-31", "2014-00-10", "2014-04-07T24:00", "14-04-07"],
    ...["2014-04-07T10:60", "2014-04-07T10", "20140407", "yesterday", "", "2014-04-07Tx"],
  ])("does not take %j for a time", (text) => {
    expect(parseIso8601(text)).toBeNaN();
  });

  test("agrees with Date on everything that Date prints", () => {
    const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
    fc.assert(
      fc.property(date, (date) => {
        expect(parseIso8601(date.toISOString())).toBeCloseTo(date.getTime() / 1000, 6);
      }),
    );
  });
});
