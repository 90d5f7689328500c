import { RemovalReport } from "@/features/git-provider/contract";
import {
  CreateOrganization,
  Organization,
  OrganizationList,
  RemoveOrganization,
  SetActiveOrganization,
  UpdateOrganization,
} from "@/features/organization/contract";
import { createOrganization } from "@/features/organization/create";
import { listOrganizations } from "@/features/organization/list";
import { removeOrganization } from "@/features/organization/remove";
import { setActiveOrganization } from "@/features/organization/set-active";
import { updateOrganization } from "@/features/organization/update";
import { may, router, sessionOnly, signedIn } from "@/rpc/procedure";

export const organizationRouter = router({
  list: signedIn({ summary: "The organizations of the caller" })
    .output(OrganizationList)
    .query(async ({ ctx }) => listOrganizations(ctx.who, await ctx.membership())),
  create: sessionOnly({ summary: "Make an organization and act in it" })
    .input(CreateOrganization)
    .output(Organization)
    .mutation(({ ctx, input }) => createOrganization(ctx.who, ctx.sessionId, input)),
  update: may("organization:write", { summary: "Rename the organization" })
    .input(UpdateOrganization)
    .output(Organization)
    .mutation(({ ctx, input }) => updateOrganization(ctx.who, input)),
  remove: may("organization:delete", { summary: "Remove the organization and everything in it" })
    .input(RemoveOrganization)
    .output(RemovalReport)
    .mutation(({ ctx, input }) => removeOrganization(ctx.who, input)),
  setActive: sessionOnly({ summary: "Act in another organization in this session" })
    .input(SetActiveOrganization)
    .output(Organization)
    .mutation(({ ctx, input }) => setActiveOrganization(ctx.who, ctx.sessionId, input)),
});
