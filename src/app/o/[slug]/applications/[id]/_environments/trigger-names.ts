import type { Environment } from "@/features/environment/contract";

/** When an environment is deployed, as a person chooses it. */
export const triggerNames: Record<Environment["trigger"], string> = {
  manual: "By hand or by the API",
  push: "On each push",
  tag: "On each new tag",
};
