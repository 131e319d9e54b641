mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name       = "argosy-test"
  region     = "us-east-1"
  account_id = "123456789012"
  tags       = { Environment = "test" }
  secrets = {
    tokens        = { description = "Bearer tokens of the API's callers" }
    webhook       = { description = "The key that signs webhooks", rotate_days = 30, rotation_lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:rotate" }
    model-keys    = { description = "Keys of the models' vendors" }
    git-push      = { description = "Credentials that may push" }
    postgres-user = { description = "The database's user of the processes" }
  }
}

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    name          = "a"
    tags          = { "1st" = "x" }
    region        = "here"
    account_id    = "12345"
    recovery_days = 3
    secrets       = { Tokens = { description = "Bearer tokens of the callers" } }
  }
  expect_failures = [var.name, var.tags, var.region, var.account_id, var.recovery_days, var.secrets]
}

run "a_secret_that_is_never_rotated_is_refused" {
  command = plan

  variables {
    secrets = { tokens = { description = "Bearer tokens of the callers", rotate_days = 0 } }
  }
  expect_failures = [var.secrets]
}

run "a_function_without_arn_is_refused" {
  command = plan

  variables {
    secrets = { tokens = { description = "Bearer tokens of the callers", rotation_lambda_arn = "rotate" } }
  }
  expect_failures = [var.secrets]
}
