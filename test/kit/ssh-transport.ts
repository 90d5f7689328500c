/** For tests: git over the real SSH, which Slipway may reach at one port of this machine only. */
import { setPorts } from "@/features/git-provider/client/pipeline";
import { probeSsh } from "@/git/ssh-probe";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { gitPort } from "@/providers/kit/git-port";

export function reachSsh(port: number): void {
  const network = { allow: parseAllowList(`localhost:${port}`), lookup: async () => ["127.0.0.1"] };
  setPorts({
    git: gitPort(network),
    probe: (address, deadlineMs) => probeSsh(address, network, deadlineMs),
  });
}
