import { networkOf } from "@/access/rate-limit";

/** Bytes of bodies that are in memory at the same time: of all requests, and of those from one network. */
const most = 268_435_456;
const mostOfNetwork = 134_217_728;

const taken = new Map<string, number>();
let all = 0;

/** Counts the memory that the body of one request takes, as it arrives. */
export function bodyMemory(address: string) {
  const network = networkOf(address);
  let own = 0;
  return {
    /** @returns whether there was room for so many bytes more */
    take(bytes: number): boolean {
      const ofNetwork = (taken.get(network) ?? 0) + bytes;
      if (all + bytes > most || ofNetwork > mostOfNetwork) return false;
      taken.set(network, ofNetwork);
      all += bytes;
      own += bytes;
      return true;
    },
    free(): void {
      const left = (taken.get(network) ?? 0) - own;
      if (left > 0) taken.set(network, left);
      else taken.delete(network);
      all -= own;
      own = 0;
    },
  };
}
