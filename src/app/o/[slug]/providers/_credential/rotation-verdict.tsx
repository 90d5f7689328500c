import { RepositoryAccessList } from "@/app/o/[slug]/providers/_credential/repository-access-list";
import type { RotateResult } from "@/features/git-provider/contract";
import { Alert } from "@/ui/alert";

/** The result of testing another credential, per application in use. */
export function RotationVerdict({ result }: { result: RotateResult }) {
  return (
    <>
      <Verdict result={result} />
      {result.repositories.length > 0 && <RepositoryAccessList items={result.repositories} />}
    </>
  );
}

function Verdict({ result }: { result: RotateResult }) {
  const lost = result.repositories.filter((each) => !each.reachable).length;
  if (lost > 0)
    return (
      <Alert tone="bad" title="The new one reads less">
        {lost === 1 ? "One application" : `${lost} applications`} could not be deployed with it. The stored
        one stays until this is mended on the host.
      </Alert>
    );
  return (
    <Alert tone="good" title="The new one works">
      {result.repositories.length === 0
        ? "The host takes it, and no application uses this provider yet."
        : "It reads every repository in use. Nothing would stop."}
    </Alert>
  );
}
