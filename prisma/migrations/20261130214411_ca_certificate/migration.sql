-- AlterTable
ALTER TABLE "azureDevops" ADD COLUMN     "caCertificate" TEXT;

-- AlterTable
ALTER TABLE "bitbucketServer" ADD COLUMN     "caCertificate" TEXT;

-- AlterTable
ALTER TABLE "git" ADD COLUMN     "caCertificate" TEXT;

-- AlterTable
ALTER TABLE "gitea" ADD COLUMN     "caCertificate" TEXT;

-- AlterTable
ALTER TABLE "github" ADD COLUMN     "caCertificate" TEXT;

-- AlterTable
ALTER TABLE "gitlab" ADD COLUMN     "caCertificate" TEXT;
