-- Processes that receive deliveries keep the secrets they verify them with until they are told that one changed.
CREATE FUNCTION "notify_webhook_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM pg_notify('slipway_webhook', OLD."webhookId"); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM pg_notify('slipway_webhook', NEW."webhookId"); END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION "notify_app_hook_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM pg_notify('slipway_webhook', OLD."githubId"); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM pg_notify('slipway_webhook', NEW."githubId"); END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "webhook_change" AFTER INSERT OR UPDATE OF "gitProviderId", "organizationId" OR DELETE ON "webhook"
  FOR EACH ROW EXECUTE FUNCTION "notify_webhook_change"();

CREATE TRIGGER "webhook_secret_change" AFTER INSERT OR UPDATE OR DELETE ON "webhook_secret"
  FOR EACH ROW EXECUTE FUNCTION "notify_webhook_change"();

CREATE TRIGGER "github_app_hook_change" AFTER INSERT OR UPDATE OF "githubAppId", "githubWebhookSecret" OR DELETE ON "github"
  FOR EACH ROW EXECUTE FUNCTION "notify_app_hook_change"();
