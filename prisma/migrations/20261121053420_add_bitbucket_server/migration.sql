-- CreateTable
CREATE TABLE "bitbucketServer" (
    "bitbucketServerId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "bitbucketServerUrl" TEXT NOT NULL,
    "bitbucketServerInternalUrl" TEXT,
    "username" TEXT,
    "projectKey" TEXT,
    "clientId" TEXT,
    "expiresAt" INTEGER,
    "accessToken" TEXT,
    "clientSecret" TEXT,
    "refreshToken" TEXT,

    CONSTRAINT "bitbucketServer_pkey" PRIMARY KEY ("bitbucketServerId")
);

-- CreateIndex
CREATE UNIQUE INDEX "bitbucketServer_gitProviderId_key" ON "bitbucketServer"("gitProviderId");

-- AddForeignKey
ALTER TABLE "bitbucketServer" ADD CONSTRAINT "bitbucketServer_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;
