/** Write numbers for people, the same in every language, as the command line does. */

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat("en", { maximumFractionDigits: 1, notation: "compact" });

/** 12,345 */
export function count(value) {
  return WHOLE.format(value);
}

/** 12,345 orders, 1 order */
export function things(value, thing) {
  return `${count(value)} ${thing}${value === 1 ? "" : "s"}`;
}

/** 0, 0.42, 12.3, 1,234 */
export function number(value) {
  const size = Math.abs(value);
  if (size === 0) {
    return "0";
  }
  const digits = size < 1 ? 2 : size < 100 ? 1 : 0;
  return new Intl.NumberFormat("en", { maximumFractionDigits: digits }).format(value);
}

/** For the marks of an axis: 250, 1.5K, 2M */
export function compact(value) {
  return Math.abs(value) >= 10_000 ? SHORT.format(value) : number(value);
}

/** 0.42 ms, 12.3 ms, 1,234 ms, 12.3 s */
export function millis(value) {
  return value >= 10_000 ? `${number(value / 1000)} s` : `${number(value)} ms`;
}

/** For the marks of an axis: 0.42 ms, 500 ms, 1.5 s */
export function briefMillis(value) {
  return value >= 1_000 ? `${compact(value / 1_000)} s` : `${number(value)} ms`;
}

/** 42 % */
export function percent(ratio) {
  return `${number(ratio * 100)} %`;
}

/** 42 s, 3 min 10 s, 4 h 2 min, 3 d 4 h */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const steps = [[86_400, "d", 3_600, "h"], [3_600, "h", 60, "min"], [60, "min", 1, "s"]];
  for (const [large, largeUnit, small, smallUnit] of steps) {
    if (whole >= large) {
      const rest = Math.floor((whole % large) / small);
      return `${Math.floor(whole / large)} ${largeUnit}${rest ? ` ${rest} ${smallUnit}` : ""}`;
    }
  }
  return `${whole} s`;
}

/** 14:03:22 in the time of whoever looks. */
export function clock(date) {
  return date.toLocaleTimeString("en-GB");
}

/** 14:03:22.417 */
export function preciseClock(date) {
  return `${clock(date)}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
