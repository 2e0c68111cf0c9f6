/** Numbers, sizes, times and dates as the page writes them. */

const whole = new Intl.NumberFormat("en");

export function count(value: number): string {
  return whole.format(Math.round(value));
}

/** `"1 visit"`, `"2 visits"` */
export function many(value: number, one: string, several = `${one}s`): string {
  return `${count(value)} ${Math.round(value) === 1 ? one : several}`;
}

export function size(bytes: number): string {
  if (bytes < 1000) return many(bytes, "byte");
  const units = ["KB", "MB", "GB"];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 999.5 && unit < 2; ++unit) value /= 1000;
  return `${value >= 9.95 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function seconds(value: number): string {
  if (value < 0.95) return `${Math.max(0.1, value).toFixed(1)} s`;
  if (value < 9.95) return `${value.toFixed(1)} s`;
  return value < 99.5 ? `${Math.round(value)} s` : `${count(value / 60)} min`;
}

/** `"about 2 seconds"` in words, for what lies ahead. */
export function ahead(value: number): string {
  if (value < 1.5) return "1 second";
  if (value < 90) return `${Math.round(value)} seconds`;
  if (value < 5400) return many(value / 60, "minute");
  return many(value / 3600, "hour");
}

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];

/** `"1 March to 17 July 2024"`, in UTC. */
export function days(first: number, last: number): string {
  const [from, to] = [new Date(first * 1000), new Date(last * 1000)];
  const day = (date: Date): string => `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  const [a, b] = [from.getUTCFullYear(), to.getUTCFullYear()];
  if (day(from) === day(to) && a === b) return `${day(to)} ${b}`;
  return a === b ? `${day(from)} to ${day(to)} ${b}` : `${day(from)} ${a} to ${day(to)} ${b}`;
}

/** `.226`, as a share of one. */
export function share(value: number): string {
  return value.toFixed(3).replace(/^0/, "");
}

export function percent(value: number): string {
  return String(Math.round(100 * value));
}
