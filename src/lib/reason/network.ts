import type { ReasonParams, ReasonTable } from "@/lib/reason/table";

/** Why a host could not be reached, or its answer not be read. */
export const networkReasons = {
  host_busy: () =>
    "Too many calls to this host are under way from here, and it answers slowly. Try again in a minute.",
  address_invalid: (p) => `This address cannot be used: ${p.why}. Enter it like https://git.example.com.`,
  address_private: (p) =>
    p.never
      ? `${address(p)} is a place that Slipway never calls: no Git host answers there. Enter the address at which you open the host in the browser.`
      : p.loopback
        ? `${address(p)} leads to the machine that Slipway runs on. A name in SLIPWAY_OUTBOUND_ALLOW does not open that, since whoever runs its DNS could point it there: if it is meant, an instance administrator adds the address itself (127.0.0.1:${p.port}) and restarts Slipway.`
        : `${address(p)} lies in a private network, where Slipway calls nothing by default. If this is your own Git host, an instance administrator can add it to SLIPWAY_OUTBOUND_ALLOW (${entry(p)}) and restart Slipway.`,
  port_refused: (p) =>
    `Port ${p.port} of ${p.host} is not one that Git hosts use, so Slipway does not call it. Use 443, 80 or a port from 1024 up that belongs to no database or daemon; an instance administrator can list another one in SLIPWAY_OUTBOUND_ALLOW (${entry(p)}).`,
  allow_list_invalid: (p) =>
    `SLIPWAY_OUTBOUND_ALLOW cannot be used: in "${p.entry}", ${p.why}. Write host, host:port, network or network:port, separated by commas.`,
  proxy_unreachable: (p) =>
    `The proxy ${p.proxy} that this instance is set to use does not answer, so ${p.host} was not reached. Check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY.`,
  proxy_auth: (p) =>
    `The proxy ${p.proxy} asks for a user name and a password, or refuses those in HTTPS_PROXY. Put them there: http://user:password@proxy:port.`,
  proxy_refused: (p) =>
    `The proxy ${p.proxy} did not open the way to ${p.host}:${p.port}${p.status ? ` (it answered with ${p.status})` : ""}. Ask whoever runs it, or name the host in NO_PROXY.`,
  dns_failed: (p) =>
    `The name ${p.host} could not be resolved to an address. Check the spelling, and that the DNS of the Slipway server knows it.`,
  connection_refused: (p) =>
    `${address(p)} refused the connection: nothing answers on that port. Check the port, and that the host is running.`,
  connection_reset: (p) =>
    `${address(p)} closed the connection in the middle. Try again; if it stays, check that http:// or https:// fits this port, and look at the proxy or firewall before the host.`,
  host_unreachable: (p) =>
    `There is no way from the Slipway server to ${address(p)}. Check the network and firewall between them.`,
  host_timeout: (p) =>
    `${address(p)} did not answer in time. It may be down, overloaded or behind a firewall; try again, and check it from the Slipway server.`,
  tls_self_signed: (p) =>
    `The certificate of ${address(p)} is self-signed or from an authority this server does not know. Use a certificate of a public authority, or have your own authority's certificate added with NODE_EXTRA_CA_CERTS=/path/to/ca.pem and restart Slipway.`,
  tls_wrong_name: (p) =>
    `The certificate of ${address(p)} is for another name${named(p)}. Use the name on the certificate, or give the host a certificate for this one.`,
  tls_expired: (p) =>
    `The certificate of ${address(p)} ${p.validTo ? "expired" : "has expired"}${on(p.validTo)}. Renew it on the host; if the day looks wrong, check the clock of the Slipway server.`,
  tls_not_yet_valid: (p) =>
    `The certificate of ${address(p)} is not valid yet${begins(p)}. Check the clock of the Slipway server, and the certificate on the host.`,
  tls_failed: (p) =>
    `No secure connection to ${address(p)} came about. Check that this port speaks TLS 1.2 or newer; use http:// only inside your own network.`,
  redirect_elsewhere: (p) =>
    `The host sends us on from ${p.from} to ${p.to}. Credentials are never passed on to another address: if ${p.to} is right, enter it as the address.`,
  redirect_invalid: (p) =>
    `${p.from} sends us on to an address that cannot be used. Check the address and the host's proxy settings.`,
  redirect_loop: (p) =>
    `${p.from} keeps sending us on to yet another address. Check the address and the host's proxy settings.`,
  answer_too_large: (p) =>
    `The answer of ${address(p)} is larger than ${size(p)} and was not read. Check that the address is that of a Git host.`,
  header_too_large: (p) =>
    `The answer of ${address(p)} has more headers than can be read. Check that the address is that of a Git host.`,
  body_cut_short: (p) =>
    `The answer of ${address(p)} ended too early. Try again; if it stays, look at the proxy before the host.`,
  bad_encoding: (p) =>
    `The answer of ${address(p)} is packed in a way that cannot be read. Look at the proxy before the host.`,
  insecure_http: (p) =>
    `${address(p)} would get the credential over plain http, readable by everyone on the way. Use https://; for a host inside your own network an instance administrator can add it to SLIPWAY_OUTBOUND_ALLOW (${entry(p)}).`,
  not_http: (p) => `What answers at ${address(p)} does not speak HTTP. Check the address and the port.`,
  cancelled: () => "This was cancelled before it was finished.",
} satisfies ReasonTable;

function address(p: ReasonParams): string {
  return p.port === undefined || p.port === 443 || p.port === 80
    ? `${p.host ?? "the host"}`
    : `${p.host}:${p.port}`;
}

function size(p: ReasonParams): string {
  return `${Math.round(Number(p.limit) / 1e6)} MB`;
}

function entry(p: ReasonParams): string {
  const host = String(p.host ?? "");
  return `for example ${host.includes(":") ? `[${host}]` : host}:${p.port}`;
}

function named(p: ReasonParams): string {
  return Array.isArray(p.names) && p.names.length > 0 ? ` (${p.names.join(", ")})` : "";
}

function begins(p: ReasonParams): string {
  const day = on(p.validFrom);
  return day && `: it begins${day}`;
}

/** ` on 3 May 2026` of an instant, else nothing. */
function on(instant: unknown): string {
  const at = new Date(typeof instant === "string" ? instant : Number.NaN);
  if (Number.isNaN(at.getTime())) return "";
  return ` on ${at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })}`;
}
