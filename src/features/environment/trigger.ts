/** What begins a deployment of an environment. */
export const triggers = ["push", "tag", "manual"] as const;
