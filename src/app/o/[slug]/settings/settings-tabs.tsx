"use client";
import { useMay } from "@/client/me";
import { LinkTabs } from "@/ui/link-tabs";

const tabs = [
  { href: "/settings", label: "Organization" },
  { href: "/settings/members", label: "Members" },
  { href: "/settings/api-keys", label: "API keys" },
];

const notifications = { href: "/settings/notifications", label: "Notifications" };
const audit = { href: "/settings/audit", label: "Audit" };

/** The parts of the settings that the person may see. */
export function SettingsTabs() {
  const mayAudit = useMay("audit:read");
  const mayChange = useMay("organization:write");
  const more = [...(mayChange ? [notifications] : []), ...(mayAudit ? [audit] : [])];
  return <LinkTabs label="Settings" tabs={[...tabs, ...more]} />;
}
