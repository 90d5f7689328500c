-- AlterTable
ALTER TABLE "application" ADD COLUMN     "previewsDueAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "environment" DROP COLUMN "commentId",
ADD COLUMN     "closeSeenAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "preview_comment" (
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "requestNumber" INTEGER NOT NULL,
    "commentId" TEXT,
    "url" TEXT,
    "endCode" TEXT,
    "endParams" JSONB,
    "endedAt" TIMESTAMPTZ(3),
    "isReclaimed" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "dueAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "reasonCode" TEXT,
    "reasonParams" JSONB,

    CONSTRAINT "preview_comment_pkey" PRIMARY KEY ("applicationId","requestNumber")
);

-- CreateIndex
CREATE INDEX "preview_comment_organizationId_applicationId_idx" ON "preview_comment"("organizationId", "applicationId");

-- CreateIndex
CREATE INDEX "preview_comment_dueAt_idx" ON "preview_comment"("dueAt");

-- AddForeignKey
ALTER TABLE "preview_comment" ADD CONSTRAINT "preview_comment_organizationId_applicationId_fkey" FOREIGN KEY ("organizationId", "applicationId") REFERENCES "application"("organizationId", "applicationId") ON DELETE CASCADE ON UPDATE CASCADE;
