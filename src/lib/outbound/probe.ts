import { asFault, Fault } from "@/lib/fault";
import type { Outbound } from "@/lib/outbound";
import { type Certificate, readCertificate } from "@/lib/outbound/certificate";
import { type Network, resolveTarget } from "@/lib/outbound/target";
import { readUrl } from "@/lib/outbound/url";
import type { Reason } from "@/lib/reason";

/** One step on the way to a host. `skipped`: an earlier step failed, or it does not apply (TLS of plain http). */
export type ProbeStep = { outcome: "ok" } | { outcome: "skipped" } | { outcome: "failed"; reason: Reason };

/** How far a connection to a host gets, without any credential. */
export interface Probe {
  /** The address is well formed and may be reached. */
  address: ProbeStep;
  dns: ProbeStep;
  tls: ProbeStep;
  /** Something answered in HTTP. */
  reachable: ProbeStep;
  /** Read without trusting it, so it is there for an expired one too. */
  certificate: Certificate | null;
  /** The host's own clock, from its `Date` header; null when it sends none. */
  serverDate: Date | null;
  /** The local clock at that moment. */
  seenAt: Date | null;
  /** How long the answer took. */
  millis: number | null;
}

const ok: ProbeStep = { outcome: "ok" };
const skipped: ProbeStep = { outcome: "skipped" };
const dnsReasons = new Set(["dns_failed"]);

/** Try the steps to a host with the outbound policy. Never throws; ends within the deadline, 5 s unless given. */
export async function probe(
  text: string,
  http: Outbound,
  network: Network,
  deadlineMs = 5_000,
): Promise<Probe> {
  const startedAt = Date.now();
  const nothing = { certificate: null, serverDate: null, seenAt: null, millis: null };
  try {
    const url = readUrl(text);
    const answer = await reach(url, http, deadlineMs);
    const left = Math.max(1, deadlineMs - (Date.now() - startedAt));
    const certificate = await lookAt(url, network, Math.min(2_000, left));
    return { ...nothing, ...answer, certificate };
  } catch (error) {
    return { ...nothing, ...failedSteps(asFault(error).reason) };
  }
}

async function lookAt(url: URL, network: Network, timeoutMs: number): Promise<Certificate | null> {
  if (url.protocol !== "https:") return null;
  try {
    return await readCertificate(await resolveTarget(url, network), timeoutMs);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

async function reach(url: URL, http: Outbound, deadlineMs: number) {
  const startedAt = Date.now();
  const response = await caught(
    http.send(new Request(url, { method: "HEAD", redirect: "manual" }), { deadlineMs }),
  );
  if (response instanceof Fault) return failedSteps(response.reason);
  const seenAt = new Date();
  const date = Date.parse(response.headers.get("date") ?? "");
  const steps = { address: ok, dns: ok, tls: url.protocol === "https:" ? ok : skipped, reachable: ok };
  const serverDate = Number.isNaN(date) ? null : new Date(date);
  return { ...steps, serverDate, seenAt, millis: seenAt.getTime() - startedAt };
}

async function caught(sending: Promise<Response>): Promise<Response | Fault> {
  try {
    return await sending;
  } catch (error) {
    return asFault(error);
  }
}

/** Assign a failure to its step: the steps before it passed, the ones after it were skipped. */
export function failedSteps(reason: Reason): Pick<Probe, "address" | "dns" | "tls" | "reachable"> {
  const bad: ProbeStep = { outcome: "failed", reason };
  if (["address_invalid", "address_private", "port_refused", "insecure_http"].includes(reason.code)) {
    return { address: bad, dns: skipped, tls: skipped, reachable: skipped };
  }
  if (dnsReasons.has(reason.code)) return { address: ok, dns: bad, tls: skipped, reachable: skipped };
  if (reason.code.startsWith("tls_")) return { address: ok, dns: ok, tls: bad, reachable: skipped };
  return { address: ok, dns: ok, tls: skipped, reachable: bad };
}
