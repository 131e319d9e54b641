output "artifacts_bucket" {
  description = "For ARGOSY_S3_BUCKET."
  value       = aws_s3_bucket.this["artifacts"].bucket
}

output "artifacts_bucket_arn" {
  description = "For module iam."
  value       = aws_s3_bucket.this["artifacts"].arn
}

output "audit_bucket" {
  description = "Where audit records go that must not be changed."
  value       = aws_s3_bucket.this["audit"].bucket
}

output "audit_bucket_arn" {
  description = "For whoever ships audit records."
  value       = aws_s3_bucket.this["audit"].arn
}
