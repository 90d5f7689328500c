import { CircleCheck, CircleDashed, CircleHelp, CircleX, Power, TriangleAlert } from "lucide-react";
import type { GitProvider, Health } from "@/features/git-provider/contract";
import { isAuthorizationPending } from "@/features/git-provider/health/pending-authorization";
import { StatusPill } from "@/ui/badge";

const looks = {
  ok: { tone: "good", icon: CircleCheck, word: "Healthy" },
  warning: { tone: "warn", icon: TriangleAlert, word: "Attention" },
  broken: { tone: "bad", icon: CircleX, word: "Broken" },
  pending: { tone: "neutral", icon: CircleDashed, word: "Not tested" },
  unknown: { tone: "neutral", icon: CircleHelp, word: "Unknown" },
} as const;

function HealthPill({ health: { state, reason } }: { health: Health }) {
  const waits = state === "pending" && isAuthorizationPending(reason);
  const look = { ...looks[state], ...(waits && { word: "Not connected" }) };
  return <StatusPill {...look} title={reason?.message.replaceAll("`", "")} />;
}

/** Health of a provider in use; an inactive one says only that. */
export function ProviderPill({ provider }: { provider: GitProvider }) {
  if (provider.status === "inactive") return <StatusPill tone="neutral" icon={Power} word="Inactive" />;
  return <HealthPill health={provider.health} />;
}

/** A missing optional permission can be intended: the provider's page shows it, but it is no call for attention. */
const calm = ["feature_missing"];

/** Whether a provider should be looked at by a person. */
export function needsAttention({ status, health: { state, reason } }: GitProvider): boolean {
  return status === "active" && ["warning", "broken"].includes(state) && !calm.includes(reason?.code ?? "");
}
