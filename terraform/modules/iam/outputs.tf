output "role_arns" {
  description = "The role of each process, for the annotation eks.amazonaws.com/role-arn of its service account."
  value       = { for name, role in aws_iam_role.process : name => role.arn }
}

output "service_accounts" {
  description = "Whose roles these are: namespace/name by process, as infra/k8s names them."
  value       = { for name, account in local.accounts : name => "${account.namespace}/${account.name}" }
}

output "policies" {
  description = "What each process may do, as JSON."
  value       = local.policies
}
