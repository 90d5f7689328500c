import type { Reason } from "@/lib/reason";

/** What answers at the address of a connection. */
export interface Product {
  product: string;
  version?: string;
  /** Set when there is nothing to ask at the address itself (a folder of repositories): why this proves nothing. */
  unasked?: Reason;
  /** How the server proved who it is, where it has no certificate. `unproven`: it was believed for the first time. */
  hostKey?: { reason: Reason; unproven: boolean };
}
