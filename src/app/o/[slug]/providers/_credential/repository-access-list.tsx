import { CircleCheck, CircleX } from "lucide-react";
import { Sentence } from "@/ui/sentence";

interface Reached {
  applicationId: string;
  name: string;
  repository?: string;
  reachable: boolean;
  reason?: { message: string };
}

/** Per application: whether its repository can be read this way, and if not, why. */
export function RepositoryAccessList({ items }: { items: Reached[] }) {
  return (
    <ul className="max-h-56 divide-y overflow-y-auto rounded-md border">
      {items.map(({ applicationId, name, repository, reachable, reason }) => {
        const Icon = reachable ? CircleCheck : CircleX;
        return (
          <li key={applicationId} className="flex items-start gap-2.5 px-3 py-2">
            <Icon
              className={`mt-0.5 size-4 shrink-0 ${reachable ? "text-good" : "text-bad"}`}
              aria-hidden="true"
            />
            <div className="min-w-0">
              <p>
                <span className="font-medium">{name}</span>
                {repository && <span className="text-soft"> · {repository}</span>}
              </p>
              <p className="text-sm text-soft">
                <Sentence text={reachable ? "Its repository can be read." : (reason?.message ?? "")} />
              </p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
