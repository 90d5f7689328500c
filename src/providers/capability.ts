/** What needs more of a credential than reading. Each is asked for where it is switched on. */
export const features = ["webhooks", "commitStatus", "pullRequests"] as const;
export type Feature = (typeof features)[number];

/** What a credential can be used for beyond signing in. Each has a line in the connection report. */
export const capabilities = ["repositories", "branches", "gitRead", ...features] as const;
export type Capability = (typeof capabilities)[number];
