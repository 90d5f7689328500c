"use client";
import { useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import type { AuditQuery } from "@/app/o/[slug]/settings/audit/audit-query";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { AuditExport } from "@/features/audit/contract";
import type { auditFormats } from "@/features/audit/values";
import { Button } from "@/ui/button";
import { download } from "@/ui/download";
import { toastError, toastSuccess } from "@/ui/toast";

type Format = (typeof auditFormats)[number];

/** Read all pieces, then hand them to the browser as one file. */
function useExport(question: AuditQuery) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const ask = (format: Format, cursor: string | null): Promise<AuditExport> => {
    const asked = { ...question, limit: 1000, format, cursor };
    return queries.fetchQuery(trpc.audit.export.queryOptions(asked, { staleTime: 0, gcTime: 0 }));
  };
  return async (format: Format): Promise<number> => {
    const pieces: AuditExport[] = [];
    for (let cursor: string | null = null, more = true; more; ) {
      const piece: AuditExport = await ask(format, cursor);
      pieces.push(piece);
      cursor = piece.nextCursor;
      more = cursor !== null;
    }
    const type = pieces[0]?.contentType;
    const texts = pieces.map(({ text }) => text);
    download(`audit.${format}`, new Blob(texts, { type }));
    return pieces.reduce((sum, { count }) => sum + count, 0);
  };
}

/** Both files hold what the filters show, however many pages that is. */
export function ExportButtons({ question }: { question: AuditQuery }) {
  const exportAs = useExport(question);
  const [busy, setBusy] = useState<Format | null>(null);
  async function run(format: Format): Promise<void> {
    setBusy(format);
    try {
      toastSuccess(`${await exportAs(format)} events exported`);
    } catch (error) {
      toastError(clientFault(error).message);
    } finally {
      setBusy(null);
    }
  }
  return (["csv", "ndjson"] as const).map((format) => (
    <Button
      key={format}
      busy={busy === format}
      disabled={busy !== null && busy !== format}
      onClick={() => void run(format)}
    >
      <Download aria-hidden="true" />
      Export {format === "csv" ? "CSV" : "NDJSON"}
    </Button>
  ));
}
