import autocannon from "autocannon";
import { median } from "./figure";

/** One implementation that answers the same request. */
export interface Target {
  url: string;
  headers?: Record<string, string>;
}

export interface Load {
  perSecond: number;
  p50: number;
  p99: number;
}

const connections = 16;
const rounds = 3;

/**
 * Load the targets in turns, each with 16 connections for some seconds, and take the median of the rounds: other
 * load on the machine then affects all of them alike. A first warm-up round is not counted.
 * @throws when any answer is not a 200
 */
export async function loadInTurns(targets: Target[], seconds = 4): Promise<Load[]> {
  const results: Load[][] = targets.map(() => []);
  for (const target of targets) await loadOnce(target, 2);
  for (let round = 0; round < rounds; round++)
    for (const [at, target] of targets.entries()) results[at]?.push(await loadOnce(target, seconds));
  return results.map((loads) => ({
    perSecond: median(loads.map(({ perSecond }) => perSecond)),
    p50: median(loads.map(({ p50 }) => p50)),
    p99: median(loads.map(({ p99 }) => p99)),
  }));
}

async function loadOnce({ url, headers }: Target, duration: number): Promise<Load> {
  const result = await autocannon({ url, headers, connections, duration });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} bad answers, ${result.errors} errors`);
  }
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}
