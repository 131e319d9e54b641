# Keys, and places for secrets. Three keys, so that who may read a log cannot read an artifact, and neither a secret.

locals {
  tags = merge(var.tags, { Module = "secrets" })
  # In a key's policy the resource "*" means that key. The account's own policies say who of it may do what; this only lets them.
  account = {
    Sid       = "AccountDecides"
    Effect    = "Allow"
    Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
    Resource  = "*"
    Action = [
      "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:CreateGrant", "kms:Decrypt", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey",
      "kms:EnableKey", "kms:EnableKeyRotation", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
      "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListGrants", "kms:ListKeyPolicies", "kms:ListResourceTags",
      "kms:PutKeyPolicy", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:RevokeGrant", "kms:ScheduleKeyDeletion", "kms:TagResource",
      "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
    ]
  }
  logs = {
    Sid       = "LogsEncrypt"
    Effect    = "Allow"
    Principal = { Service = "logs.${var.region}.amazonaws.com" }
    Resource  = "*"
    Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${var.region}:${var.account_id}:log-group:*" } }
  }
  # Nodes are started by EC2's own role for groups, which the account must have (terraform/README.md); it opens their encrypted disks.
  disks = {
    Sid       = "NodesOpenTheirDisks"
    Effect    = "Allow"
    Principal = { AWS = "arn:aws:iam::${var.account_id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling" }
    Resource  = "*"
    Action = [
      "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom", "kms:ReEncryptTo",
    ]
  }
  # Alarms reach their topic only when who raises them may use its key.
  alarms = {
    Sid       = "AlarmsEncrypt"
    Effect    = "Allow"
    Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
    Resource  = "*"
    Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
    Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
  }
  keys = {
    data    = { description = "Artifacts, the database, the brokers, disks", statements = [local.account, local.disks] }
    secrets = { description = "Secrets of the installation and of the cluster", statements = [local.account] }
    logs    = { description = "Logs and alarms", statements = [local.account, local.logs, local.alarms] }
  }
}

resource "aws_kms_key" "this" {
  for_each = local.keys

  description             = "${var.name}: ${each.value.description}"
  enable_key_rotation     = true
  deletion_window_in_days = var.recovery_days
  policy                  = jsonencode({ Version = "2012-10-17", Statement = each.value.statements })
  tags                    = merge(local.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_kms_alias" "this" {
  for_each = local.keys

  name          = "alias/${var.name}-${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}

resource "aws_secretsmanager_secret" "this" {
  for_each = var.secrets

  name                    = "${var.name}/${each.key}"
  description             = each.value.description
  kms_key_id              = aws_kms_key.this["secrets"].arn
  recovery_window_in_days = var.recovery_days
  tags                    = merge(local.tags, { Name = "${var.name}/${each.key}" })
}

resource "aws_secretsmanager_secret_rotation" "this" {
  for_each = { for name, secret in var.secrets : name => secret if secret.rotation_lambda_arn != null }

  secret_id           = aws_secretsmanager_secret.this[each.key].id
  rotation_lambda_arn = each.value.rotation_lambda_arn

  rotation_rules {
    automatically_after_days = each.value.rotate_days
  }
}
