import { azureDevops } from "@/providers/azureDevops";
import { bitbucket } from "@/providers/bitbucket";
import { bitbucketServer } from "@/providers/bitbucketServer";
import { git } from "@/providers/git";
import { gitea } from "@/providers/gitea";
import { github } from "@/providers/github";
import { gitlab } from "@/providers/gitlab";
import type { Provider } from "@/providers/provider";

const providers = { github, gitlab, bitbucket, bitbucketServer, gitea, azureDevops, git };

export type ProviderType = keyof typeof providers;

/** Every provider type there is. A folder without a line here, or a line without a folder, fails a test. */
export const registry: Record<string, Provider> = providers;
