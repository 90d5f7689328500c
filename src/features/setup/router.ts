import { InitializeSetup, InitializeSetupResult, SetupStatus } from "@/features/setup/contract";
import { initialize } from "@/features/setup/initialize";
import { setupStatus } from "@/features/setup/status";
import { anyone, router } from "@/rpc/procedure";

export const setupRouter = router({
  status: anyone({ summary: "Whether Slipway is set up, and its version" })
    .output(SetupStatus)
    .query(() => setupStatus()),
  initialize: anyone({ summary: "Make the owner and the first organization, once", answersSecret: true })
    .input(InitializeSetup)
    .output(InitializeSetupResult)
    .mutation(({ ctx, input }) => initialize(ctx.origin, input)),
});
