import type { ReasonParams, ReasonTable } from "@/lib/reason/table";

/** The message about a rule of a site, by the stored problem. */
const rules: Record<string, string> = {
  syntax: "It cannot be read as a rule.",
  limit: "There are too many rules, or the line is too long.",
  domain: "Rules for other domains cannot be used.",
  condition: "Conditions such as Country, Language or Role cannot be used.",
  status: "This status cannot be used; it may be 200, 301, 302, 303, 307, 308, 404 or 410.",
  splat: "A star is taken at one place only, in _redirects at the end of the path.",
  proxy: "Answers of other servers cannot be passed on; redirect with 301 or 302 instead.",
  refused: "This header belongs to the connection or follows from the file, so a site cannot set it.",
  file_wins:
    "There is a file at this address, and it is shown. Cloudflare Pages redirects all the same; write 301! to do so here.",
  force: "The exclamation mark is read by Netlify and here, and not by Cloudflare Pages.",
  query: "Parameters of the query are read by Netlify and here, and not by Cloudflare Pages.",
  error_status:
    "Pages with the status 404 or 410 are served by Netlify and here, and not by Cloudflare Pages.",
  unset:
    "Taking a header away with an exclamation mark is read by Cloudflare Pages and here, and not by Netlify.",
};

/** Why submodules were left out, and what to do about it. */
const submodules: Record<string, (p: ReasonParams) => string> = {
  unnamed: () =>
    "The file .gitmodules gives no address for them that can be fetched from. Give one that begins with https:// or ../",
  elsewhere: () =>
    "They lie outside of what the provider's address covers, and its credential is sent nowhere else. Copy what is needed into the repository, or fetch it in the build command.",
  dedicated: () =>
    "The access token of this application is for its own repository alone. Let the application use a provider that reaches them as well.",
  actor: () =>
    "Whoever asked for this deployment may not choose other repositories of the provider. Have it started by somebody who may change applications and see the provider.",
  fork: () =>
    "The commit comes from another repository, so only its own files are fetched. Once it is merged, deployments have the submodules as usual.",
  refused: (p) => `The host did not give them out: ${p.said ?? "it gave no reason"}`,
  limits: (p) =>
    `A repository may have ${p.count} of them, and ${p.depth} levels in one another. Use fewer, or fetch them in the build command.`,
};

function whySubmodule(p: ReasonParams): string {
  const words = submodules[String(p.why)];
  return words ? words(p) : "Copy what is needed into the repository, or fetch it in the build command.";
}

function whyRule(why: unknown): string {
  return rules[String(why)] ?? "";
}

/** Applications, environments and deployments. */
export const deployReasons = {
  restored: () => "A backup was restored while this waited or ran. Deploy again if it is still wanted.",
  deploy_cancelled: (p) => `Cancelled by ${p.by ?? "someone"}.`,
  deploy_superseded: () =>
    "A newer deployment of this environment was asked for before this one began, so this one was left out.",
  deploy_internal: () =>
    "Slipway ran into a problem of its own. Try again; if it stays, an administrator finds more in the server log under this deployment's id.",
  process_died: (p) =>
    `The process that ran this deployment ended ${p.tries} times before it was through, so it was given up. Check the memory and the disk of the server, then deploy again.`,
  lease_lost: () => "Another process has taken over this deployment.",
  worker_stopping: () =>
    "This worker is stopping; the deployment goes on with another one or after the restart.",
  deploy_ended: (p) => `This deployment has already ended (${p.status}), so there is nothing to cancel.`,
  deploy_released: () =>
    "This deployment is already published and only finishes its report. To undo it, roll back to an earlier one.",
  deploy_not_ended: () => "This deployment has not ended yet. Wait for it, or cancel it first.",
  release_gone: () =>
    "The files of this deployment are no longer kept: only the last releases of an environment are. Deploy its commit again instead.",
  rollback_not_released: () =>
    "This deployment never published anything, so there is nothing to go back to. Choose one that succeeded.",
  promote_no_source: () =>
    "It is not said which environment is to be promoted. Name one, or choose in the settings of this environment which one it promotes.",
  promote_same: () => "An environment cannot be promoted to itself. Name another one of the application.",
  promote_nothing: (p) =>
    `The environment ${p.name} publishes nothing yet, so there is nothing to promote. Deploy it first.`,
  checks_awaited: (p) =>
    `This deployment waits until the host's own checks of its commit have succeeded, at most until ${p.until}.`,
  checks_failed: (p) =>
    `The host's own checks of commit ${String(p.sha).slice(0, 7)} failed, and this environment is deployed only after they succeed. Mend them, or deploy again with that rule switched off.`,
  checks_timeout: (p) =>
    `The host's own checks of this commit had not succeeded after ${p.minutes} minutes. Deploy again once they have, or give them more time in the settings of the environment.`,
  checks_unreadable: (p) =>
    `This environment waits for the host's own checks, which could not be read: ${p.said} Mend that, or switch the rule off in the settings of the environment.`,
  build_commands_off: () =>
    "This instance does not run build commands. Leave the build command empty and commit the built files, or have an administrator set SLIPWAY_BUILD_COMMANDS=host.",
  build_failed: (p) =>
    `The build command ended with exit code ${p.exitCode}. The end of its log shows why; run the same command on your machine to find the cause.`,
  build_killed: (p) =>
    `The build command was ended by the signal ${p.signal}, often because memory ran out. Make the build smaller or give the server more memory.`,
  build_timeout: (p) =>
    `The build command did not finish within ${p.seconds} seconds and was stopped. Make it faster, or have SLIPWAY_BUILD_TIMEOUT raised.`,
  build_shell_missing: () => "The shell to run the build command was not found on the Slipway server.",
  build_path_missing: (p) =>
    `There is no folder "${p.path}" in this commit. Correct the build path in the settings of the application.`,
  output_missing: (p) =>
    `There is no folder "${p.path}" to publish. Correct the output directory in the settings, or check that the build writes it.`,
  output_not_folder: (p) => `"${p.path}" is a file; what is published must be a folder.`,
  output_unclear: (p) =>
    Number(p.count) > 0
      ? `Several folders look like the result of the build: ${p.found}. Name the one to publish as output directory in the settings.`
      : "The build left no folder with an index.html where builds usually leave one (dist, build, out, public and the like). Name the output directory in the settings; the work folder itself, with sources and dependencies, is never published.",
  output_escapes: (p) =>
    `The folder "${p.path}" is a link that leads outside of the repository, so it is not published. Replace the link with a real folder.`,
  output_work_folder: (p) =>
    `"${p.path}" is a link to the folder in which the build command ran, with its sources and dependencies, so nothing was published. Have the build write into a folder of its own, and name that as output directory.`,
  output_empty: (p) =>
    `The folder "${p.path}" has no file that can be published. Check the output directory in the settings.`,
  output_too_large: (p) =>
    `The folder to publish has more than ${p.limit} ${p.what}, which is the limit. Leave files out of it.`,
  release_damaged: () =>
    "Some published files are no longer on the disk as they were published. Deploy again, and check the disk of the server.",
  site_password_unsupported: (p) =>
    `The file ${p.file} asks that visitors sign in (${p.rule}), which published sites cannot do, so nothing was published. Take the line out, or leave what it protects out of the site.`,
  site_rules_too_large: (p) => `The file ${p.name} is larger than 1 MB. Use fewer rules.`,
  lfs_pointers: (p) =>
    `Files that Git LFS keeps elsewhere were published as pointers, not as what they stand for: ${p.files}. Commit them as ordinary files, or fetch them in the build command.`,
  submodules_left_out: (p) =>
    `These submodules were left out, so their folders are empty: ${p.folders}. ${whySubmodule(p)}`,
  index_missing: () =>
    "There is no index.html at the top of what was published, so the address of the site itself shows nothing. Check the output directory.",
  names_unreadable: (p) =>
    `These files were not published, since their names are not UTF-8 or hold a backslash, so no address can name them: ${p.files}. Rename them.`,
  redirect_rule_ignored: (p) => `_redirects, line ${p.lines}: left out. ${whyRule(p.why)}`,
  redirect_rule_differs: (p) =>
    `_redirects, line ${p.lines}: other hosts read this differently. ${whyRule(p.why)}`,
  header_rule_ignored: (p) => `_headers, line ${p.lines}: left out. ${whyRule(p.why)}`,
  header_rule_differs: (p) =>
    `_headers, line ${p.lines}: other hosts read this differently. ${whyRule(p.why)}`,
  repository_replaced: (p) =>
    `The repository ${p.repository} that this application deploys was deleted, and another one has its name now. If that is the one you want, save the repository again in the settings of the application.`,
  dedicated_token_bound: () =>
    "The access token of this application was given for its repository alone. To deploy another one, give a token for it together with its URL, or choose a provider.",
  environment_last: () =>
    "An application keeps its production environment. Remove the application instead, or change the environment's branch.",
  environment_missing: (p) => `This application has no environment "${p.name}". It has: ${p.known}.`,
  environment_name_taken: (p) =>
    `This application already has an environment "${p.name}". Choose another name.`,
  environment_frozen: (p) =>
    `The environment "${p.name}" is frozen${p.by ? ` by ${p.by}` : ""}: "${p.why}". Have it unfrozen, or deploy all the same by giving force.`,
  environment_is_preview: (p) =>
    `"${p.name}" is a preview: it follows its request or branch. Change how previews are made in the settings of the application, and remove this one among its previews.`,
  deploy_hook_taken: (p) =>
    `This environment already has a deploy hook "${p.name}". Choose another name, or give that one a new secret.`,
  deploy_hooks_full: (p) => `An environment has ${p.most} deploy hooks at most. Remove one that is not used.`,
  deploy_hook_unknown: () =>
    "There is no deploy hook with this address and this secret. Send the secret as Authorization: Bearer, or sign the body with it.",
  deploy_hook_secret_in_query: () =>
    "Addresses are kept in logs, so no secret is taken from one. Send it as Authorization: Bearer, and give the hook a new secret.",
  deploy_hook_ref: (p) =>
    `The environment "${p.name}" deploys ${p.follows}, and ${p.ref} is none of it. Leave the ref out, or change the rules of the environment.`,
  deploy_hook_tag_needed: (p) =>
    `The environment "${p.name}" deploys tags, and no tag was given. Name one as the ref.`,
  schedule_unreadable: () =>
    "This is not a cron expression of five fields (minute, hour, day, month, weekday) such as 30 4 * * 1-5, or no day fits it. Times are in UTC.",
  schedule_often: (p) => `A schedule may deploy every ${p.minutes} minutes at most.`,
  promotes_from_missing: () =>
    "The environment to promote from is not one of this application. Choose another one of its environments.",
  promotes_from_circle: (p) =>
    `"${p.name}" publishes what this environment serves, directly or over others, so this one cannot promote from it.`,
  site_taken: (p) => `The address "${p.site}" is already used on this instance. Choose another one.`,
  provider_none: () =>
    "No provider was named and the organization has no default one. Connect a provider, or give the repository as a full URL.",
  provider_none_for_url: (p) =>
    `None of your providers reaches ${p.url}. Connect its host as a provider, or give a user name and access token for it.`,
  repository_name_needed: () => "Give the repository as owner/name or as its full URL.",
  repository_no_branch: (p) =>
    `The repository ${p.repository} has no default branch: it is empty or hides it. Push a commit, or name the branch.`,
  dedicated_token_needs_url: () =>
    "With a dedicated access token the repository must be given as a full URL, so that it is clear where the token may be sent.",
  dedicated_token_unfit: (p) =>
    `A dedicated access token cannot be used for ${p.url}. Connect the host as a provider instead.`,
  variables_unreadable: (p) =>
    `The stored value of the variable ${p.name} cannot be read: it was changed, or its encryption key is gone. Enter it again.`,
} satisfies ReasonTable;
