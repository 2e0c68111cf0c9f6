/** Ids that are numbers: as the reader of clicks takes them. */

/** Digits of a number that a float surely holds. */
const SURE_DIGITS = 15;
const decoder = new TextDecoder();

/** Whether the bytes are a safe integer in its usual form: 12, −12 and 0, but not 012, +12 or 1e3. */
export function isWholeNumber(bytes: Uint8Array, begin: number, end: number): boolean {
  const length = end - begin;
  const isUsual = bytes[begin] !== 45 && length <= SURE_DIGITS;
  for (let i = bytes[begin] === 45 ? begin + 1 : begin; i < end; ++i) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return false;
  }
  if (isUsual) return bytes[begin] !== 48 || length === 1;
  if (length > SURE_DIGITS + 2) return false;
  const text = decoder.decode(bytes.subarray(begin, end));
  return Number.isSafeInteger(Number(text)) && String(Number(text)) === text;
}
