import { ask } from "@/features/application/ask";
import type { CreateApplication } from "@/features/application/contract";
import { isUrl } from "@/features/application/is-url";
import type { Source } from "@/features/application/source";
import { prepare } from "@/features/git-provider/insert";
import { sessionOf } from "@/features/git-provider/open";
import { readPasted } from "@/features/git-provider/pasted";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

type Wanted = Pick<CreateApplication, "repository" | "username" | "accessToken">;

/** What hosts take beside a token as password when they care for no name. */
const anyName = "git";

/**
 * A provider that only one application uses, for a repository with a token of its own. It speaks git only, which
 * every token that may read the code can do on every host, and its token goes nowhere but to this repository.
 * @throws Fault `invalid_input`, or what the host answers
 */
export async function ownProvider({ repository, username, accessToken }: Wanted): Promise<Source> {
  if (!isUrl(repository)) throw new Fault("invalid_input", { code: "own_token_needs_url" });
  const pasted = readPasted(repository);
  const provider = plainGit();
  const parsed = /^https?:$/.test(pasted.protocol) ? provider.parseUrl(pasted, {}) : null;
  if (!parsed) throw new Fault("invalid_input", { code: "own_token_unfit", params: { url: pasted.href } });
  const own = prepare(provider, {
    name: parsed.fullName.slice(-100),
    description: "",
    gitUrl: parsed.fullName,
    username: username?.trim() || anyName,
    password: accessToken,
  });
  const found = await ask(provider.open(sessionOf(own)), parsed.fullName);
  return { ...found, provider: { own }, branch: parsed.ref ?? found.branch, path: parsed.path ?? null };
}

function plainGit(): Provider {
  const { git } = registry;
  if (!git) throw new Fault("internal", { code: "provider_type_unknown", params: { type: "git" } });
  return git;
}
