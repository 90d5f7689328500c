import type { ReactNode } from "react";
import { SettingsTabs } from "@/app/(app)/settings/settings-tabs";
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
