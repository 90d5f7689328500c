"use client";
import { useMay } from "@/client/me";
import { LinkTabs } from "@/ui/link-tabs";

const tabs = [
  { href: "/settings", label: "Organization" },
  { href: "/settings/members", label: "Members" },
  { href: "/settings/api-keys", label: "API keys" },
];

const audit = { href: "/settings/audit", label: "Audit" };

/** The parts of the settings that the person may see. */
export function SettingsTabs() {
  const mayAudit = useMay("audit:read");
  return <LinkTabs label="Settings" tabs={mayAudit ? [...tabs, audit] : tabs} />;
}
