import type { Application } from "@/features/application/contract";

type PreviewRules = NonNullable<Application["previews"]>;

/** The settings of previews as the form holds them: text for each input. */
export type PreviewDraft = Record<"on" | keyof PreviewRules, string>;

const usual: PreviewRules = {
  labels: [],
  baseBranches: [],
  drafts: false,
  forks: "approval",
  limit: 10,
  idleDays: 14,
  comment: true,
  variablesFrom: null,
};

const flag = (on: boolean) => (on ? "on" : "");

export function draftOfRules(rules: PreviewRules | null): PreviewDraft {
  const { labels, baseBranches, drafts, forks, limit, idleDays, comment, variablesFrom } = rules ?? usual;
  return {
    on: flag(rules !== null),
    labels: labels.join(", "),
    baseBranches: baseBranches.join(", "),
    drafts: flag(drafts),
    forks,
    limit: String(limit),
    idleDays: String(idleDays),
    comment: flag(comment),
    variablesFrom: variablesFrom ?? "",
  };
}

/** What the API takes; null switches previews off. */
export function rulesOfDraft(draft: PreviewDraft): PreviewRules | null {
  if (draft.on !== "on") return null;
  return {
    labels: namesOf(draft.labels),
    baseBranches: namesOf(draft.baseBranches),
    drafts: draft.drafts === "on",
    forks: (["never", "always"] as const).find((each) => each === draft.forks) ?? "approval",
    limit: Number(draft.limit),
    idleDays: Number(draft.idleDays),
    comment: draft.comment === "on",
    variablesFrom: draft.variablesFrom || null,
  };
}

function namesOf(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
}
