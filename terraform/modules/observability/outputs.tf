output "log_group" {
  description = "Where the processes' logs go."
  value       = aws_cloudwatch_log_group.processes.name
}

output "alarm_topic_arn" {
  description = "For more alarms of this account."
  value       = aws_sns_topic.alarms.arn
}

output "alarms" {
  description = "Names of all alarms."
  value       = sort(concat([for alarm in aws_cloudwatch_metric_alarm.database : alarm.alarm_name], [for alarm in aws_cloudwatch_metric_alarm.kafka : alarm.alarm_name]))
}

output "prometheus_endpoint" {
  description = "Where Prometheus writes to when AWS keeps the figures; else null."
  value       = one(aws_prometheus_workspace.this[*].prometheus_endpoint)
}
