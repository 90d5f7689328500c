/** Values a reason carries. Stored as JSON, so plain data only; never a secret. */
export type ReasonParams = Record<string, string | number | boolean | null | string[]>;

/** One sentence or two per code: what happened, why, and what to do next. */
export type ReasonTable = Record<string, (params: ReasonParams) => string>;
