import type { ReactNode } from "react";

/** `host kind key fingerprint`, as the lines of known_hosts are stored. */
function hostKeysIn(value: unknown): { place: string; kind: string; fingerprint: string }[] {
  if (typeof value !== "string") return [];
  return value
    .split("\n")
    .map((line) => line.split(" "))
    .filter((parts) => parts.length >= 4)
    .map(([place = "", kind = "", , fingerprint = ""]) => ({ place, kind, fingerprint }));
}

/** The pinned host keys of a server, with the actions on them below. */
export function HostKeys({ lines, children }: { lines: unknown; children: ReactNode }) {
  const known = hostKeysIn(lines);
  return (
    <section aria-label="Host keys" className="grid min-w-0 gap-2">
      <h2 className="font-semibold">Host keys</h2>
      {known.length === 0 ? (
        <p className="text-soft">The server was not met yet. Its keys are pinned when it is.</p>
      ) : (
        <ul className="grid gap-1">
          {known.map(({ place, kind, fingerprint }) => (
            <li key={fingerprint} className="min-w-0 text-sm">
              {place} {kind.replace("ssh-", "")} <code className="font-mono break-all">{fingerprint}</code>
            </li>
          ))}
        </ul>
      )}
      {known.length > 0 && children}
    </section>
  );
}
