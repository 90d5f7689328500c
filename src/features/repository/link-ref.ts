import type { Repository } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Forge, ParsedUrl } from "@/providers/provider";

/** Branches with more path segments are not looked up. */
const deepestRef = 6;

interface Linked {
  parsed: ParsedUrl;
  forge?: Forge;
  repository?: Repository | null;
}

/**
 * In a link to a branch with slashes the end of the branch is ambiguous: the shortest branch that exists at the host is
 * taken.
 */
export async function splitLinkRef({ parsed, forge, repository }: Linked): Promise<ParsedUrl> {
  const { ref, path, fullName } = parsed;
  if (!ref || !path || !forge) return parsed;
  const parts = [ref, ...path.split("/")];
  const key = { id: repository?.id, fullName };
  for (let length = 1; length <= Math.min(parts.length, deepestRef); length++) {
    const name = parts.slice(0, length).join("/");
    if (await exists(forge, key, name)) {
      return { ...parsed, ref: name, path: parts.slice(length).join("/") || undefined };
    }
  }
  return parsed;
}

async function exists(forge: Forge, key: { id?: string; fullName: string }, ref: string): Promise<boolean> {
  try {
    await forge.refs.resolve(key, ref);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}
