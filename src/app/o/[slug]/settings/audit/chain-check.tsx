"use client";
import { useQuery } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { clientFault } from "@/client/fault";
import { useMe } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { AuditVerdict } from "@/features/audit/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { CopyField } from "@/ui/copy-button";

function Verdict({ verdict }: { verdict: AuditVerdict }) {
  const whole = useMe()?.instanceAdmin;
  if (verdict.firstBad) {
    const { firstId, lastId } = verdict.firstBad;
    return (
      <Alert tone="bad">
        The audit is not as it was written: something among the events {firstId} to {lastId} was changed
        outside Slipway. Keep a copy of the database and of the log, and find out who can write to it.
      </Alert>
    );
  }
  if (!verdict.headHash)
    return <Alert tone="info">Nothing is sealed yet. The first batch is, within minutes.</Alert>;
  return (
    <Alert tone="good">
      <p>
        All {verdict.events} sealed events of this {whole ? "instance" : "organization"} are as they were
        written{whole ? "" : ", and so are those of others"}. Keep this hash elsewhere: it shows later that no
        newer batch was cut off.
      </p>
      <CopyField text={verdict.headHash} what="hash of the last batch" />
    </Alert>
  );
}

/** Verifies the hash chain of the audit, only on request since it reads the whole audit. */
export function ChainCheck() {
  const trpc = useTRPC();
  const check = useQuery(trpc.audit.verify.queryOptions({}, { enabled: false, retry: false }));
  return (
    <div className="grid gap-3">
      <Button className="justify-self-start" busy={check.isFetching} onClick={() => void check.refetch()}>
        <Link2 aria-hidden="true" />
        Check the chain
      </Button>
      {check.isError && <Alert tone="bad">{clientFault(check.error).message}</Alert>}
      {check.data && !check.isFetching && <Verdict verdict={check.data} />}
    </div>
  );
}
