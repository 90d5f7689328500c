/** Stands for a time that the host does not tell, where one has to be told. */
export const EPOCH = new Date(0).toISOString();

/** A time of a host as an instant in UTC; null when it is absent or cannot be read. */
export function instant(text: string | null | undefined): string | null {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
