"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { RoleTable } from "@/app/o/[slug]/settings/members/role-table";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";

const RoleDialog = dynamic(() =>
  import("@/app/o/[slug]/settings/members/role-dialog").then((module) => module.RoleDialog),
);

/** What members can be: the presets, and what the organization made for itself. */
export function RolesSection({ mayWrite }: { mayWrite: boolean }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.role.all.queryOptions());
  const [dialog, open, close] = useAddressDialog();
  const edited = query.data?.items.find(({ role }) => dialog === `role ${role}`) ?? null;
  return (
    <Section
      title="Roles"
      hint="What members may do. A change acts at their next call, for their API keys too."
      actions={
        mayWrite && (
          <Button onClick={() => open("role")}>
            <Plus aria-hidden="true" />
            Create role
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {({ items }) => (
          <RoleTable roles={items} mayWrite={mayWrite} onEdit={({ role }) => open(`role ${role}`)} />
        )}
      </Loaded>
      {mayWrite && (dialog === "role" || edited) && <RoleDialog key={dialog} role={edited} onClose={close} />}
    </Section>
  );
}
