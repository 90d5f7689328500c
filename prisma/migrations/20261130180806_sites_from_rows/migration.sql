-- AlterTable
ALTER TABLE "deployment" ADD COLUMN     "warnings" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "environment" ADD COLUMN     "spaFallback" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "freed_slug" (
    "slug" TEXT NOT NULL,
    "organizationId" TEXT,
    "freedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "freed_slug_pkey" PRIMARY KEY ("slug")
);

-- CreateIndex
CREATE INDEX "freed_slug_freedAt_idx" ON "freed_slug"("freedAt");

-- AddForeignKey
ALTER TABLE "freed_slug" ADD CONSTRAINT "freed_slug_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE SET NULL ON UPDATE CASCADE;

-- Processes that serve sites keep what they read of an environment until they are told that it changed.
CREATE FUNCTION "notify_site_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM pg_notify('slipway_site', OLD."site"); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM pg_notify('slipway_site', NEW."site"); END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "environment_site_change" AFTER INSERT OR UPDATE OR DELETE ON "environment"
  FOR EACH ROW EXECUTE FUNCTION "notify_site_change"();

-- Whoever takes over the address of a site inherits its visitors, so a slug stays with its organization for a while.
CREATE FUNCTION "keep_freed_slug"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD."slug" = NEW."slug" THEN RETURN NULL; END IF;
  INSERT INTO "freed_slug" ("slug", "organizationId", "freedAt")
    VALUES (OLD."slug",
      -- An organization that is removed takes its applications along.
      (SELECT "organizationId" FROM "organization" WHERE "organizationId" = OLD."organizationId"), clock_timestamp())
    ON CONFLICT ("slug") DO UPDATE SET "organizationId" = EXCLUDED."organizationId", "freedAt" = EXCLUDED."freedAt";
  RETURN NULL;
END
$$;

CREATE TRIGGER "application_freed_slug" AFTER UPDATE OF "slug" OR DELETE ON "application"
  FOR EACH ROW EXECUTE FUNCTION "keep_freed_slug"();
