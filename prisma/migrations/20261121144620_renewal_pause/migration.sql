-- AlterTable
ALTER TABLE "git_provider" ADD COLUMN     "renewalPause" JSONB,
ADD COLUMN     "renewalsLost" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "renewedAt" TIMESTAMPTZ(3);
