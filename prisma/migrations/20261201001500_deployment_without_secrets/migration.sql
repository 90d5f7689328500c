-- AlterTable
ALTER TABLE "deployment" ADD COLUMN     "fetchRef" TEXT,
ADD COLUMN     "withSecrets" BOOLEAN NOT NULL DEFAULT true;
