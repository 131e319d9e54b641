output "key_arns" {
  description = "ARNs of the keys: data, secrets, logs."
  value       = { for name, key in aws_kms_key.this : name => key.arn }
}

output "secret_arns" {
  description = "ARNs of the secrets by name; what may read them is for module iam."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "rotated_by_hand" {
  description = "Secrets that no function rotates: runbooks/rotate-secrets.md is for them."
  value       = sort([for name, secret in var.secrets : name if secret.rotation_lambda_arn == null])
}
