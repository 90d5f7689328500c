-- CreateTable
CREATE TABLE "azureDevops" (
    "azureDevopsId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "azureDevopsUrl" TEXT NOT NULL,
    "organizationName" TEXT,
    "projectName" TEXT,
    "username" TEXT,
    "tenantId" TEXT,
    "clientId" TEXT,
    "expiresAt" INTEGER,
    "accessToken" TEXT,
    "clientSecret" TEXT,
    "refreshToken" TEXT,

    CONSTRAINT "azureDevops_pkey" PRIMARY KEY ("azureDevopsId")
);

-- CreateIndex
CREATE UNIQUE INDEX "azureDevops_gitProviderId_key" ON "azureDevops"("gitProviderId");

-- AddForeignKey
ALTER TABLE "azureDevops" ADD CONSTRAINT "azureDevops_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;
