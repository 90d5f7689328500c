/** Where a site answers: the setting holds one `*` for its name. */
export function siteAddress(sitesUrl: string, slug: string): string {
  return sitesUrl.replace("*", slug);
}
