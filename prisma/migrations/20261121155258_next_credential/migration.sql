-- CreateTable
CREATE TABLE "next_credential" (
    "nextCredentialId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "madeById" TEXT,
    "madeAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "next_credential_pkey" PRIMARY KEY ("nextCredentialId")
);

-- CreateIndex
CREATE UNIQUE INDEX "next_credential_organizationId_gitProviderId_key" ON "next_credential"("organizationId", "gitProviderId");

-- AddForeignKey
ALTER TABLE "next_credential" ADD CONSTRAINT "next_credential_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;
