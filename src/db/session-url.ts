/**
 * The same address with what every session of ours must have: times in UTC, and a name an operator can recognise.
 * Options already in the address are kept; ours come last and win.
 */
export function sessionUrl(connectionString: string, name = "slipway"): string {
  const [base = "", query = ""] = splitOnce(connectionString, "?");
  const params = new URLSearchParams(query);
  params.set("options", [params.get("options"), "-c timezone=UTC"].filter(Boolean).join(" "));
  if (!params.has("application_name")) params.set("application_name", name);
  // libpq reads "+" as itself, so a space has to be written out
  return `${base}?${params.toString().replaceAll("+", "%20")}`;
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
