import autocannon from "autocannon";

export interface Load {
  perSecond: number;
  p50: number;
  p99: number;
}

/** 16 connections for some seconds after a short warm-up. @throws when any answer is not a 200 */
export async function load(url: string, headers: Record<string, string> = {}, seconds = 6): Promise<Load> {
  await autocannon({ url, headers, connections: 16, duration: 2 });
  const result = await autocannon({ url, headers, connections: 16, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} bad answers, ${result.errors} errors`);
  }
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}
