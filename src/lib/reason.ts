import { accessReasons } from "@/lib/reason/access";
import { authorizeReasons } from "@/lib/reason/authorize";
import { deliveryReasons } from "@/lib/reason/delivery";
import { deployReasons } from "@/lib/reason/deploy";
import { gitReasons } from "@/lib/reason/git";
import { githubAppReasons } from "@/lib/reason/github-app";
import { hostReasons } from "@/lib/reason/host";
import { inputReasons } from "@/lib/reason/input";
import { networkReasons } from "@/lib/reason/network";
import { notificationReasons } from "@/lib/reason/notification";
import { oauthReasons } from "@/lib/reason/oauth";
import { previewReasons } from "@/lib/reason/preview";
import { providerReasons } from "@/lib/reason/provider";
import { sshReasons } from "@/lib/reason/ssh";
import { startReasons } from "@/lib/reason/start";
import type { ReasonParams, ReasonTable } from "@/lib/reason/table";
import { webhookReasons } from "@/lib/reason/webhook";

/**
 * Why something failed, as stored and sent: a code and its parameters, turned into words at the edge.
 * The code is open text here, so that a row written by a newer version still reads.
 */
export interface Reason {
  code: string;
  params?: ReasonParams;
}

const table: ReasonTable = {
  ...accessReasons,
  ...authorizeReasons,
  ...deliveryReasons,
  ...deployReasons,
  ...gitReasons,
  ...githubAppReasons,
  ...hostReasons,
  ...inputReasons,
  ...networkReasons,
  ...notificationReasons,
  ...oauthReasons,
  ...previewReasons,
  ...providerReasons,
  ...sshReasons,
  ...startReasons,
  ...webhookReasons,
};

/** The English text of a reason. An unknown code gives its own name rather than an error. */
export function messageOf(reason: Reason): string {
  const text = table[reason.code];
  return text ? text(reason.params ?? {}) : `Something went wrong (${reason.code}).`;
}
