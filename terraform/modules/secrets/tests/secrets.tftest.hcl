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

run "keys_turn_over_secrets_have_their_own_and_no_policy_lets_everybody_or_everything" {
  command = apply

  assert {
    condition     = length(aws_kms_key.this) == 3 && alltrue([for key in aws_kms_key.this : key.enable_key_rotation && key.deletion_window_in_days == 30])
    error_message = "All keys are rotated by AWS, and a deleted one can be brought back for 30 days."
  }
  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.this : secret.kms_key_id == aws_kms_key.this["secrets"].arn && secret.recovery_window_in_days == 30])
    error_message = "Secrets are encrypted by the key for secrets."
  }
  assert {
    condition     = aws_secretsmanager_secret.this["git-push"].name == "argosy-test/git-push" && aws_kms_alias.this["data"].name == "alias/argosy-test-data"
    error_message = "Names begin with the installation's."
  }
  assert {
    condition     = keys(aws_secretsmanager_secret_rotation.this) == ["webhook"] && aws_secretsmanager_secret_rotation.this["webhook"].rotation_rules[0].automatically_after_days == 30
    error_message = "Who has a function is rotated by it, on its own schedule."
  }
  assert {
    condition     = output.rotated_by_hand == tolist(["git-push", "model-keys", "postgres-user", "tokens"])
    error_message = "What is rotated by hand is told."
  }
  assert {
    condition = alltrue(flatten([for key in aws_kms_key.this : [for statement in jsondecode(key.policy).Statement :
    [for action in flatten([statement.Action]) : !strcontains(action, "*")]]]))
    error_message = "Actions are named one by one."
  }
  assert {
    condition = alltrue(flatten([for key in aws_kms_key.this : [for statement in jsondecode(key.policy).Statement :
    statement.Principal != "*" && try(statement.Principal.AWS, "") != "*"]]))
    error_message = "Nobody outside of the account is let in."
  }
  assert {
    condition = alltrue(flatten([for key in aws_kms_key.this : [for statement in jsondecode(key.policy).Statement :
    can(statement.Principal.Service) ? can(statement.Condition) : true]]))
    error_message = "Services use a key for this account only."
  }
}
