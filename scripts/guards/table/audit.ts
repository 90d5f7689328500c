import type { Guard } from "../guard";

/** What is written down, and cannot be unwritten. */
export const audit: Guard[] = [
  {
    name: "audit in transaction",
    file: "src/db/client.ts",
    text: `    if (recorded(done)) await recorder.record(tx);
    return done;
  }, options);`,
    without: `    return done;
  }, options);
  if (recorded(result)) await recorder.record(plainClient());`,
    proofs: [{ file: "src/server/audit.test.ts", test: "every mutation fails and changes nothing" }],
  },
  {
    name: "no secret without its record",
    file: "src/access/audit-context.ts",
    text: "    forgetThisMinute(subject);\n    throw error;",
    without: "    forgetThisMinute(subject);\n    if (!(error instanceof Error)) throw error;",
    proofs: [
      {
        file: "test/scenario/audit-events.test.ts",
        test: "has to be written before the credential is used: otherwise nothing is sent to the host",
      },
    ],
  },
  {
    name: "audit is append-only",
    file: "prisma/migrations/20261130000000_init/migration.sql",
    text: `CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_event"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();`,
    without: "",
    proofs: [
      { file: "src/features/audit/seal.test.ts", test: "refuses to be changed, thinned out or emptied" },
    ],
  },
];
