mock_provider "aws" {
  source = "../../mocks"
}

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    region               = "here"
    tags                 = { "aws:a" = "b" }
    rotation_lambda_arns = { tokens = "rotate" }
    network              = { zones = ["us-east-1a"] }
    cluster              = { node_groups = {} }
    database             = { instance_class = "db.m6g.large", gigabytes = 1, grows_up_to_gb = 2, multi_az = true, backup_days = 14, deletion_protection = true }
    kafka                = { kind = "kinesis" }
    audit_lock           = { days = 0 }
    alarms               = { monthly_budget_usd = 1 }
  }
  expect_failures = [var.region, var.tags, var.rotation_lambda_arns, var.network, var.cluster, var.database, var.kafka, var.audit_lock, var.alarms]
}

run "a_function_for_a_secret_that_does_not_exist_is_refused" {
  command = plan

  module {
    source = "../../modules/installation"
  }
  variables {
    name                 = "argosy-test"
    account_id           = "123456789012"
    rotation_lambda_arns = { no-such-secret = "arn:aws:lambda:us-east-1:123456789012:function:rotate" }
  }
  expect_failures = [var.rotation_lambda_arns]
}

run "the_installation_refuses_what_is_malformed_by_itself" {
  command = plan

  module {
    source = "../../modules/installation"
  }
  variables {
    name          = "Argosy"
    tags          = { "aws:a" = "b" }
    region        = "here"
    account_id    = "1"
    recovery_days = 1
    network       = { zones = ["us-east-1a"] }
    cluster       = { node_groups = {} }
    database      = { instance_class = "db.m6g.large", gigabytes = 1, grows_up_to_gb = 2, multi_az = true, backup_days = 14, deletion_protection = true }
    kafka         = { kind = "kinesis" }
    audit_lock    = { days = 0 }
    alarms        = { monthly_budget_usd = 1 }
  }
  expect_failures = [var.name, var.tags, var.region, var.account_id, var.recovery_days, var.network, var.cluster, var.database, var.kafka, var.audit_lock, var.alarms]
}
