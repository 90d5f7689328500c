import type { Caller } from "@/access/caller";
import type { AllAuditEvents, AuditEventList } from "@/features/audit/contract";
import { readPage } from "@/features/audit/page";

/** What happened, newest first. @throws Fault `forbidden` reason `instance_admin_only` */
export function all(caller: Caller, input: AllAuditEvents): Promise<AuditEventList> {
  return readPage(caller, input, input);
}
