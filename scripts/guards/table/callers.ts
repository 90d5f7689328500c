import type { Guard } from "../guard";

const isolation = "test/scenario/isolation.test.ts";
const everyId = {
  file: isolation,
  test: "answer exactly as ids that do not exist, for every procedure that takes one, and change nothing",
};

const dedicated = {
  file: "src/features/application/dedicated-credential.test.ts",
  test: "shows nothing but its own: %s",
};

/** Who may do what, and whose it is. */
export const callers: Guard[] = [
  {
    name: "organization filter: providers",
    file: "src/features/git-provider/record/read.ts",
    text: `WHERE p."organizationId" = (SELECT $1) AND`,
    without: `WHERE $1::text IS NOT NULL AND`,
    proofs: [everyId],
  },
  {
    name: "organization filter: applications",
    file: "src/features/application/find.ts",
    text: `applicationId: applicationId.replaceAll("\\0", ""), organizationId }`,
    without: `applicationId: applicationId.replaceAll("\\0", "") }`,
    proofs: [everyId],
  },
  {
    name: "organization filter: deployments",
    file: "src/features/deployment/find.ts",
    text: "const where = { deploymentId, organizationId };",
    without: "const where = { deploymentId };",
    proofs: [everyId],
  },
  {
    name: "permission check",
    file: "src/rpc/procedure.ts",
    text: "if (!who.permissions.has(permission)) {",
    without: "if (who.permissions.size < 0) {",
    proofs: [{ file: "test/scenario/access.test.ts", test: "admits each role that has it and no other" }],
  },
  {
    name: "key-permission subset: when it is made",
    file: "src/features/api-key/create.ts",
    text: "wanted.filter((permission) => !caller.permissions.has(permission))",
    without: "wanted.filter(() => false)",
    proofs: [
      {
        file: "src/features/api-key/api-key.test.ts",
        test: "needs no permission, and grants none that the creator lacks",
      },
      {
        file: "src/features/api-key/api-key.test.ts",
        test: "neither creates, lists nor revokes a key that may do more than itself",
      },
    ],
  },
  {
    name: "key-permission subset: when it is used",
    file: "src/access/signed-in.ts",
    text: "limit ? all.filter((permission) => limit.includes(permission)) : all",
    without: "limit ? limit.map((name) => name as Permission) : all",
    proofs: [
      {
        file: "src/access/resolve.test.ts",
        test: "may do what both its permissions and its member's current role allow",
      },
    ],
  },
  {
    name: "membership check of keys",
    file: "src/access/resolve.ts",
    text: `JOIN member m ON m."organizationId" = k."organizationId" AND m."memberId" = k."memberId"
    JOIN "user" u ON u."userId" = m."userId"`,
    without: `LEFT JOIN member m ON m."organizationId" = k."organizationId" AND m."memberId" = k."memberId"
    LEFT JOIN "user" u ON u."userId" = m."userId"`,
    proofs: [
      {
        file: "src/access/resolve.test.ts",
        test: "is refused without its membership, even if its row were left behind",
      },
    ],
  },
  {
    name: "session look-up on every call",
    file: "src/access/session-lookup.ts",
    text: "const { rows } = await pool().query<Row>({ ...lookup, values: [sessionId] });",
    without: `const kept: Record<string, Promise<{ rows: Row[] }>> = (Reflect.get(lookup, "kept") ?? (Reflect.set(lookup, "kept", {}), Reflect.get(lookup, "kept")));
  const { rows } = await (kept[sessionId] ??= pool().query<Row>({ ...lookup, values: [sessionId] }));`,
    proofs: [
      {
        file: "src/access/resolve.test.ts",
        test: "ends when its row is deleted, after 14 idle days, and after 60 days in any case",
      },
    ],
  },
  {
    name: "session expiry",
    file: "src/access/session-lookup.ts",
    text: `AND s."lastSeenAt" > now() - make_interval`,
    without: `AND s."lastSeenAt" > '-infinity'::timestamptz + 0 * make_interval`,
    proofs: [
      {
        file: "src/access/resolve.test.ts",
        test: "ends when its row is deleted, after 14 idle days, and after 60 days in any case",
      },
    ],
  },
  {
    name: "organization of the page",
    file: "src/rpc/context.ts",
    text: "if (organizationId !== null && signedIn.membership?.organizationId !== organizationId) {",
    without: "if (organizationId !== null && signedIn.membership === undefined) {",
    proofs: [
      {
        file: "test/scenario/organization-of-page.test.ts",
        test: "is refused by every procedure of the organization over %s",
      },
      { file: "test/scenario/organization-of-page.test.ts", test: "changes nothing" },
    ],
  },
  {
    name: "roles up to one's own",
    file: "src/features/member/grant.ts",
    text: "if (mayGrant(caller.permissions, known.permissions)) return known;",
    without: "if (known.permissions.every((each) => each)) return known;",
    proofs: [
      { file: "src/features/member/member.test.ts", test: "cannot be raised by the member" },
      {
        file: "src/features/role/role.test.ts",
        test: "when giving a role, or changing a member who has one",
      },
    ],
  },
  {
    name: "sharing with chosen members",
    file: "src/features/git-provider/record/access.ts",
    text: `p."visibility" <> 'members' OR p."userId" = (SELECT $3::text)`,
    without: `p."visibility" IS NOT NULL OR p."userId" = (SELECT $3::text)`,
    proofs: [
      {
        file: "src/features/git-provider/sharing.test.ts",
        test: "hides it from other members like one that does not exist",
      },
      { file: "src/features/git-provider/sharing.test.ts", test: "lets a member who may only use it change" },
    ],
  },
  {
    name: "links that work once",
    file: "src/features/user/reset-password.ts",
    text: "const alive = { tokenHash, usedAt: null, expiresAt: { gt: new Date() } };",
    without: "const alive = { tokenHash, expiresAt: { gt: new Date() } };",
    proofs: [
      { file: "src/features/user/user.test.ts", test: "sets the password once and ends every session" },
    ],
  },
  {
    name: "a dedicated credential reads its repository alone",
    file: "src/features/git-provider/repository/key-through.ts",
    text: "if (own && isSameName(own.fullName, fullName)) return own;",
    without: "if (own) return { fullName };",
    proofs: [dedicated],
  },
  {
    name: "a dedicated credential lists its repository alone",
    file: "src/features/git-provider/repository/list.ts",
    text: "if (own !== undefined) return onlyOwn(row, own, { search, owner });",
    without: "",
    proofs: [dedicated],
  },
  {
    name: "the report of a dedicated credential names its repository alone",
    file: "src/providers/connection/repositories.ts",
    text: "if (trial.only !== undefined) return trial.only;",
    without: "",
    proofs: [dedicated],
  },
  {
    name: "a dedicated credential is not taken up again for another repository",
    file: "src/features/application/update.ts",
    text: "const isUsed = gitProviderId === before.gitProviderId;",
    without: "const isUsed = true;",
    proofs: [
      {
        file: dedicated.file,
        test: "is not taken up again for another repository once the application uses a shared provider",
      },
    ],
  },
];
