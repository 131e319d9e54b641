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

run "alarms_follow_the_sizes_and_reach_somebody" {
  command = apply

  assert {
    condition     = output.alarms == tolist(["argosy-test-database-connections", "argosy-test-database-disk", "argosy-test-database-memory", "argosy-test-database-processors", "argosy-test-database-waiting", "argosy-test-kafka-controller", "argosy-test-kafka-offline"])
    error_message = "Database and brokers have their alarms."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.database["disk"].threshold == 21474836480 && aws_cloudwatch_metric_alarm.database["disk"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.database["connections"].threshold == 400
    error_message = "A fifth of the disk, four fifths of the connections."
  }
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.database), values(aws_cloudwatch_metric_alarm.kafka)) : alarm.treat_missing_data == "breaching" && contains(alarm.alarm_actions, aws_sns_topic.alarms.arn)])
    error_message = "Silence is an alarm, and each reaches the topic."
  }
  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == var.logs_kms_key_arn && aws_cloudwatch_log_group.processes.kms_key_id == var.logs_kms_key_arn && aws_sns_topic_subscription.alarms["operators@example.com"].protocol == "email"
    error_message = "Alarms and logs are encrypted, and somebody is told."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(aws_sns_topic_policy.alarms.policy).Statement : statement.Action == "sns:Publish" && statement.Principal != "*" && can(statement.Condition)])
    error_message = "Only this account's services publish."
  }
  assert {
    condition     = aws_budgets_budget.month.limit_amount == "2000" && length(aws_budgets_budget.month.notification) == 2
    error_message = "A month that costs too much is told before it is over."
  }
}

run "without_brokers_of_aws_there_are_none_of_their_alarms" {
  command = plan

  variables {
    kafka_cluster      = null
    managed_prometheus = true
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.kafka) == 0 && aws_prometheus_workspace.this[0].kms_key_arn == var.logs_kms_key_arn
    error_message = "Strimzi's brokers are watched by Prometheus, whose figures AWS keeps encrypted when asked."
  }
}
