import { applicationPath } from "@/app/o/[slug]/applications/_deployment/words";
import type { Application } from "@/features/application/contract";

/** Where in Slipway the cause of a failure can be mended, if anywhere. */
export function remedyOf(code: string, application: Application): { label: string; href: string } | null {
  if (/^(build_|output_)/.test(code)) {
    return { label: "Open build settings", href: `${applicationPath(application.applicationId)}/settings` };
  }
  if (/^(git_ref|git_commit|ref_|repository_no|repository_empty|variables_)/.test(code)) {
    return { label: "Open environments", href: applicationPath(application.applicationId) };
  }
  if (
    /^(git_|host_|token_|scopes_|permission_|provider_|secret_|tls_|dns_|address_|connection_)/.test(code)
  ) {
    return { label: "Open provider", href: `/providers/${encodeURIComponent(application.gitProviderId)}` };
  }
  return null;
}
