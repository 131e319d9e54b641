mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name        = "argosy-test"
  account_id  = "123456789012"
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  tags        = { Environment = "test" }
}

run "both_buckets_are_private_encrypted_and_versioned_and_audit_is_written_once" {
  command = apply

  assert {
    condition     = output.artifacts_bucket == "argosy-test-artifacts-123456789012" && output.audit_bucket == "argosy-test-audit-123456789012"
    error_message = "Names say whose and what for, and are unique by the account."
  }
  assert {
    condition     = length(aws_s3_bucket_public_access_block.this) == 2 && alltrue([for one in aws_s3_bucket_public_access_block.this : one.block_public_acls && one.block_public_policy && one.ignore_public_acls && one.restrict_public_buckets])
    error_message = "Nothing can be made public."
  }
  assert {
    condition     = alltrue([for one in aws_s3_bucket_ownership_controls.this : one.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "Access lists of single objects are off."
  }
  assert {
    condition     = alltrue([for one in aws_s3_bucket_versioning.this : one.versioning_configuration[0].status == "Enabled"])
    error_message = "Both keep versions."
  }
  assert {
    condition = alltrue([for one in aws_s3_bucket_server_side_encryption_configuration.this : alltrue([for rule in one.rule :
    rule.bucket_key_enabled && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn])])
    error_message = "Both are encrypted by the key that was given."
  }
  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : bucket.force_destroy == false])
    error_message = "A bucket with objects is not destroyed."
  }
  assert {
    condition     = aws_s3_bucket.this["audit"].object_lock_enabled && !aws_s3_bucket.this["artifacts"].object_lock_enabled
    error_message = "The audit bucket is locked, that of artifacts is not: retention deletes from it."
  }
  assert {
    condition     = aws_s3_bucket_object_lock_configuration.audit.rule[0].default_retention[0].mode == "COMPLIANCE" && aws_s3_bucket_object_lock_configuration.audit.rule[0].default_retention[0].days == 365
    error_message = "By default nobody changes a record for a year."
  }
  assert {
    condition     = alltrue([for policy in aws_s3_bucket_policy.this : alltrue([for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny"])])
    error_message = "A bucket's own policy lets nobody in; it only refuses."
  }
  assert {
    condition     = alltrue([for policy in aws_s3_bucket_policy.this : contains([for statement in jsondecode(policy.policy).Statement : statement.Sid], "NothingInTheClear")])
    error_message = "Nothing goes over the wire in the clear."
  }
}
