# A role for each process's service account (IRSA). A pod has the rights of its own process and no key that could be lost; what a worker
# runs in its sandbox has neither token nor network.

locals {
  tags   = merge(var.tags, { Module = "iam" })
  issuer = split("oidc-provider/", var.oidc_provider_arn)[1]
  # To who may not list, S3 answers for an object that is not there as for one that is not allowed: so the right to list goes along, for the
  # keys of artifacts alone.
  artifact_actions = {
    none   = []
    read   = ["s3:GetObject"]
    write  = ["s3:GetObject", "s3:PutObject"]
    retain = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
  }
  key_actions = {
    none   = []
    read   = ["kms:Decrypt"]
    write  = ["kms:Decrypt", "kms:GenerateDataKey"]
    retain = ["kms:Decrypt", "kms:GenerateDataKey"]
  }

  accounts = { for name, process in var.processes : name => { namespace = coalesce(process.namespace, var.namespace), name = "argosy-${name}" } }

  trust = { for name in keys(var.processes) : name => {
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = var.oidc_provider_arn }
      Condition = { StringEquals = {
        "${local.issuer}:sub" = "system:serviceaccount:${local.accounts[name].namespace}:${local.accounts[name].name}"
        "${local.issuer}:aud" = "sts.amazonaws.com"
      } }
    }]
  } }

  artifact_statements = { for name, process in var.processes : name => [for statement in [
    {
      Sid       = "Artifacts"
      Effect    = "Allow"
      Action    = local.artifact_actions[process.artifacts]
      Resource  = "${var.artifacts_bucket_arn}/${var.artifacts_prefix}*"
      Condition = { Bool = { "aws:SecureTransport" = "true" } }
    },
    {
      Sid       = "WhatIsNotThere"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = var.artifacts_bucket_arn
      Condition = { StringLike = { "s3:prefix" = ["${var.artifacts_prefix}*"] } }
    },
    {
      Sid       = "ArtifactsKey"
      Effect    = "Allow"
      Action    = local.key_actions[process.artifacts]
      Resource  = var.data_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
    },
  ] : statement if process.artifacts != "none"] }

  secret_statements = { for name, process in var.processes : name => [for statement in [
    {
      Sid      = "Secrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
      Resource = [for secret in sort(process.secrets) : var.secret_arns[secret]]
    },
    {
      Sid       = "SecretsKey"
      Effect    = "Allow"
      Action    = ["kms:Decrypt"]
      Resource  = var.secrets_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" } }
    },
  ] : statement if length(process.secrets) > 0] }

  policies = { for name in keys(var.processes) : name => jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.artifact_statements[name], local.secret_statements[name])
  }) if var.processes[name].artifacts != "none" || length(var.processes[name].secrets) > 0 }
}

resource "aws_iam_role" "process" {
  for_each = var.processes

  name                 = "${var.name}-${each.key}"
  description          = "Pods of argosy-${each.key}"
  assume_role_policy   = jsonencode(local.trust[each.key])
  max_session_duration = 3600
  tags                 = local.tags
}

resource "aws_iam_role_policy" "process" {
  for_each = local.policies

  name   = "process"
  role   = aws_iam_role.process[each.key].id
  policy = each.value
}
