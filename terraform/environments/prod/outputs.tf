output "cluster_name" {
  description = "For `aws eks update-kubeconfig`; then infra/k8s is applied."
  value       = module.installation.cluster_name
}

output "role_arns" {
  description = "The role of each process, for the annotation eks.amazonaws.com/role-arn of its service account."
  value       = module.installation.role_arns
}

output "settings" {
  description = "What follows from this for ARGOSY_ variables; none of it is secret."
  value       = module.installation.settings
}

output "database" {
  description = "Where the database is, and where RDS keeps its administrator's password."
  value       = module.installation.database
}

output "secret_arns" {
  description = "Places of the secrets, whose values are put in by hand."
  value       = module.installation.secret_arns
}

output "alarm_topic_arn" {
  description = "Where alarms of AWS go."
  value       = module.installation.alarm_topic_arn
}

output "nat_addresses" {
  description = "Where calls of the nodes seem to come from."
  value       = module.installation.nat_addresses
}

output "sizing" {
  description = "What is paid by the hour, for a look beside COST.md."
  value       = module.installation.sizing
}
