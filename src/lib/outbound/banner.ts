import net from "node:net";
import { asFault, Fault } from "@/lib/fault";
import { connectFault } from "@/lib/outbound/network-fault";
import type { Target } from "@/lib/outbound/target";

/** Which of the checked addresses answered, and how. */
export interface SshBanner {
  address: string;
  /** How the server names its software: `SSH-2.0-OpenSSH_9.2`. */
  banner: string;
  millis: number;
}

const maxBannerBytes = 16_000;
const perAddressMs = 4_000;

/**
 * Read the SSH version line of a checked target, one address after the other until one answers. Nothing is sent.
 * @throws Fault `unavailable` | `bad_response` reason `ssh_not_ssh`
 */
export async function readSshBanner(target: Target, timeoutMs = perAddressMs): Promise<SshBanner> {
  let failure = new Fault("unavailable", { code: "dns_failed", params: { host: target.host } });
  for (const address of target.addresses) {
    const startedAt = Date.now();
    try {
      const banner = await firstLine(target, address, Math.min(timeoutMs, perAddressMs));
      return { address, banner, millis: Date.now() - startedAt };
    } catch (error) {
      failure = asFault(error);
    }
  }
  throw failure;
}

function firstLine(target: Target, address: string, timeoutMs: number): Promise<string> {
  const { host, port } = target;
  const params = { host, port };
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: address, port });
    let seen = "";
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    const notSsh = () => end(() => reject(new Fault("bad_response", { code: "ssh_not_ssh", params })));
    socket.setTimeout(timeoutMs);
    // A separate deadline: the idle time-out never fires for a server that sends a byte a second.
    const timer = setTimeout(() => socket.emit("timeout"), timeoutMs);
    socket.once("close", () => clearTimeout(timer));
    socket.once("timeout", () =>
      end(() => reject(new Fault("unavailable", { code: "host_timeout", params }))),
    );
    socket.once("error", (error) => end(() => void connectFault(error, target).then(reject)));
    socket.once("end", notSsh);
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
      const banner = /^(SSH-(?:2\.0|1\.99)-[\x21-\x7e][\x20-\x7e]{0,200})\r?\n/m.exec(seen)?.[1];
      if (banner) return end(() => resolve(banner.trim()));
      // SSH allows lines before the banner; their number has to be bounded.
      if (seen.length > maxBannerBytes || /^HTTP\/|^<|^220[ -]/.test(seen)) notSsh();
    });
  });
}
