-- AlterTable
ALTER TABLE "git" ADD COLUMN     "hostKeys" TEXT,
ADD COLUMN     "privateKey" TEXT,
ADD COLUMN     "publicKey" TEXT;

-- AlterTable
ALTER TABLE "git_provider" ADD COLUMN     "checkDueAt" TIMESTAMPTZ(3),
ADD COLUMN     "rateLimit" JSONB,
ADD COLUMN     "refusals" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "renewalAskedAt" TIMESTAMPTZ(3),
ADD COLUMN     "renewalHeldUntil" TIMESTAMPTZ(3),
ADD COLUMN     "renewalVersion" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "github" ADD COLUMN     "expiresAt" INTEGER,
ADD COLUMN     "githubAppSlug" TEXT;

-- CreateTable
CREATE TABLE "role" (
    "roleId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "permissions" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "role_pkey" PRIMARY KEY ("roleId")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "auditEventId" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "organizationId" TEXT,
    "userId" TEXT,
    "apiKeyId" TEXT,
    "actor" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "requestId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "fault" TEXT,
    "targetType" TEXT,
    "targetId" TEXT,
    "targetName" TEXT,
    "details" JSONB,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("auditEventId")
);

-- CreateTable
CREATE TABLE "audit_seal" (
    "auditSealId" SERIAL NOT NULL,
    "firstId" BIGINT NOT NULL,
    "lastId" BIGINT NOT NULL,
    "count" INTEGER NOT NULL,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "sealedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("auditSealId")
);

-- CreateTable
CREATE TABLE "oauth_flow" (
    "stateHash" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "credentialVersion" INTEGER NOT NULL,
    "userId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "codeVerifier" TEXT,
    "issuer" TEXT,
    "redirectUri" TEXT NOT NULL,
    "returnTo" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "oauth_flow_pkey" PRIMARY KEY ("stateHash")
);

-- CreateTable
CREATE TABLE "retired_credential" (
    "retiredCredentialId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "authMethod" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "tokenExpiresOn" DATE,
    "retiredById" TEXT,
    "retiredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "retired_credential_pkey" PRIMARY KEY ("retiredCredentialId")
);

-- CreateTable
CREATE TABLE "notice_target" (
    "noticeTargetId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "signingSecret" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notice_target_pkey" PRIMARY KEY ("noticeTargetId")
);

-- CreateTable
CREATE TABLE "notice" (
    "noticeId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_pkey" PRIMARY KEY ("noticeId")
);

-- CreateIndex
CREATE UNIQUE INDEX "role_organizationId_name_key" ON "role"("organizationId", "name");

-- CreateIndex
CREATE INDEX "audit_event_organizationId_auditEventId_idx" ON "audit_event"("organizationId", "auditEventId");

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_lastId_key" ON "audit_seal"("lastId");

-- CreateIndex
CREATE INDEX "oauth_flow_organizationId_gitProviderId_idx" ON "oauth_flow"("organizationId", "gitProviderId");

-- CreateIndex
CREATE INDEX "oauth_flow_expiresAt_idx" ON "oauth_flow"("expiresAt");

-- CreateIndex
CREATE INDEX "retired_credential_organizationId_gitProviderId_idx" ON "retired_credential"("organizationId", "gitProviderId");

-- CreateIndex
CREATE INDEX "retired_credential_expiresAt_idx" ON "retired_credential"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "notice_target_organizationId_kind_address_key" ON "notice_target"("organizationId", "kind", "address");

-- CreateIndex
CREATE INDEX "notice_organizationId_gitProviderId_idx" ON "notice"("organizationId", "gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "notice_gitProviderId_cause_key" ON "notice"("gitProviderId", "cause");

-- AddForeignKey
ALTER TABLE "role" ADD CONSTRAINT "role_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oauth_flow" ADD CONSTRAINT "oauth_flow_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "retired_credential" ADD CONSTRAINT "retired_credential_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice_target" ADD CONSTRAINT "notice_target_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;
