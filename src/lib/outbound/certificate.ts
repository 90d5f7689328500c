import net from "node:net";
import tls from "node:tls";
import type { Target } from "@/lib/outbound/target";

/** What a server's certificate says of itself. Dates are ISO instants. */
export interface Certificate {
  subject: string;
  issuer: string;
  names: string[];
  validFrom: string;
  validTo: string;
}

/**
 * Read the certificate of a checked target without trusting it: the connection is closed as soon as the certificate
 * arrives, and no request is sent over it. Null when the server shows none in time.
 */
export function readCertificate(target: Target, timeoutMs: number): Promise<Certificate | null> {
  // Through a proxy there may be no direct connection, and the probe does not use the tunnel.
  if (target.proxy) return Promise.resolve(null);
  return new Promise((resolve) => {
    const socket = tls.connect({
      host: target.addresses[0],
      port: target.port,
      servername: net.isIP(target.host) === 0 ? target.host : "",
      // Only to read an untrusted certificate's dates and names for the report; this socket carries no data.
      rejectUnauthorized: false,
    });
    const end = (found: Certificate | null) => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(timeoutMs, () => end(null));
    socket.once("error", () => end(null));
    socket.once("secureConnect", () => end(describe(socket.getPeerCertificate())));
  });
}

function describe(peer: tls.PeerCertificate): Certificate | null {
  if (!peer.valid_to) return null;
  return {
    subject: one(peer.subject?.CN),
    issuer: one(peer.issuer?.O) || one(peer.issuer?.CN),
    names: (peer.subjectaltname ?? "").split(", ").filter(Boolean).slice(0, 5).map(bare),
    validFrom: new Date(peer.valid_from).toISOString(),
    validTo: new Date(peer.valid_to).toISOString(),
  };
}

function one(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

/** `DNS:example.org` → `example.org`. */
function bare(name: string): string {
  return name.replace(/^(DNS|IP Address):/, "").slice(0, 253);
}
