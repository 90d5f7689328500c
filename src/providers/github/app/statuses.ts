import { Fault } from "@/lib/fault";
import type { RepositoryCall } from "@/providers/github/api";
import { writeCheckRun } from "@/providers/github/app/check-run";
import { writeDeployment } from "@/providers/github/app/deployment";
import type { StatusPort } from "@/providers/reporting";

/**
 * Checks and deployments, where the account has approved them, else statuses. Which of them it has is known once one was
 * refused, and remembered for this connection.
 */
export function appStatuses(
  at: RepositoryCall,
  appId: number | null | undefined,
  statuses: StatusPort,
): StatusPort {
  const denied = new Set<"checks" | "deployments">();
  const unlessDenied = async (what: "checks" | "deployments", call: () => Promise<void>) => {
    if (denied.has(what)) return false;
    try {
      await call();
      return true;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "permission_missing") throw error;
      denied.add(what);
      return false;
    }
  };
  return {
    async set(key, status) {
      const check = () => at(key, (api) => writeCheckRun(api, key, { ...status, appId }));
      if (!(await unlessDenied("checks", check))) await statuses.set(key, status);
      const { environment } = status;
      if (environment)
        await unlessDenied("deployments", () =>
          at(key, (api) => writeDeployment(api, key, { ...status, environment })),
        );
    },
  };
}
