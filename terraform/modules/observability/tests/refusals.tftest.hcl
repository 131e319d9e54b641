mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name               = "argosy-test"
  tags               = { Environment = "test" }
  account_id         = "123456789012"
  logs_kms_key_arn   = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  database           = { identifier = "argosy-test", gigabytes = 100, max_connections = 500 }
  kafka_cluster      = "argosy-test"
  alarm_addresses    = ["operators@example.com"]
  monthly_budget_usd = 2000
}

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    name               = "x"
    tags               = { "aws:a" = "b" }
    account_id         = "0"
    logs_kms_key_arn   = "key"
    log_days           = 5
    alarm_addresses    = ["nobody"]
    database           = { identifier = "", gigabytes = 0, max_connections = 0 }
    kafka_cluster      = ""
    monthly_budget_usd = 1
  }
  expect_failures = [
    var.name, var.tags, var.account_id, var.logs_kms_key_arn, var.log_days, var.alarm_addresses, var.database, var.kafka_cluster,
    var.monthly_budget_usd,
  ]
}
