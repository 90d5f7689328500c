import { ReachList } from "@/app/o/[slug]/providers/_credential/reach-list";
import type { RotateResult } from "@/features/git-provider/contract";
import { Notice } from "@/ui/notice";

/** What a trial of another credential found, per application in use. */
export function RotationVerdict({ result }: { result: RotateResult }) {
  return (
    <>
      <Verdict result={result} />
      {result.repositories.length > 0 && <ReachList items={result.repositories} />}
    </>
  );
}

function Verdict({ result }: { result: RotateResult }) {
  const lost = result.repositories.filter((each) => !each.reachable).length;
  if (lost > 0)
    return (
      <Notice tone="bad" title="The new one reads less">
        {lost === 1 ? "One application" : `${lost} applications`} could not be deployed with it. The stored
        one stays until this is mended on the host.
      </Notice>
    );
  return (
    <Notice tone="good" title="The new one works">
      {result.repositories.length === 0
        ? "The host takes it, and no application uses this provider yet."
        : "It reads every repository in use. Nothing would stop."}
    </Notice>
  );
}
