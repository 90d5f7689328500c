-- Two workers can never run two deployments of one environment at once. Prisma's schema language has no partial indexes.
CREATE UNIQUE INDEX "deployment_one_running" ON "deployment"("environmentId") WHERE "status" = 'running';
