import type { ReactNode } from "react";
import { SettingsTabs } from "@/app/o/[slug]/settings/settings-tabs";
import { PageHeader } from "@/ui/page-header";

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHeader title="Settings" />
      <SettingsTabs />
      {children}
    </>
  );
}
