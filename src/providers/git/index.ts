import { defineProvider } from "@/providers/define";
import { complete, deployKeyPage, inferMethod } from "@/providers/git/complete";
import { verify } from "@/providers/git/identity";
import { manifest } from "@/providers/git/manifest";
import { withSuffix } from "@/providers/git/moved";
import { parseUrl } from "@/providers/git/parse-url";
import { probe } from "@/providers/git/probe";
import { listRefs, resolveRef } from "@/providers/git/refs";
import { Secrets, Settings } from "@/providers/git/settings";
import { remoteOf, type Session } from "@/providers/git/target";
import type { Forge } from "@/providers/provider";

/** Any server that speaks git over HTTPS or SSH. It has no list of repositories: each is named by its address. */
export const git = defineProvider<Settings, Secrets>("git", {
  manifest,
  settings: Settings,
  secrets: Secrets,
  takesAuthority: true,
  addressFields: ["gitUrl"],
  inferMethod,
  complete,
  open,
  parseUrl,
});

function open(session: Session): Forge {
  return {
    probe: async () => probe(session),
    verify: async () => verify(session),
    refs: {
      list: async (key, query) => listRefs(session, key, query),
      resolve: async (key, ref) => resolveRef(session, key, ref),
    },
    git: { remote: async (key) => withSuffix(session, await remoteOf(session, key)) },
    page: (kind, name) => {
      if (kind === "credentials") return deployKeyPage(session.settings.gitUrl ?? "");
      return kind === "repository" && /^https?:\/\//.test(name ?? "") ? name : undefined;
    },
  };
}
