import { hostKey, isDaemonPort, isDenied, isLoopback, isNever, isPublicPort, portOf } from "@/lib/address";
import type { FaultCode } from "@/lib/fault";
import { type AllowList, listed, listsName } from "@/lib/outbound/allow-list";
import type { Reason } from "@/lib/reason";

/** The answer of the policy: reach exactly these addresses, or why not. */
export type Decision =
  | {
      ok: true;
      addresses: string[];
      /** Every address is opened by the allow-list; only then may a secret travel over plain http. */
      listed: boolean;
    }
  | { ok: false; code: FaultCode; reason: Reason };

/** The protocol of a connection: a web client never connects to an SSH address, nor the other way round. */
export type Protocol = "web" | "ssh";

/**
 * Decide from a URL, the addresses its host has right now, and the instance's allow-list. Pure: the decision does
 * not depend on what listens there, so it reveals nothing. One denied address refuses the whole host.
 */
export function decide(
  url: URL,
  addresses: readonly string[],
  allow: AllowList,
  protocol: Protocol = "web",
): Decision {
  const why = malformed(url, protocol);
  const [host, port] = [hostKey(url.hostname), portOf(url)];
  if (why) return { ok: false, code: "invalid_input", reason: { code: "address_invalid", params: { why } } };
  if (addresses.length === 0)
    return { ok: false, code: "unavailable", reason: { code: "dns_failed", params: { host } } };
  const standing = addresses.map((address) => stand({ host, port, address, protocol: url.protocol }, allow));
  if (standing.includes("private")) {
    const never = isDaemonPort(port) || addresses.some(isNever);
    const loopback = addresses.some(isLoopback) && listsName(allow, host);
    return refusal("address_private", host, port, { ...(never && { never }), ...(loopback && { loopback }) });
  }
  if (standing.includes("port")) return refusal("port_refused", host, port);
  return { ok: true, addresses: [...addresses], listed: !standing.includes("public") };
}

function malformed(url: URL, protocol: Protocol): string | null {
  if (protocol === "ssh" ? url.protocol !== "ssh:" : url.protocol !== "http:" && url.protocol !== "https:")
    return protocol === "ssh" ? "this is no address of ssh" : "only https and http addresses can be reached";
  if (url.username !== "" || url.password !== "") return "it holds a user name or a password";
  if (url.hostname === "" || url.port === "0") return "it names no host and port";
  return null;
}

function stand(
  target: { host: string; port: number; address: string; protocol: string },
  allow: AllowList,
): "listed" | "public" | "private" | "port" {
  if (isDaemonPort(target.port)) return isDenied(target.address) ? "private" : "port";
  const entry = listed(allow, target);
  if (entry === "port") return "listed";
  if (entry === "address") return isPublicPort(target.port, target.protocol) ? "listed" : "port";
  if (isDenied(target.address)) return "private";
  return isPublicPort(target.port, target.protocol) ? "public" : "port";
}

function refusal(
  code: string,
  host: string,
  port: number,
  more: { never?: boolean; loopback?: boolean } = {},
): Decision {
  return { ok: false, code: "address_refused", reason: { code, params: { host, port, ...more } } };
}
