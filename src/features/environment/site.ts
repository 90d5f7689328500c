/** The environment every application has; its site is the slug alone. */
export const production = "production";

/** Host label of an environment's site. No slug holds two dashes, so no two environments share one. */
export function siteOf(slug: string, environment: string): string {
  return environment === production ? slug : `${slug}--${environment}`;
}
