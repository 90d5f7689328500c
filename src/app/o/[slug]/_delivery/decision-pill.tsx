import { CircleCheck, CircleDashed, CircleX, Layers, Minus } from "lucide-react";
import type { Delivery } from "@/features/delivery/contract";
import { StatusPill } from "@/ui/badge";

type Decision = Delivery["decision"];

const looks = {
  deployed: { tone: "good", icon: CircleCheck, word: "Deployed" },
  coalesced: { tone: "neutral", icon: Layers, word: "Told before" },
  ignored: { tone: "neutral", icon: Minus, word: "Ignored" },
  failed: { tone: "bad", icon: CircleX, word: "Failed" },
  pending: { tone: "accent", icon: CircleDashed, word: "Being read" },
} as const;

/** The decisions as a person filters by them. */
export const decisionWords = Object.entries(looks).map(([value, { word }]) => ({ value, word }));

export function isDecision(text: string): text is Decision {
  return text in looks;
}

/** What came of a delivery, or of its part for one environment. */
export function DecisionPill({ decision, title }: { decision: Decision; title?: string }) {
  return <StatusPill {...looks[decision]} title={title} />;
}
