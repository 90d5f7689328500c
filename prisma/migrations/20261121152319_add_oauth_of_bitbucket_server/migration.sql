-- AlterTable
ALTER TABLE "bitbucketServer" ADD COLUMN     "redirectUri" TEXT,
ADD COLUMN     "scopes" TEXT;
