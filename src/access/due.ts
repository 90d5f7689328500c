const minute = 60_000;
const maxKnown = 10_000;

// On globalThis: the server bundles evaluate this module more than once.
const held = globalThis as { slipwayDue?: Map<string, number> };
held.slipwayDue ??= new Map();
const done = held.slipwayDue;

/** Whether it is time for what is done once a minute for each subject in each process. To ask is to do it. */
export function isDue(subject: string, now = Date.now()): boolean {
  if (now - (done.get(subject) ?? 0) < minute) return false;
  if (done.size >= maxKnown) forgetOld(now);
  done.set(subject, now);
  return true;
}

/** It was not done after all. */
export function stillDue(subject: string): void {
  done.delete(subject);
}

function forgetOld(now: number): void {
  for (const [subject, at] of done) if (now - at >= minute) done.delete(subject);
  if (done.size >= maxKnown) done.clear();
}
