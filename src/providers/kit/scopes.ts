import type { Capability } from "@/providers/capability";
import type { Scope } from "@/providers/provider";

/** Does one granted scope include the wanted one? The default is equality; hosts with wider scopes give their own. */
export type Covers = (granted: string, wanted: string) => boolean;

/** The wanted scopes that no granted one covers, in the order given. */
export function missingScopes(granted: string[], wanted: Scope[], covers: Covers = same): Scope[] {
  return wanted.filter((scope) => !granted.some((name) => covers(name, scope.name)));
}

/** The scopes that a capability lacks. */
export function lackingFor(capability: Capability, missing: Scope[]): string[] {
  return missing.filter((scope) => scope.needs.includes(capability)).map((scope) => scope.name);
}

function same(granted: string, wanted: string): boolean {
  return granted === wanted;
}
