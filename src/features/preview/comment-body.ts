import type { Preview } from "@/features/preview/contract";
import type { Reason } from "@/lib/reason";
import { messageOf } from "@/lib/reason";

/** What a comment says. Names and reasons may come from strangers. */
export interface CommentFacts {
  applicationId: string;
  application: string;
  state: Preview["state"] | "removed";
  reason: Reason | null;
  sha: string | null;
  /** The address of the site; null while nothing is shown there. */
  siteUrl: string | null;
  /** The commit that the site shows. */
  shownSha: string | null;
  /** Page of the newest deployment, or of the previews. */
  page: string;
}

const headings: Record<CommentFacts["state"], string> = {
  approval: "waits for an approval",
  deploying: "is being deployed",
  ready: "is ready",
  failed: "could not be deployed",
  waiting: "waits",
  removed: "was removed",
};

/**
 * By this the comment is found again. Every host takes it for the definition of a link that nobody uses, and shows
 * nothing; HTML comments are shown by some.
 */
export function commentMarker(applicationId: string): string {
  return `[slipway-preview-${applicationId}]: #`;
}

/** The text of the comment, as Markdown that every host reads. */
export function commentBody(facts: CommentFacts): string {
  const { applicationId, application, state, reason, page } = facts;
  const lines = [
    `**The preview of ${plain(application)} ${headings[state]}.**`,
    ...(reason ? [plain(messageOf(reason))] : []),
    factList(facts).join("\n"),
    ...(state === "removed"
      ? []
      : [`[${state === "approval" ? "Look at it and approve" : "Open in Slipway"}](${page})`]),
    commentMarker(applicationId),
  ];
  return `${lines.filter((line) => line !== "").join("\n\n")}\n`;
}

function factList({ state, sha, siteUrl, shownSha }: CommentFacts): string[] {
  if (state === "removed") return [];
  const isEarlier = shownSha !== null && shownSha !== sha;
  return [
    ...(siteUrl ? [`- Address: ${siteUrl}${isEarlier ? ` (still shows \`${short(shownSha)}\`)` : ""}`] : []),
    ...(sha ? [`- Commit: \`${short(sha)}\``] : []),
  ];
}

function short(sha: string): string {
  return sha.slice(0, 8);
}

const entities: Record<string, string> = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };

/** Text that no host reads as Markdown, as HTML, as the name of an account to notify or as a number of a request. */
export function plain(text: string): string {
  const wordJoiner = "\u2060";
  return text
    .replace(/\s+/g, " ")
    .replace(/[<>&]/g, (sign) => entities[sign] ?? "")
    .replace(/[\\`*_{}[\]|~]/g, (sign) => `\\${sign}`)
    .replace(/([@#!])(?=\S)/g, `$1${wordJoiner}`);
}
