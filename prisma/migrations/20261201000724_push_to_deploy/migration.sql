-- AlterTable
ALTER TABLE "application" ADD COLUMN     "previews" JSONB;

-- AlterTable
ALTER TABLE "environment" ADD COLUMN     "approvedShas" TEXT[],
ADD COLUMN     "baseRef" TEXT,
ADD COLUMN     "branchPatterns" TEXT[],
ADD COLUMN     "checksTimeoutMinutes" INTEGER NOT NULL DEFAULT 60,
ADD COLUMN     "commentId" TEXT,
ADD COLUMN     "frozenAt" TIMESTAMPTZ(3),
ADD COLUMN     "frozenBy" TEXT,
ADD COLUMN     "frozenReason" TEXT,
ADD COLUMN     "headRef" TEXT,
ADD COLUMN     "headRepositoryId" TEXT,
ADD COLUMN     "headSha" TEXT,
ADD COLUMN     "isFork" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "lastActivityAt" TIMESTAMPTZ(3),
ADD COLUMN     "promotesFromId" TEXT,
ADD COLUMN     "requestAuthor" TEXT,
ADD COLUMN     "requestNumber" INTEGER,
ADD COLUMN     "requestTitle" TEXT,
ADD COLUMN     "requestUrl" TEXT,
ADD COLUMN     "schedule" TEXT,
ADD COLUMN     "scheduleDueAt" TIMESTAMPTZ(3),
ADD COLUMN     "skipMarkers" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "waitForChecks" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "webhook" (
    "webhookId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "repositoryId" TEXT NOT NULL,
    "repositoryFullName" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "reasonCode" TEXT,
    "reasonParams" JSONB,
    "hostHookId" TEXT,
    "url" TEXT NOT NULL,
    "needs" TEXT[],
    "isUnwanted" BOOLEAN NOT NULL DEFAULT false,
    "lastDeliveryAt" TIMESTAMPTZ(3),
    "refusedCount" INTEGER NOT NULL DEFAULT 0,
    "refusedAt" TIMESTAMPTZ(3),
    "rejectedCount" INTEGER NOT NULL DEFAULT 0,
    "rejectedAt" TIMESTAMPTZ(3),
    "checkDueAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "pollDueAt" TIMESTAMPTZ(3),
    "pollState" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("webhookId")
);

-- CreateTable
CREATE TABLE "webhook_secret" (
    "webhookSecretId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "webhookId" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "endsAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_secret_pkey" PRIMARY KEY ("webhookSecretId")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "deliveryId" TEXT NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "hostDeliveryId" TEXT NOT NULL,
    "headers" JSONB NOT NULL,
    "body" BYTEA NOT NULL,
    "event" TEXT,
    "repositoryId" TEXT,
    "repositoryFullName" TEXT,
    "ref" TEXT,
    "sha" TEXT,
    "pullRequest" INTEGER,
    "decision" TEXT,
    "reasonCode" TEXT,
    "reasonParams" JSONB,
    "environments" JSONB NOT NULL DEFAULT '[]',
    "replayOfId" TEXT,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "decidedAt" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("receivedAt","deliveryId")
) PARTITION BY RANGE ("receivedAt");

-- Partitions of single days are made ahead; what belongs to none of them is kept here.
CREATE TABLE "webhook_delivery_default" PARTITION OF "webhook_delivery" DEFAULT;

-- CreateTable
CREATE TABLE "delivery_receipt" (
    "sourceId" TEXT NOT NULL,
    "hostDeliveryId" TEXT NOT NULL,
    "deliveryId" TEXT NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "delivery_receipt_pkey" PRIMARY KEY ("sourceId","hostDeliveryId")
);

-- CreateTable
CREATE TABLE "deployment_cause" (
    "organizationId" TEXT NOT NULL,
    "environmentId" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "before" TEXT NOT NULL,
    "after" TEXT NOT NULL,
    "occurrence" INTEGER NOT NULL,
    "deploymentId" TEXT,
    "sourceId" TEXT NOT NULL,
    "hostDeliveryId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deployment_cause_pkey" PRIMARY KEY ("environmentId","ref","before","after","occurrence")
);

-- CreateTable
CREATE TABLE "deploy_hook" (
    "deployHookId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "environmentId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deploy_hook_pkey" PRIMARY KEY ("deployHookId")
);

-- CreateIndex
CREATE INDEX "webhook_organizationId_gitProviderId_idx" ON "webhook"("organizationId", "gitProviderId");

-- CreateIndex
CREATE INDEX "webhook_checkDueAt_idx" ON "webhook"("checkDueAt");

-- CreateIndex
CREATE INDEX "webhook_pollDueAt_idx" ON "webhook"("pollDueAt");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_organizationId_webhookId_key" ON "webhook"("organizationId", "webhookId");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_gitProviderId_repositoryId_key" ON "webhook"("gitProviderId", "repositoryId");

-- CreateIndex
CREATE INDEX "webhook_secret_organizationId_webhookId_idx" ON "webhook_secret"("organizationId", "webhookId");

-- CreateIndex
CREATE INDEX "webhook_delivery_deliveryId_idx" ON "webhook_delivery"("deliveryId");

-- CreateIndex
CREATE INDEX "webhook_delivery_organizationId_receivedAt_idx" ON "webhook_delivery"("organizationId", "receivedAt");

-- CreateIndex
CREATE INDEX "webhook_delivery_organizationId_gitProviderId_receivedAt_idx" ON "webhook_delivery"("organizationId", "gitProviderId", "receivedAt");

-- CreateIndex
CREATE INDEX "webhook_delivery_organizationId_repositoryId_receivedAt_idx" ON "webhook_delivery"("organizationId", "repositoryId", "receivedAt");

-- CreateIndex
CREATE INDEX "delivery_receipt_receivedAt_idx" ON "delivery_receipt"("receivedAt");

-- CreateIndex
CREATE INDEX "deployment_cause_organizationId_environmentId_idx" ON "deployment_cause"("organizationId", "environmentId");

-- CreateIndex
CREATE INDEX "deployment_cause_createdAt_idx" ON "deployment_cause"("createdAt");

-- CreateIndex
CREATE INDEX "deploy_hook_organizationId_environmentId_idx" ON "deploy_hook"("organizationId", "environmentId");

-- CreateIndex
CREATE UNIQUE INDEX "deploy_hook_organizationId_deployHookId_key" ON "deploy_hook"("organizationId", "deployHookId");

-- CreateIndex
CREATE UNIQUE INDEX "deploy_hook_environmentId_name_key" ON "deploy_hook"("environmentId", "name");

-- CreateIndex
CREATE INDEX "environment_scheduleDueAt_idx" ON "environment"("scheduleDueAt");

-- CreateIndex
CREATE UNIQUE INDEX "environment_applicationId_requestNumber_key" ON "environment"("applicationId", "requestNumber");

-- AddForeignKey
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_secret" ADD CONSTRAINT "webhook_secret_organizationId_webhookId_fkey" FOREIGN KEY ("organizationId", "webhookId") REFERENCES "webhook"("organizationId", "webhookId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment_cause" ADD CONSTRAINT "deployment_cause_organizationId_environmentId_fkey" FOREIGN KEY ("organizationId", "environmentId") REFERENCES "environment"("organizationId", "environmentId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deploy_hook" ADD CONSTRAINT "deploy_hook_organizationId_environmentId_fkey" FOREIGN KEY ("organizationId", "environmentId") REFERENCES "environment"("organizationId", "environmentId") ON DELETE CASCADE ON UPDATE CASCADE;
