-- CreateTable
CREATE TABLE "commit_report" (
    "deploymentId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "context" TEXT NOT NULL,
    "wanted" TEXT NOT NULL,
    "eventId" BIGINT NOT NULL,
    "wantedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "told" TEXT,
    "toldAt" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "reasonCode" TEXT,
    "reasonParams" JSONB,
    "isSupported" BOOLEAN NOT NULL DEFAULT true,
    "isSending" BOOLEAN NOT NULL DEFAULT false,
    "sendingUntil" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "commit_report_pkey" PRIMARY KEY ("deploymentId")
);

-- CreateIndex
CREATE INDEX "commit_report_applicationId_sha_context_eventId_idx" ON "commit_report"("applicationId", "sha", "context", "eventId");

-- CreateIndex
CREATE INDEX "commit_report_gitProviderId_idx" ON "commit_report"("gitProviderId");

-- CreateIndex
CREATE INDEX "commit_report_dueAt_idx" ON "commit_report"("dueAt");

-- CreateIndex
CREATE UNIQUE INDEX "commit_report_organizationId_deploymentId_key" ON "commit_report"("organizationId", "deploymentId");

-- AddForeignKey
ALTER TABLE "commit_report" ADD CONSTRAINT "commit_report_organizationId_deploymentId_fkey" FOREIGN KEY ("organizationId", "deploymentId") REFERENCES "deployment"("organizationId", "deploymentId") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema language cannot say.

-- A host is told one thing at a time of each context of a commit, so that nothing older arrives last.
CREATE UNIQUE INDEX "commit_report_one_sending" ON "commit_report"("applicationId", "context", "sha") WHERE "isSending";
