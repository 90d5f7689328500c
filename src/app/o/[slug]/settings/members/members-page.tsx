"use client";
import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import dynamic from "next/dynamic";
import { InvitationTable } from "@/app/o/[slug]/settings/members/invitation-table";
import { MemberTable } from "@/app/o/[slug]/settings/members/member-table";
import { RolesSection } from "@/app/o/[slug]/settings/members/roles-section";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";

const InviteDialog = dynamic(() =>
  import("@/app/o/[slug]/settings/members/invite-dialog").then((module) => module.InviteDialog),
);

export function MembersPage() {
  const trpc = useTRPC();
  const query = useQuery(trpc.member.all.queryOptions({ limit: 100 }));
  const mayWrite = useMay("member:write");
  const [dialog, open, close] = useAddressDialog();
  return (
    <div className="grid gap-10">
      <Section
        title="Members"
        hint="Who belongs to this organization, and what they may do."
        actions={
          mayWrite && (
            <Button look="primary" onClick={() => open("invite")}>
              <UserPlus aria-hidden="true" />
              Invite member
            </Button>
          )
        }
      >
        <Loaded query={query}>{(page) => <MemberTable members={page.items} mayWrite={mayWrite} />}</Loaded>
      </Section>
      {query.data && query.data.invitations.length > 0 && (
        <Section title="Pending invitations">
          <InvitationTable invitations={query.data.invitations} mayWrite={mayWrite} />
        </Section>
      )}
      <RolesSection mayWrite={mayWrite} />
      {mayWrite && dialog === "invite" && <InviteDialog onClose={close} />}
    </div>
  );
}
