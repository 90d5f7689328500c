import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { isNotFound } from "@/providers/kit/not-found";

/** A request that the host does not know, or does not show to this credential. */
export function requestGone(host: string, key: RepositoryKey, number: number, cause?: unknown): Fault {
  const params = { host, number, repository: key.fullName };
  return new Fault("not_found", { code: "request_gone", params }, { cause });
}

/** The answer of a call about one request. @throws Fault `not_found` reason `request_gone` */
export async function orRequestGone<Answer>(
  answer: Promise<Answer>,
  about: { host: string; key: RepositoryKey; number: number },
): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw isNotFound(error) ? requestGone(about.host, about.key, about.number, error) : error;
  }
}
