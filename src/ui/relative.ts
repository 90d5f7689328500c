const sizes: [seconds: number, one: string, many: string][] = [
  [365 * 86_400, "year", "years"],
  [30 * 86_400, "month", "months"],
  [86_400, "day", "days"],
  [3600, "h", "h"],
  [60, "min", "min"],
];

/** `2 min ago`, `in 12 days`, `just now`. @param now milliseconds since the epoch */
export function relative(instant: string, now: number): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  if (Number.isNaN(seconds)) return "unknown";
  const unit = sizes.find(([size]) => Math.abs(seconds) >= size);
  if (!unit) return seconds > 30 ? "in a moment" : "just now";
  // Past times are rounded down, future ones to the nearest unit: a week must not become "in 6 days" a second later.
  const units = Math.abs(seconds) / unit[0];
  const count = seconds < 0 ? Math.floor(units) : Math.round(units);
  const text = `${count} ${count === 1 ? unit[1] : unit[2]}`;
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}

/** Length of time as a person would write it down: `850 ms`, `12 s`, `3 min 05 s`. @param ms milliseconds */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")} min`;
}
