import type { Capability } from "@/providers/capability";
import type { AuthMethod, Identity, Scope } from "@/providers/provider";

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

/**
 * Per capability: do the scopes suffice? `missing` is null when they are not known; `permissions` are then the host's
 * other words for what a capability needs.
 */
export function answersFor(
  { can, kind }: Pick<AuthMethod, "can" | "kind">,
  missing: Scope[] | null,
  { host, permissions = {} }: { host: string; permissions?: Partial<Record<Capability, string>> },
): Identity["capabilities"] {
  const answer = (capability: Capability): NonNullable<Identity["capabilities"][Capability]> => {
    const permission = permissions[capability];
    const untold = { code: "scopes_untold", params: { host, ...(permission ? { permission } : {}) } };
    if (missing === null) return { answer: "unknown", reason: untold };
    const scopes = lackingFor(capability, missing);
    if (scopes.length === 0) return { answer: "yes" };
    const params = { host, scopes, ...(kind === "redirect" && { granted: true }) };
    return { answer: "no", reason: { code: "scopes_missing", params } };
  };
  return Object.fromEntries(can.map((capability) => [capability, answer(capability)]));
}

function same(granted: string, wanted: string): boolean {
  return granted === wanted;
}
