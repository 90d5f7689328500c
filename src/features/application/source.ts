import { Prisma } from "@/db/generated/client";
import type { Prepared } from "@/features/git-provider/input/insert";
import type { Repository } from "@/git/nouns";

/** Where the code of an application comes from, after the host was asked. */
export interface Source {
  /** A provider that is there, or one to be made that only this application uses. */
  provider: { id: string } | { dedicated: Prepared };
  /** The host's permanent id; null where hosts have none. */
  repositoryId: string | null;
  fullName: string;
  url: string;
  /** What the host says of it; null for a plain git server. */
  repository: Repository | null;
  /** The branch that was pasted, else the repository's default; null when the host tells none. */
  branch: string | null;
  /** The folder that was pasted. */
  path: string | null;
}

/** The columns of an application that say where its code is. */
export function sourceColumns({ repositoryId, fullName, url, repository }: Source) {
  return {
    repositoryId,
    repositoryFullName: fullName,
    repositoryUrl: url,
    repository: repository ? { ...repository } : Prisma.DbNull,
  };
}
