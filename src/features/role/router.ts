import { all } from "@/features/role/all";
import { CreateRole, OneRole, Role, RoleList, UpdateRole } from "@/features/role/contract";
import { create } from "@/features/role/create";
import { remove } from "@/features/role/remove";
import { update } from "@/features/role/update";
import { Nothing } from "@/lib/shape";
import { may, router } from "@/rpc/procedure";

export const roleRouter = router({
  all: may("member:read", { summary: "The roles that members can have" })
    .output(RoleList)
    .query(({ ctx }) => all(ctx.who)),

  create: may("member:write", { summary: "Make a role" })
    .input(CreateRole)
    .output(Role)
    .mutation(({ ctx, input }) => create(ctx.who, input)),

  update: may("member:write", { summary: "Change what a role may do" })
    .input(UpdateRole)
    .output(Role)
    .mutation(({ ctx, input }) => update(ctx.who, input)),

  remove: may("member:write", { summary: "Remove a role that nobody has" })
    .input(OneRole)
    .output(Nothing)
    .mutation(({ ctx, input }) => remove(ctx.who, input)),
});
