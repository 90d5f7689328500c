-- AlterTable
ALTER TABLE "github" ADD COLUMN     "githubAppVisibility" TEXT;
