# What AWS alone can see, and where logs go. What Argosy is doing is told by its own metrics, rules and dashboards (infra/prometheus,
# infra/grafana), which run in the cluster.

locals {
  tags = merge(var.tags, { Module = "observability" })

  gigabyte = 1024 * 1024 * 1024
  database = { DBInstanceIdentifier = var.database.identifier }
  # Postgres stops at a full disk, and with it everything: a fifth free is a day to act in.
  database_alarms = {
    disk        = { metric = "FreeStorageSpace", below = true, at = var.database.gigabytes * local.gigabyte * 0.2, what = "less than a fifth of the disk is free" }
    processors  = { metric = "CPUUtilization", below = false, at = 85, what = "the server is busier than 85 %" }
    connections = { metric = "DatabaseConnections", below = false, at = floor(var.database.max_connections * 0.8), what = "four fifths of the connections are taken" }
    memory      = { metric = "FreeableMemory", below = true, at = 0.25 * local.gigabyte, what = "less than 256 MB of memory are free" }
    waiting     = { metric = "DiskQueueDepth", below = false, at = 64, what = "more than 64 requests wait for the disk" }
  }
  kafka_alarms = var.kafka_cluster == null ? {} : {
    controller = { metric = "ActiveControllerCount", statistic = "Sum", below = true, at = 1, what = "no broker is the controller" }
    offline    = { metric = "OfflinePartitionsCount", statistic = "Sum", below = false, at = 0, what = "partitions are offline" }
  }
}

resource "aws_cloudwatch_log_group" "processes" {
  name              = "/argosy/${var.name}/processes"
  retention_in_days = var.log_days
  kms_key_id        = var.logs_kms_key_arn
  tags              = local.tags
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.logs_kms_key_arn
  tags              = local.tags
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = var.alarm_addresses

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each = local.database_alarms

  alarm_name          = "${var.name}-database-${each.key}"
  alarm_description   = "Postgres: ${each.value.what} (runbooks/README.md)"
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = local.database
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 2
  threshold           = each.value.at
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "kafka" {
  for_each = local.kafka_alarms

  alarm_name          = "${var.name}-kafka-${each.key}"
  alarm_description   = "Kafka: ${each.value.what} (runbooks/README.md)"
  namespace           = "AWS/Kafka"
  metric_name         = each.value.metric
  dimensions          = { "Cluster Name" = var.kafka_cluster }
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 2
  threshold           = each.value.at
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags
}

resource "aws_budgets_budget" "month" {
  name         = "${var.name}-month"
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  tags         = local.tags

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }
    content {
      notification_type         = notification.key
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      comparison_operator       = "GREATER_THAN"
      subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
    }
  }
}

resource "aws_prometheus_workspace" "this" {
  count = var.managed_prometheus ? 1 : 0

  alias       = var.name
  kms_key_arn = var.logs_kms_key_arn
  tags        = merge(local.tags, { Name = var.name })
}
