import type { ReactNode } from "react";
import { LinkTabs } from "@/ui/link-tabs";
import { PageHeader } from "@/ui/page-header";

const tabs = [
  { href: "/settings", label: "Organization" },
  { href: "/settings/members", label: "Members" },
  { href: "/settings/api-keys", label: "API keys" },
];

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHeader title="Settings" />
      <LinkTabs label="Settings" tabs={tabs} />
      {children}
    </>
  );
}
