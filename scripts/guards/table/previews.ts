import type { Guard } from "../guard";

const preview = "src/features/preview/preview.test.ts";
const hook = "src/features/deploy-hook/deploy-hook.test.ts";

/** What strangers may have deployed, and who may call a deploy hook. */
export const previews: Guard[] = [
  {
    name: "a preview of a fork gets no secrets, whatever its deployment says",
    file: "src/features/deployment/run/run.ts",
    text: "const withSecrets = row.withSecrets && !row.environment.isFork;",
    without: "const withSecrets = row.withSecrets;",
    proofs: [{ file: preview, test: "are those of the environment that the rules name, never for forks" }],
  },
  {
    name: "a request of a fork stays one",
    file: "src/features/preview/open.ts",
    text: "isFork: before?.isFork === true || isOfFork(wanted, held.repositoryId),",
    without: "isFork: isOfFork(wanted, held.repositoryId),",
    proofs: [{ file: preview, test: "stays one of a fork, whatever a later event says of it" }],
  },
  {
    name: "a fork is told by the ids of the repositories",
    file: "src/features/preview/open.ts",
    text: "from === null || from !== repositoryId;",
    without: "false;",
    proofs: [{ file: preview, test: "is one by the ids of the repositories, whatever else is told" }],
  },
  {
    name: "an approval is of the commit that was looked at",
    file: "src/features/preview/approve.ts",
    text: "if (request.head.sha !== looked) await refuseMoved(preview, request.head.sha);",
    without: "",
    proofs: [{ file: preview, test: "is approved for one commit: what is pushed afterwards waits again" }],
  },
  {
    name: "a deploy hook is called with its secret",
    file: "src/features/deploy-hook/verify.ts",
    text: "return row && isRight ? row : null;",
    without: "return row;",
    proofs: [{ file: hook, test: "answers an unknown address and a wrong secret alike" }],
  },
  {
    name: "a deploy hook leaves a frozen environment alone",
    file: "src/features/deploy-hook/call.ts",
    text: "assertNotFrozen(environment);",
    without: "",
    proofs: [{ file: hook, test: "says that its environment is frozen, or its provider switched off" }],
  },
];
