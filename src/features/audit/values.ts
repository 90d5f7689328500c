/** How an event ended. */
export const auditResults = ["ok", "denied", "failed"] as const;
export const auditFormats = ["ndjson", "csv"] as const;
