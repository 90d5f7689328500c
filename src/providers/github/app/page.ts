import { webUrl } from "@/providers/github/convert";
import { GITHUB, type Settings } from "@/providers/github/settings";
import { baseUrl } from "@/providers/kit/base-url";

/** Where a person goes on the host. Every address is put together from our own base. */

/** Enterprise Server keeps the public pages of Apps in another folder than the hosts of GitHub itself. */
export function appPage(settings: Pick<Settings, "githubUrl">, slug: string): string {
  const { githubUrl } = settings;
  const isCloud = githubUrl === GITHUB || baseUrl(githubUrl).hostname.endsWith(".ghe.com");
  return webUrl(githubUrl, `${isCloud ? "apps" : "github-apps"}/${slug}`);
}

/** Also where an installation is changed: GitHub shows the accounts that have one. */
export function installPage(settings: Pick<Settings, "githubUrl">, slug: string): string {
  return `${appPage(settings, slug)}/installations/new`;
}

/** The App's address is made from its name where GitHub was not asked yet. */
export function slugOf({ githubAppSlug, githubAppName }: Settings): string | null {
  const made = (githubAppName ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return githubAppSlug || made || null;
}

/** The settings of an App, for whoever owns it, by what the App says of itself. */
export function ownerPage(
  settings: Settings,
  { slug, owner }: { slug?: string | null; owner?: Account | null },
): string {
  return settingsPage(settings, slug ?? "", owner?.type === "Organization" ? owner.login : null);
}

/** The settings of an App, for whoever owns it. */
export function settingsPage({ githubUrl }: Settings, slug: string, organization?: string | null): string {
  return webUrl(
    githubUrl,
    organization ? `organizations/${organization}/settings/apps/${slug}` : `settings/apps/${slug}`,
  );
}

export interface Account {
  login?: string | null;
  /** `Organization` or `User`, in GitHub's words. */
  type?: string | null;
}

/** The settings of an installation, for an owner of its account. */
export function installationPage({ githubUrl }: Settings, id: number, { login, type }: Account): string {
  const below = type === "Organization" && login ? `organizations/${login}/settings` : "settings";
  return webUrl(githubUrl, `${below}/installations/${id}`);
}
