import type { Call, Owner } from "../stack/api";
import type { App } from "../stack/app";
import type { Hosts } from "../stack/hosts";

/** What a bench works with: one running app beside slow simulated hosts. */
export interface Stage {
  app: App;
  hosts: Hosts;
  owner: Owner;
  call: Call;
  dataDir: string;
  /** What each answer of a host takes. */
  hostMillis: number;
}

/** Milliseconds of each of `count` runs, one after the other. */
export async function timed(count: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let n = 0; n < count; n++) {
    const startedAt = performance.now();
    await work(n);
    samples.push(performance.now() - startedAt);
  }
  return samples;
}
