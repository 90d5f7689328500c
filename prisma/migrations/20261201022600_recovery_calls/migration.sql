-- CreateTable
CREATE TABLE "recovery_calls" (
    "gitProviderId" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "recovery_calls_pkey" PRIMARY KEY ("gitProviderId")
);

-- AddForeignKey
ALTER TABLE "recovery_calls" ADD CONSTRAINT "recovery_calls_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;
