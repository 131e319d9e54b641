output "endpoint" {
  description = "host:port of the primary; it stays the same when the standby takes over."
  value       = aws_db_instance.this.endpoint
}

output "database" {
  description = "Name of the database."
  value       = aws_db_instance.this.db_name
}

output "identifier" {
  description = "For alarms and restores."
  value       = aws_db_instance.this.identifier
}

output "replica_identifiers" {
  description = "The read replicas."
  value       = [for replica in aws_db_instance.replica : replica.identifier]
}

output "admin_secret_arn" {
  description = "Where RDS keeps the administrator's password, for whoever makes the processes' own user."
  value       = one(aws_db_instance.this.master_user_secret[*].secret_arn)
}

output "security_group_id" {
  description = "The database's group."
  value       = aws_security_group.this.id
}
