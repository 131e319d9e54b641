mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name        = "argosy-test"
  account_id  = "123456789012"
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  tags        = { Environment = "test" }
}

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    name            = "-argosy"
    tags            = { "a b" = "x" }
    account_id      = "me"
    kms_key_arn     = "key"
    noncurrent_days = 0
    audit_lock      = { mode = "NONE" }
  }
  expect_failures = [var.name, var.tags, var.account_id, var.kms_key_arn, var.noncurrent_days, var.audit_lock]
}

run "a_lock_of_no_time_is_refused" {
  command = plan

  variables {
    audit_lock = { days = 0 }
  }
  expect_failures = [var.audit_lock]
}
