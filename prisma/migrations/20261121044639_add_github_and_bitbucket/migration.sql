-- CreateTable
CREATE TABLE "bitbucket" (
    "bitbucketId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "bitbucketUrl" TEXT NOT NULL,
    "bitbucketUsername" TEXT,
    "bitbucketEmail" TEXT,
    "bitbucketWorkspaceName" TEXT,
    "bitbucketRepositoryName" TEXT,
    "clientId" TEXT,
    "expiresAt" INTEGER,
    "apiToken" TEXT,
    "accessToken" TEXT,
    "appPassword" TEXT,
    "clientSecret" TEXT,
    "refreshToken" TEXT,

    CONSTRAINT "bitbucket_pkey" PRIMARY KEY ("bitbucketId")
);

-- CreateTable
CREATE TABLE "github" (
    "githubId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "githubUrl" TEXT NOT NULL,
    "username" TEXT,
    "organization" TEXT,
    "githubAppName" TEXT,
    "githubAppId" INTEGER,
    "githubClientId" TEXT,
    "githubInstallationId" TEXT,
    "accessToken" TEXT,
    "githubClientSecret" TEXT,
    "githubPrivateKey" TEXT,
    "githubWebhookSecret" TEXT,

    CONSTRAINT "github_pkey" PRIMARY KEY ("githubId")
);

-- CreateIndex
CREATE UNIQUE INDEX "bitbucket_gitProviderId_key" ON "bitbucket"("gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "github_gitProviderId_key" ON "github"("gitProviderId");

-- AddForeignKey
ALTER TABLE "bitbucket" ADD CONSTRAINT "bitbucket_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "github" ADD CONSTRAINT "github_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;
