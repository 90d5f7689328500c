-- CreateTable
CREATE TABLE "instance" (
    "id" TEXT NOT NULL DEFAULT 'instance',
    "keyCheck" TEXT NOT NULL,
    "initializedAt" TIMESTAMPTZ(3),

    CONSTRAINT "instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user" (
    "userId" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "username" TEXT,
    "firstName" TEXT NOT NULL DEFAULT '',
    "lastName" TEXT NOT NULL DEFAULT '',
    "passwordHash" TEXT NOT NULL,
    "instanceAdmin" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "session" (
    "sessionId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "activeOrganizationId" TEXT,
    "userAgent" TEXT NOT NULL DEFAULT '',
    "address" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("sessionId")
);

-- CreateTable
CREATE TABLE "password_reset" (
    "tokenHash" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "password_reset_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "throttle" (
    "subject" TEXT NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 0,
    "windowEndsAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "throttle_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "organization" (
    "organizationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("organizationId")
);

-- CreateTable
CREATE TABLE "member" (
    "memberId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "member_pkey" PRIMARY KEY ("memberId")
);

-- CreateTable
CREATE TABLE "role" (
    "roleId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "permissions" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "role_pkey" PRIMARY KEY ("roleId")
);

-- CreateTable
CREATE TABLE "invitation" (
    "invitationId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "invitedById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("invitationId")
);

-- CreateTable
CREATE TABLE "api_key" (
    "apiKeyId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "memberId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "keyHash" TEXT NOT NULL,
    "lastFour" TEXT NOT NULL,
    "permissions" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("apiKeyId")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "keyHash" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "bodyHash" TEXT NOT NULL,
    "answer" JSONB,
    "state" TEXT NOT NULL DEFAULT 'running',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("keyHash")
);

-- CreateTable
CREATE TABLE "application" (
    "applicationId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "repositoryId" TEXT,
    "repositoryFullName" TEXT NOT NULL,
    "repositoryUrl" TEXT NOT NULL,
    "repository" JSONB,
    "buildType" TEXT NOT NULL DEFAULT 'static',
    "buildPath" TEXT NOT NULL DEFAULT '/',
    "buildCommand" TEXT,
    "outputDirectory" TEXT,
    "submodules" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "application_pkey" PRIMARY KEY ("applicationId")
);

-- CreateTable
CREATE TABLE "environment" (
    "environmentId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'standing',
    "branch" TEXT NOT NULL,
    "trigger" TEXT NOT NULL DEFAULT 'manual',
    "tagPattern" TEXT,
    "watchPaths" TEXT[],
    "site" TEXT NOT NULL,
    "currentDeploymentId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "environment_pkey" PRIMARY KEY ("environmentId")
);

-- CreateTable
CREATE TABLE "environment_variable" (
    "environmentVariableId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "environmentId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "environment_variable_pkey" PRIMARY KEY ("environmentVariableId")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "auditEventId" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "organizationId" TEXT,
    "userId" TEXT,
    "apiKeyId" TEXT,
    "actor" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "requestId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "fault" TEXT,
    "targetType" TEXT,
    "targetId" TEXT,
    "targetName" TEXT,
    "details" JSONB,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("auditEventId")
);

-- CreateTable
CREATE TABLE "audit_seal" (
    "auditSealId" SERIAL NOT NULL,
    "firstId" BIGINT NOT NULL,
    "lastId" BIGINT NOT NULL,
    "count" INTEGER NOT NULL,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "sealedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("auditSealId")
);

-- CreateTable
CREATE TABLE "azureDevops" (
    "azureDevopsId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "azureDevopsUrl" TEXT NOT NULL,
    "organizationName" TEXT,
    "projectName" TEXT,
    "username" TEXT,
    "tenantId" TEXT,
    "entraUrl" TEXT,
    "clientId" TEXT,
    "expiresAt" INTEGER,
    "accessToken" TEXT,
    "clientSecret" TEXT,
    "refreshToken" TEXT,

    CONSTRAINT "azureDevops_pkey" PRIMARY KEY ("azureDevopsId")
);

-- CreateTable
CREATE TABLE "bitbucket" (
    "bitbucketId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "bitbucketUrl" TEXT NOT NULL,
    "bitbucketUsername" TEXT,
    "bitbucketEmail" TEXT,
    "bitbucketWorkspaceName" TEXT,
    "bitbucketRepositoryName" TEXT,
    "clientId" TEXT,
    "expiresAt" INTEGER,
    "apiToken" TEXT,
    "accessToken" TEXT,
    "appPassword" TEXT,
    "clientSecret" TEXT,
    "refreshToken" TEXT,

    CONSTRAINT "bitbucket_pkey" PRIMARY KEY ("bitbucketId")
);

-- CreateTable
CREATE TABLE "bitbucketServer" (
    "bitbucketServerId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "bitbucketServerUrl" TEXT NOT NULL,
    "bitbucketServerInternalUrl" TEXT,
    "username" TEXT,
    "projectKey" TEXT,
    "clientId" TEXT,
    "redirectUri" TEXT,
    "scopes" TEXT,
    "expiresAt" INTEGER,
    "accessToken" TEXT,
    "clientSecret" TEXT,
    "refreshToken" TEXT,

    CONSTRAINT "bitbucketServer_pkey" PRIMARY KEY ("bitbucketServerId")
);

-- CreateTable
CREATE TABLE "deployment" (
    "deploymentId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "environmentId" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "ref" TEXT NOT NULL,
    "commit" JSONB,
    "trigger" TEXT NOT NULL,
    "actorUserId" TEXT,
    "actorName" TEXT,
    "steps" JSONB NOT NULL,
    "reasonCode" TEXT,
    "reasonParams" JSONB,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "cancelRequestedAt" TIMESTAMPTZ(3),
    "released" BOOLEAN NOT NULL DEFAULT false,
    "rollbackOfId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "deployment_pkey" PRIMARY KEY ("deploymentId")
);

-- CreateTable
CREATE TABLE "deployment_log" (
    "id" BIGSERIAL NOT NULL,
    "organizationId" TEXT NOT NULL,
    "deploymentId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "step" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "deployment_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "git_provider" (
    "gitProviderId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "userId" TEXT,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "providerType" TEXT NOT NULL,
    "authMethod" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "visibility" TEXT NOT NULL DEFAULT 'everyone',
    "applicationId" TEXT,
    "health" JSONB NOT NULL,
    "tokenExpiresOn" DATE,
    "credentialVersion" INTEGER NOT NULL DEFAULT 1,
    "renewalVersion" INTEGER NOT NULL DEFAULT 0,
    "renewalHeldUntil" TIMESTAMPTZ(3),
    "renewalAskedAt" TIMESTAMPTZ(3),
    "renewedAt" TIMESTAMPTZ(3),
    "renewalsLost" INTEGER NOT NULL DEFAULT 0,
    "renewalPause" JSONB,
    "checkDueAt" TIMESTAMPTZ(3),
    "rejectionCount" INTEGER NOT NULL DEFAULT 0,
    "rateLimit" JSONB,
    "lastUsedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "git_provider_pkey" PRIMARY KEY ("gitProviderId")
);

-- CreateTable
CREATE TABLE "git_provider_member" (
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "memberId" TEXT NOT NULL,
    "access" TEXT NOT NULL,

    CONSTRAINT "git_provider_member_pkey" PRIMARY KEY ("gitProviderId","memberId")
);

-- CreateTable
CREATE TABLE "repository_list" (
    "gitProviderId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "credentialVersion" INTEGER NOT NULL,
    "queryHash" TEXT NOT NULL,
    "page" JSONB NOT NULL,
    "fetchedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "repository_list_pkey" PRIMARY KEY ("gitProviderId","credentialVersion","queryHash")
);

-- CreateTable
CREATE TABLE "oauth_flow" (
    "stateHash" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "credentialVersion" INTEGER NOT NULL,
    "userId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "codeVerifier" TEXT,
    "issuer" TEXT,
    "redirectUri" TEXT NOT NULL,
    "returnTo" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "oauth_flow_pkey" PRIMARY KEY ("stateHash")
);

-- CreateTable
CREATE TABLE "previous_credential" (
    "previousCredentialId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "authMethod" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "tokenExpiresOn" DATE,
    "replacedById" TEXT,
    "replacedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "previous_credential_pkey" PRIMARY KEY ("previousCredentialId")
);

-- CreateTable
CREATE TABLE "pending_key" (
    "pendingKeyId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "madeById" TEXT,
    "madeAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pending_key_pkey" PRIMARY KEY ("pendingKeyId")
);

-- CreateTable
CREATE TABLE "git" (
    "gitId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "gitUrl" TEXT,
    "username" TEXT,
    "publicKey" TEXT,
    "hostKeys" TEXT,
    "password" TEXT,
    "privateKey" TEXT,

    CONSTRAINT "git_pkey" PRIMARY KEY ("gitId")
);

-- CreateTable
CREATE TABLE "gitea" (
    "giteaId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "giteaUrl" TEXT NOT NULL,
    "giteaInternalUrl" TEXT,
    "organizationName" TEXT,
    "clientId" TEXT,
    "redirectUri" TEXT,
    "scopes" TEXT,
    "expiresAt" INTEGER,
    "clientSecret" TEXT,
    "accessToken" TEXT,
    "refreshToken" TEXT,

    CONSTRAINT "gitea_pkey" PRIMARY KEY ("giteaId")
);

-- CreateTable
CREATE TABLE "github" (
    "githubId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "githubUrl" TEXT NOT NULL,
    "username" TEXT,
    "organization" TEXT,
    "githubAppName" TEXT,
    "githubAppId" INTEGER,
    "githubClientId" TEXT,
    "githubInstallationId" TEXT,
    "githubAppSlug" TEXT,
    "githubAppVisibility" TEXT,
    "expiresAt" INTEGER,
    "accessToken" TEXT,
    "githubClientSecret" TEXT,
    "githubPrivateKey" TEXT,
    "githubWebhookSecret" TEXT,

    CONSTRAINT "github_pkey" PRIMARY KEY ("githubId")
);

-- CreateTable
CREATE TABLE "gitlab" (
    "gitlabId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "gitlabUrl" TEXT NOT NULL,
    "gitlabInternalUrl" TEXT,
    "groupName" TEXT,
    "username" TEXT,
    "applicationId" TEXT,
    "redirectUri" TEXT,
    "expiresAt" INTEGER,
    "secret" TEXT,
    "accessToken" TEXT,
    "refreshToken" TEXT,

    CONSTRAINT "gitlab_pkey" PRIMARY KEY ("gitlabId")
);

-- CreateTable
CREATE TABLE "notification_recipient" (
    "notificationRecipientId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "signingSecret" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notification_recipient_pkey" PRIMARY KEY ("notificationRecipientId")
);

-- CreateTable
CREATE TABLE "notification" (
    "notificationId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "gitProviderId" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("notificationId")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "user_username_key" ON "user"("username");

-- CreateIndex
CREATE INDEX "session_userId_idx" ON "session"("userId");

-- CreateIndex
CREATE INDEX "session_activeOrganizationId_idx" ON "session"("activeOrganizationId");

-- CreateIndex
CREATE INDEX "password_reset_userId_idx" ON "password_reset"("userId");

-- CreateIndex
CREATE INDEX "member_userId_idx" ON "member"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "member_organizationId_userId_key" ON "member"("organizationId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "member_organizationId_memberId_key" ON "member"("organizationId", "memberId");

-- CreateIndex
CREATE UNIQUE INDEX "role_organizationId_name_key" ON "role"("organizationId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_tokenHash_key" ON "invitation"("tokenHash");

-- CreateIndex
CREATE INDEX "invitation_organizationId_idx" ON "invitation"("organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_prefix_key" ON "api_key"("prefix");

-- CreateIndex
CREATE INDEX "api_key_organizationId_memberId_idx" ON "api_key"("organizationId", "memberId");

-- CreateIndex
CREATE INDEX "idempotency_key_createdAt_idx" ON "idempotency_key"("createdAt");

-- CreateIndex
CREATE INDEX "idempotency_key_organizationId_idx" ON "idempotency_key"("organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "application_slug_key" ON "application"("slug");

-- CreateIndex
CREATE INDEX "application_organizationId_gitProviderId_idx" ON "application"("organizationId", "gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "application_organizationId_applicationId_key" ON "application"("organizationId", "applicationId");

-- CreateIndex
CREATE UNIQUE INDEX "application_organizationId_name_key" ON "application"("organizationId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "environment_site_key" ON "environment"("site");

-- CreateIndex
CREATE INDEX "environment_organizationId_currentDeploymentId_idx" ON "environment"("organizationId", "currentDeploymentId");

-- CreateIndex
CREATE UNIQUE INDEX "environment_organizationId_environmentId_key" ON "environment"("organizationId", "environmentId");

-- CreateIndex
CREATE UNIQUE INDEX "environment_applicationId_name_key" ON "environment"("applicationId", "name");

-- CreateIndex
CREATE INDEX "environment_variable_organizationId_environmentId_idx" ON "environment_variable"("organizationId", "environmentId");

-- CreateIndex
CREATE UNIQUE INDEX "environment_variable_environmentId_name_key" ON "environment_variable"("environmentId", "name");

-- CreateIndex
CREATE INDEX "audit_event_organizationId_auditEventId_idx" ON "audit_event"("organizationId", "auditEventId");

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_lastId_key" ON "audit_seal"("lastId");

-- CreateIndex
CREATE UNIQUE INDEX "azureDevops_gitProviderId_key" ON "azureDevops"("gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "bitbucket_gitProviderId_key" ON "bitbucket"("gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "bitbucketServer_gitProviderId_key" ON "bitbucketServer"("gitProviderId");

-- CreateIndex
CREATE INDEX "deployment_organizationId_applicationId_createdAt_idx" ON "deployment"("organizationId", "applicationId", "createdAt");

-- CreateIndex
CREATE INDEX "deployment_organizationId_environmentId_createdAt_idx" ON "deployment"("organizationId", "environmentId", "createdAt");

-- CreateIndex
CREATE INDEX "deployment_status_leaseExpiresAt_idx" ON "deployment"("status", "leaseExpiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "deployment_organizationId_deploymentId_key" ON "deployment"("organizationId", "deploymentId");

-- CreateIndex
CREATE INDEX "deployment_log_organizationId_deploymentId_id_idx" ON "deployment_log"("organizationId", "deploymentId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "git_provider_organizationId_gitProviderId_key" ON "git_provider"("organizationId", "gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "git_provider_organizationId_name_key" ON "git_provider"("organizationId", "name");

-- CreateIndex
CREATE INDEX "git_provider_member_organizationId_memberId_idx" ON "git_provider_member"("organizationId", "memberId");

-- CreateIndex
CREATE INDEX "repository_list_organizationId_gitProviderId_idx" ON "repository_list"("organizationId", "gitProviderId");

-- CreateIndex
CREATE INDEX "oauth_flow_organizationId_gitProviderId_idx" ON "oauth_flow"("organizationId", "gitProviderId");

-- CreateIndex
CREATE INDEX "oauth_flow_expiresAt_idx" ON "oauth_flow"("expiresAt");

-- CreateIndex
CREATE INDEX "previous_credential_organizationId_gitProviderId_idx" ON "previous_credential"("organizationId", "gitProviderId");

-- CreateIndex
CREATE INDEX "previous_credential_expiresAt_idx" ON "previous_credential"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "pending_key_organizationId_gitProviderId_key" ON "pending_key"("organizationId", "gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "git_gitProviderId_key" ON "git"("gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "gitea_gitProviderId_key" ON "gitea"("gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "github_gitProviderId_key" ON "github"("gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "gitlab_gitProviderId_key" ON "gitlab"("gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "notification_recipient_organizationId_kind_address_key" ON "notification_recipient"("organizationId", "kind", "address");

-- CreateIndex
CREATE INDEX "notification_organizationId_gitProviderId_idx" ON "notification"("organizationId", "gitProviderId");

-- CreateIndex
CREATE UNIQUE INDEX "notification_gitProviderId_cause_key" ON "notification"("gitProviderId", "cause");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("userId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_activeOrganizationId_fkey" FOREIGN KEY ("activeOrganizationId") REFERENCES "organization"("organizationId") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "password_reset" ADD CONSTRAINT "password_reset_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("userId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("userId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role" ADD CONSTRAINT "role_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_organizationId_memberId_fkey" FOREIGN KEY ("organizationId", "memberId") REFERENCES "member"("organizationId", "memberId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application" ADD CONSTRAINT "application_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application" ADD CONSTRAINT "application_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "environment" ADD CONSTRAINT "environment_organizationId_applicationId_fkey" FOREIGN KEY ("organizationId", "applicationId") REFERENCES "application"("organizationId", "applicationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "environment" ADD CONSTRAINT "environment_organizationId_currentDeploymentId_fkey" FOREIGN KEY ("organizationId", "currentDeploymentId") REFERENCES "deployment"("organizationId", "deploymentId") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "environment_variable" ADD CONSTRAINT "environment_variable_organizationId_environmentId_fkey" FOREIGN KEY ("organizationId", "environmentId") REFERENCES "environment"("organizationId", "environmentId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "azureDevops" ADD CONSTRAINT "azureDevops_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bitbucket" ADD CONSTRAINT "bitbucket_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bitbucketServer" ADD CONSTRAINT "bitbucketServer_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_organizationId_applicationId_fkey" FOREIGN KEY ("organizationId", "applicationId") REFERENCES "application"("organizationId", "applicationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_organizationId_environmentId_fkey" FOREIGN KEY ("organizationId", "environmentId") REFERENCES "environment"("organizationId", "environmentId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment_log" ADD CONSTRAINT "deployment_log_organizationId_deploymentId_fkey" FOREIGN KEY ("organizationId", "deploymentId") REFERENCES "deployment"("organizationId", "deploymentId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "git_provider" ADD CONSTRAINT "git_provider_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "git_provider_member" ADD CONSTRAINT "git_provider_member_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "git_provider_member" ADD CONSTRAINT "git_provider_member_organizationId_memberId_fkey" FOREIGN KEY ("organizationId", "memberId") REFERENCES "member"("organizationId", "memberId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository_list" ADD CONSTRAINT "repository_list_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oauth_flow" ADD CONSTRAINT "oauth_flow_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "previous_credential" ADD CONSTRAINT "previous_credential_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pending_key" ADD CONSTRAINT "pending_key_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "git" ADD CONSTRAINT "git_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gitea" ADD CONSTRAINT "gitea_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "github" ADD CONSTRAINT "github_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gitlab" ADD CONSTRAINT "gitlab_gitProviderId_fkey" FOREIGN KEY ("gitProviderId") REFERENCES "git_provider"("gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_recipient" ADD CONSTRAINT "notification_recipient_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("organizationId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification" ADD CONSTRAINT "notification_organizationId_gitProviderId_fkey" FOREIGN KEY ("organizationId", "gitProviderId") REFERENCES "git_provider"("organizationId", "gitProviderId") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema language cannot say.

-- One default provider per organization.
CREATE UNIQUE INDEX "git_provider_one_default" ON "git_provider"("organizationId") WHERE "isDefault";

-- An address is one account however it is typed.
ALTER TABLE "user" ADD CONSTRAINT "user_email_lower_case" CHECK ("email" = lower("email"));

-- Two workers can never run two deployments of one environment at once.
CREATE UNIQUE INDEX "deployment_one_running" ON "deployment"("environmentId") WHERE "status" = 'running';

-- What is in the audit stays as it is: for everyone but the owner of the tables, who would have to drop the triggers.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END
$$;

CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_event"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();

CREATE TRIGGER "audit_seal_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_seal"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();
