import type { ClientConfig } from "pg";

/**
 * What every connection of ours asks the server for, whatever the server's own settings are. Milliseconds where a
 * number has no unit.
 */
const settings = {
  timezone: "UTC",
  // Compiling a statement costs a second where the server knows no statistics; ours take milliseconds.
  jit: "off",
  // As for an index in memory or on an SSD. With the default of spinning disks small tables are read whole for each row.
  random_page_cost: "1.1",
  // A frozen process that holds a row lock must not block the connections of everyone else.
  lock_timeout: "5s",
  idle_in_transaction_session_timeout: "30s",
  // A client whose machine is gone is noticed within two minutes, and its locks are freed.
  tcp_keepalives_idle: "60",
  tcp_keepalives_interval: "10",
  tcp_keepalives_count: "6",
};

const ours = Object.entries(settings)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(" ");

/** Ends the connection when the server disappears without closing it. */
const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 30_000 };

/**
 * How to open a connection, for `new Client` and `new Pool`: with the settings above, and a name an operator can
 * recognise. It holds a password: never log it.
 */
export function session(connectionString: string, name?: string): ClientConfig {
  return { connectionString: sessionUrl(connectionString, name), ...keepAlive };
}

/** Options already in the address are kept; ours come last and win. */
function sessionUrl(connectionString: string, name = "slipway"): string {
  const [base = "", query = ""] = splitOnce(connectionString, "?");
  const params = new URLSearchParams(query);
  params.set("options", [params.get("options"), ours].filter(Boolean).join(" "));
  if (!params.has("application_name")) params.set("application_name", name);
  // libpq reads "+" as itself, so a space has to be written out
  return `${base}?${params.toString().replaceAll("+", "%20")}`;
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
