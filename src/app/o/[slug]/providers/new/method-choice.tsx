import { Check, Minus } from "lucide-react";
import type { GitProviderType } from "@/features/git-provider/contract";
import { Badge } from "@/ui/badge";
import { cn } from "@/ui/class-names";

type Method = GitProviderType["methods"][string];

const abilities: { can: Method["can"][number]; label: string }[] = [
  { can: "repositories", label: "list repositories" },
  { can: "gitRead", label: "deploy" },
  { can: "webhooks", label: "webhooks" },
  { can: "commitStatus", label: "commit statuses" },
  { can: "pullRequests", label: "previews" },
];

/** The auth methods, recommended first, those that the host has removed last. */
export function sortedMethods(type: GitProviderType): [name: string, method: Method][] {
  const rank = (method: Method) => (method.removed ? 2 : method.recommended ? 0 : 1);
  return Object.entries(type.methods).toSorted(([, a], [, b]) => rank(a) - rank(b));
}

function Abilities({ method }: { method: Method }) {
  return (
    <span className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5 text-sm text-soft">
      {abilities.map(({ can, label }) => {
        const able = method.can.includes(can);
        const Icon = able ? Check : Minus;
        return (
          <span key={can} className="inline-flex items-center gap-1">
            <Icon className={cn("size-3.5", able && "text-good")} aria-hidden="true" />
            <span className="sr-only">{able ? "can" : "cannot"}</span>
            {label}
          </span>
        );
      })}
    </span>
  );
}

/** How to sign in to the host. Drawn only where there is a choice. */
export function MethodChoice(props: {
  type: GitProviderType;
  value: string;
  onChange(method: string): void;
}) {
  const methods = sortedMethods(props.type);
  if (methods.length < 2) return null;
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium">Method</legend>
      {methods.map(([name, method]) => (
        <label
          key={name}
          className="flex cursor-pointer items-start gap-3 rounded-md border p-3 transition-colors hover:bg-hover has-checked:border-accent-ink has-checked:bg-accent-wash"
        >
          <input
            type="radio"
            name="authMethod"
            value={name}
            checked={props.value === name}
            onChange={() => props.onChange(name)}
            className="mt-0.5 size-4 shrink-0 accent-accent"
          />
          <span className="min-w-0">
            <span className="flex flex-wrap items-center gap-2 font-medium">
              {method.label}
              {method.recommended && <Badge tone="accent">recommended</Badge>}
              {method.removed && <Badge tone="warn">ended by the host</Badge>}
            </span>
            <span className="block text-soft">{method.removed ?? method.why}</span>
            <Abilities method={method} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}
