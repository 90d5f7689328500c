import type { ReactNode } from "react";
import { LinkTabs } from "@/ui/link-tabs";
import { PageHeader } from "@/ui/page-header";

const tabs = [
  { href: "/webhooks", label: "Deliveries" },
  { href: "/webhooks/hooks", label: "Hooks" },
];

export default function WebhooksLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHeader title="Webhooks" hint="What your Git hosts told, and what came of it." />
      <LinkTabs label="Parts of webhooks" tabs={tabs} />
      {children}
    </>
  );
}
