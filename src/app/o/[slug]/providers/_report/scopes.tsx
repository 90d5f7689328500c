import type { GitProviderType } from "@/features/git-provider/contract";
import { Badge } from "@/ui/badge";

type Scope = GitProviderType["methods"][string]["scopes"][number];

/** What a host is asked to permit, and what each is for. */
export function Scopes({ title, scopes }: { title: string; scopes: readonly Scope[] }) {
  if (scopes.length === 0) return null;
  return (
    <section className="grid gap-2">
      <h2 className="font-medium">{title}</h2>
      <ul className="grid gap-2">
        {scopes.map((scope) => (
          <li key={scope.name} className="grid gap-0.5">
            <span className="flex flex-wrap items-center gap-2">
              <code className="rounded-sm bg-hover px-1 font-mono text-sm">{scope.name}</code>
              {scope.optional && <Badge>optional</Badge>}
            </span>
            <span className="text-soft">{scope.why}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
