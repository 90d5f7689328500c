import type { Application as Row } from "@/db/generated/client";
import { Application } from "@/features/application/contract";
import { previewRulesOf } from "@/features/application/preview-contract";
import { type EnvironmentRow, toEnvironment, withCurrent } from "@/features/environment/public";
import { siteUrl } from "@/features/site/url";
import { Repository } from "@/git/nouns";

/** An application row with what its answer needs beside it. Its previews are not among the environments. */
export type ApplicationRow = Row & {
  environments: EnvironmentRow[];
  gitProvider: { providerType: string };
};

export const withEnvironments = {
  environments: { where: { kind: "standing" }, include: withCurrent, orderBy: { createdAt: "asc" } },
  gitProvider: { select: { providerType: true } },
} as const;

/** An application as the API shows it. */
export function toApplication(row: ApplicationRow): Application {
  return {
    applicationId: row.applicationId,
    organizationId: row.organizationId,
    name: row.name,
    slug: row.slug,
    url: siteUrl(row.slug),
    gitProviderId: row.gitProviderId,
    providerType: row.gitProvider.providerType,
    repository: repositoryOf(row),
    buildType: Application.shape.buildType.parse(row.buildType),
    buildPath: row.buildPath,
    buildCommand: row.buildCommand,
    outputDirectory: row.outputDirectory,
    previews: previewRulesOf(row),
    environments: row.environments.map(toEnvironment),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function repositoryOf(row: Row): Application["repository"] {
  const known = Repository.safeParse(row.repository).data;
  return known ?? { fullName: row.repositoryFullName, url: row.repositoryUrl };
}
