import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { uniqueViolation } from "@/db/violation";
import { buildColumns } from "@/features/application/build-fields";
import { assertNameFree, namingFault } from "@/features/application/conflict";
import { type Application, type CreateApplication, RepositoryPath } from "@/features/application/contract";
import { findApplication } from "@/features/application/find";
import { locate } from "@/features/application/locate";
import { providerOfSource } from "@/features/application/provider-of-source";
import { toApplication } from "@/features/application/public";
import { assertSlugNotKept, freeSlug } from "@/features/application/slug";
import { type Source, sourceColumns } from "@/features/application/source";
import { production, siteOf } from "@/features/environment/site";
import { requestHooks } from "@/features/webhook/request";
import { newId } from "@/lib/id";
import { slugOf } from "@/lib/slug";

/** Retries when a concurrent request takes the derived slug first. */
const maxTries = 5;

/**
 * Make an application with its environment `production`. The host is asked for the repository first.
 * @throws Fault `invalid_input` | `conflict` reason `name_taken` | `site_taken`, or what the host answered
 */
export async function create(caller: Caller, input: CreateApplication): Promise<Application> {
  const build = buildColumns(input);
  await assertNameFree(caller, input.name);
  const source = await locate(caller, input);
  const applicationId = await insert(caller, { input, build, source });
  return toApplication(await findApplication(caller, applicationId));
}

interface Work {
  input: CreateApplication;
  build: ReturnType<typeof buildColumns>;
  source: Source;
}

async function insert(caller: Caller, work: Work): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await transaction((tx) => write(tx, caller, work));
    } catch (error) {
      const derived = !work.input.slug && /slug|site/.test(uniqueViolation(error) ?? "");
      if (!derived || tries === maxTries) throw namingFault(error, work.input);
    }
  }
}

async function write(tx: Db, caller: Caller, { input, build, source }: Work): Promise<string> {
  const { organizationId } = caller;
  const applicationId = newId();
  annotate({ target: { type: "application", id: applicationId, name: input.name } });
  const slug = input.slug ?? (await freeSlug(tx, organizationId, slugOf(input.name, "site")));
  const gitProviderId = await providerOfSource(tx, caller, applicationId, source);
  const { name } = input;
  const columns = { ...sourceColumns(source), ...build, buildPath: build.buildPath ?? pastedFolder(source) };
  await tx.application.create({
    data: { ...columns, applicationId, organizationId, gitProviderId, name, slug },
  });
  await assertSlugNotKept(tx, organizationId, slug);
  const branch = input.branch ?? source.branch ?? "main";
  const site = siteOf(slug, production);
  await tx.environment.create({ data: { organizationId, applicationId, name: production, branch, site } });
  await requestHooks(tx, organizationId);
  return applicationId;
}

/** The folder to build for a pasted link: for a file, the folder that holds it. */
function pastedFolder({ path }: Source): string {
  const parts = (path ?? "").split("/");
  const folder = parts.at(-1)?.includes(".") ? parts.slice(0, -1) : parts;
  return RepositoryPath.safeParse(folder.join("/")).data || "/";
}
