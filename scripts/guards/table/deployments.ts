import type { Guard } from "../guard";

const command = "src/features/deployment/run/command.slow.test.ts";
const release = "src/features/deployment/run/release.test.ts";
const pipeline = "src/features/deployment/run/pipeline.slow.test.ts";
const reports = "src/features/commit-status/commit-status.test.ts";
const ofFork = "leaves them out, and opens no variables, for a commit of a fork";

/** What a deployment may publish, and what it leaves alone. */
export const deployments: Guard[] = [
  {
    name: "a cancelled deployment publishes nothing",
    file: "src/features/deployment/run/release.ts",
    text: `AND "cancelRequestedAt" IS NULL`,
    without: "",
    proofs: [{ file: release, test: "is refused when the deployment was cancelled just before" }],
  },
  {
    name: "no heartbeat after the end of a run",
    file: "src/features/deployment/run/heartbeat.ts",
    text: "if (ended.aborted) return;",
    without: "",
    proofs: [{ file: release, test: "stops writing once the run has ended" }],
  },
  {
    name: "no build command where the instance runs none",
    file: "src/features/deployment/run/build.ts",
    text: `if (settings.buildCommands !== "host") throw new Fault("invalid_input", { code: "build_commands_off" });`,
    without: "",
    proofs: [
      {
        file: "src/features/deployment/run/build.test.ts",
        test: "does not run a command when the instance has turned them off meanwhile",
      },
    ],
  },
  {
    name: "no deployment is taken where the disk has no room",
    file: "src/features/deployment/run/execute.ts",
    text: "if (stopping.aborted || !(await hasRoom())) return false;",
    without: "if (stopping.aborted) return false;",
    proofs: [
      {
        file: "src/features/deployment/run/unexpected.test.ts",
        test: "a worker whose disk is below the floor leaves deployments queued and says so",
      },
    ],
  },
  {
    name: "a known commit is fetched from the same repository",
    file: "src/features/deployment/run/resolve.ts",
    text: "if (!(await hasRelease(run))) await followRename(run, (await openProvider(run)).forge);",
    without: "",
    proofs: [
      {
        file: "src/features/application/repository.test.ts",
        test: "fails the retry of a known commit with repository_replaced as well",
      },
    ],
  },
  {
    name: "a commit of a fork is built without variables",
    file: "src/features/deployment/run/run.ts",
    text: "...(withSecrets ? row.environment.variables : []),",
    without: "...row.environment.variables,",
    proofs: [{ file: pipeline, test: ofFork }],
  },
  {
    name: "a commit of a fork brings no other repository",
    file: "src/features/deployment/run/submodules.ts",
    text: `if (!run.withSecrets) return "fork";`,
    without: "",
    proofs: [{ file: pipeline, test: ofFork }],
  },
  {
    name: "no older state of a deployment is told to a host",
    file: "src/features/commit-status/want.ts",
    text: `WHERE r."eventId" < excluded."eventId"`,
    without: "",
    proofs: [{ file: reports, test: "over one that was read before it and is written after it" }],
  },
  {
    name: "a host is told the end of the newest deployment of a commit",
    file: "src/features/commit-status/claim.ts",
    text: `(o."isSending" OR o."eventId" > r."eventId")`,
    without: `o."isSending"`,
    proofs: [
      {
        file: reports,
        test: "over an older deployment of the same commit whose status could not be told in time",
      },
    ],
  },
  {
    name: "the data folder of another database is left alone",
    file: "src/features/deployment/run/janitor.ts",
    text: "if (!found.some((name) => known.has(name))) return;",
    without: "",
    proofs: [
      {
        file: "src/features/deployment/run/janitor.test.ts",
        test: "deletes nothing from the folder of another database, however old",
      },
    ],
  },
  {
    name: "a build's variables name no processes to kill",
    file: "src/features/deployment/run/command.ts",
    text: "await ended(child, command.home, () => limit.why());",
    without: "await ended(child, command.env.HOME ?? command.home, () => limit.why());",
    proofs: [
      {
        file: command,
        test: "leaves alone what others run with the HOME that a variable sets, and ends its own background processes",
      },
    ],
  },
  {
    name: "no process is killed for a HOME outside of the work folder",
    file: "src/features/deployment/run/orphan-processes.ts",
    text: "if (!isInside(workFolder(), home)) return false;",
    without: "",
    proofs: [
      { file: command, test: "is known by its HOME only where that lies in the work folder of Slipway" },
    ],
  },
  {
    name: "most files of an output",
    file: "src/features/deployment/run/sanitize-output.ts",
    text: `if (pass.files.length > pass.limits.files) throw tooLarge(pass.limits.files, "files");`,
    without: "",
    proofs: [
      {
        file: "src/features/deployment/run/sanitize-output.test.ts",
        test: "refuses more files than the limit",
      },
    ],
  },
  {
    name: "most bytes of an output",
    file: "src/features/deployment/run/sanitize-output.ts",
    text: `if (pass.bytes > pass.limits.bytes) throw tooLarge(pass.limits.bytes, "bytes");`,
    without: "",
    proofs: [
      {
        file: "src/features/deployment/run/sanitize-output.test.ts",
        test: "refuses more bytes than the limit",
      },
    ],
  },
];
