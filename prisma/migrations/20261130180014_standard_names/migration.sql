-- What the two old tables hold is sealed under their names and lives for a day: it is not carried over.

-- DropForeignKey
ALTER TABLE "next_credential" DROP CONSTRAINT "next_credential_organizationId_gitProviderId_fkey";

-- DropForeignKey
ALTER TABLE "retired_credential" DROP CONSTRAINT "retired_credential_organizationId_gitProviderId_fkey";

-- AlterTable
ALTER TABLE "git_provider" RENAME COLUMN "refusals" TO "rejectionCount";

-- DropTable
DROP TABLE "next_credential";

-- DropTable
DROP TABLE "retired_credential";

-- CreateTable
CREATE TABLE "previous_credential" (
    "previousCredentialId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "authMethod" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "tokenExpiresOn" DATE,
    "replacedById" TEXT,
    "replacedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "previous_credential_pkey" PRIMARY KEY ("previousCredentialId")
);

-- CreateTable
CREATE TABLE "pending_key" (
    "pendingKeyId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "madeById" TEXT,
    "madeAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pending_key_pkey" PRIMARY KEY ("pendingKeyId")
);

-- CreateIndex
CREATE INDEX "previous_credential_organizationId_gitProviderId_idx" ON "previous_credential"("organizationId", "gitProviderId");

-- CreateIndex
CREATE INDEX "previous_credential_expiresAt_idx" ON "previous_credential"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "pending_key_organizationId_gitProviderId_key" ON "pending_key"("organizationId", "gitProviderId");

-- AddForeignKey
ALTER TABLE "previous_credential" ADD CONSTRAINT "previous_credential_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pending_key" ADD CONSTRAINT "pending_key_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;
