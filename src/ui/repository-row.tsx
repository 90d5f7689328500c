import { Archive, Lock } from "lucide-react";
import type { ReactNode } from "react";
import type { Repository } from "@/git/nouns";
import { Badge } from "@/ui/badge";
import { Logo } from "@/ui/logo";
import { MatchedText } from "@/ui/matched-text";
import { RelativeTime } from "@/ui/relative-time";

/** One repository in a list: logo, owner and name with what was searched for in bold, badges, last push. */
export function RepositoryRow(props: {
  repository: Repository;
  search: string;
  logo: string;
  aside?: ReactNode;
}) {
  const { repository, search } = props;
  return (
    <div className="flex min-w-0 flex-1 items-center gap-3">
      <Logo file={props.logo} className="size-4 text-soft" />
      <span className="min-w-0 flex-1 truncate" title={repository.fullName}>
        <MatchedText text={repository.fullName} search={search} />
      </span>
      {repository.private && (
        <Badge title="Private">
          <Lock className="size-3" aria-hidden="true" />
          <span className="max-sm:sr-only">private</span>
        </Badge>
      )}
      {repository.archived && (
        <Badge tone="warn" title="Archived">
          <Archive className="size-3" aria-hidden="true" />
          <span className="max-sm:sr-only">archived</span>
        </Badge>
      )}
      {repository.pushedAt && (
        <RelativeTime
          at={repository.pushedAt}
          className="w-28 text-right whitespace-nowrap text-sm text-soft max-sm:hidden"
        />
      )}
      {props.aside}
    </div>
  );
}
