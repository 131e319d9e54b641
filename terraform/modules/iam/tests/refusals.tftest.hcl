mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name                 = "argosy-test"
  region               = "us-east-1"
  oidc_provider_arn    = "arn:aws:iam::123456789012:oidc-provider/oidc.example/id/ABC"
  artifacts_bucket_arn = "arn:aws:s3:::argosy-test-artifacts-123456789012"
  data_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  secrets_key_arn      = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000002"
  secret_arns = {
    git-push      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/git-push-AbCdEf"
    git-read      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/git-read-AbCdEf"
    model-keys    = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/model-keys-AbCdEf"
    postgres-user = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/postgres-user-AbCdEf"
    setup         = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/setup-AbCdEf"
    tokens        = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/tokens-AbCdEf"
    webhook       = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/webhook-AbCdEf"
  }
}

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    name                 = "Argosy"
    tags                 = { "aws:x" = "y" }
    oidc_provider_arn    = "oidc.example"
    namespace            = "Argosy"
    artifacts_bucket_arn = "bucket"
    artifacts_prefix     = "artifacts"
    data_key_arn         = "key"
    secrets_key_arn      = "key"
    region               = "europe"
    processes            = { broker = {} }
  }
  expect_failures = [var.name, var.tags, var.oidc_provider_arn, var.namespace, var.artifacts_bucket_arn, var.artifacts_prefix, var.data_key_arn, var.secrets_key_arn, var.region, var.processes]
}

run "all_rights_are_none_that_can_be_given" {
  command = plan

  variables {
    processes = { ingest = { artifacts = "all" } }
  }
  expect_failures = [var.processes]
}

run "a_namespace_that_cannot_be_is_refused" {
  command = plan

  variables {
    processes = { testing = { namespace = "Argosy" } }
  }
  expect_failures = [var.processes]
}

run "a_secret_that_does_not_exist_is_refused" {
  command = plan

  variables {
    processes = { ingest = { secrets = ["no-such-secret"] } }
  }
  expect_failures = [var.processes]
}

run "a_secret_without_arn_is_refused" {
  command = plan

  variables {
    processes   = { migrate = {} }
    secret_arns = { tokens = "tokens" }
  }
  expect_failures = [var.secret_arns]
}
