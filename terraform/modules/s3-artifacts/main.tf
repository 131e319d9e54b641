# Two buckets: one for the bytes of artifacts, which Argosy writes, reads and deletes; one for audit records, which can be written once.

locals {
  tags = merge(var.tags, { Module = "s3-artifacts" })
  buckets = {
    artifacts = { name = "${var.name}-artifacts-${var.account_id}", locked = false }
    audit     = { name = "${var.name}-audit-${var.account_id}", locked = true }
  }
  # What is true of both, whoever asks and whatever his own policy says. A put that names no encryption gets the bucket's.
  refused = { for key, bucket in local.buckets : key => {
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid       = "NothingInTheClear"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::${bucket.name}", "arn:aws:s3:::${bucket.name}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      # A condition that says "not" also holds where nothing was said: what names no encryption must be let through by itself.
      {
        Sid       = "NoOtherKey"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:PutObject"
        Resource  = "arn:aws:s3:::${bucket.name}/*"
        Condition = {
          Null            = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "false" }
          StringNotEquals = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = var.kms_key_arn }
        }
      },
      {
        Sid       = "NoWeakerEncryption"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:PutObject"
        Resource  = "arn:aws:s3:::${bucket.name}/*"
        Condition = {
          Null            = { "s3:x-amz-server-side-encryption" = "false" }
          StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" }
        }
      },
      ], bucket.locked ? [
      {
        Sid       = "NobodyGoesAroundTheLock"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:BypassGovernanceRetention"
        Resource  = ["arn:aws:s3:::${bucket.name}/*"]
      },
    ] : [])
  } }
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket              = each.value.name
  object_lock_enabled = each.value.locked
  force_destroy       = false
  tags                = merge(local.tags, { Name = each.value.name })
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets

  bucket     = aws_s3_bucket.this[each.key].id
  policy     = jsonencode(local.refused[each.key])
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_object_lock_configuration" "audit" {
  bucket = aws_s3_bucket.this["audit"].id

  rule {
    default_retention {
      mode = var.audit_lock.mode
      days = var.audit_lock.days
    }
  }
  depends_on = [aws_s3_bucket_versioning.this]
}

# Artifacts end by Argosy's own retention, which knows what is still needed: here only what it has deleted, and what never became whole.
resource "aws_s3_bucket_lifecycle_configuration" "artifacts" {
  bucket = aws_s3_bucket.this["artifacts"].id

  rule {
    id     = "deleted"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }
    expiration {
      expired_object_delete_marker = true
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "audit" {
  bucket = aws_s3_bucket.this["audit"].id

  rule {
    id     = "seldom-read"
    status = "Enabled"
    filter {}
    transition {
      days          = 30
      storage_class = "GLACIER_IR"
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
  depends_on = [aws_s3_bucket_versioning.this]
}
