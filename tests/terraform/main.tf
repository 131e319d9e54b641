# What moto can play of an installation: keys and secrets, the network, the buckets, the roles. Applied by tests/terraform/run.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "endpoint" {
  description = "Where moto listens."
  type        = string
}

provider "aws" {
  region                      = local.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  s3_use_path_style           = true

  endpoints {
    cloudwatchlogs = var.endpoint
    ec2            = var.endpoint
    iam            = var.endpoint
    kms            = var.endpoint
    s3             = var.endpoint
    secretsmanager = var.endpoint
    sts            = var.endpoint
  }
}

locals {
  name    = "argosy-moto"
  region  = "us-east-1"
  account = "123456789012" # moto's
  tags    = { Environment = "moto" }
}

module "secrets" {
  source = "../../terraform/modules/secrets"

  name       = local.name
  tags       = local.tags
  region     = local.region
  account_id = local.account
  secrets = {
    git-push      = { description = "What may push, for the git worker alone" }
    git-read      = { description = "What may read repositories" }
    model-keys    = { description = "Keys of the models' vendors" }
    postgres-user = { description = "The processes' own user of the database" }
    setup         = { description = "What set-ups of repositories may see" }
    tokens        = { description = "Digests of the callers' bearer tokens" }
    webhook       = { description = "The key that signs webhooks" }
  }
}

module "network" {
  source = "../../terraform/modules/network"

  name                = local.name
  tags                = local.tags
  region              = local.region
  zones               = ["us-east-1a", "us-east-1b"]
  interface_endpoints = ["kms", "secretsmanager"]
  logs_kms_key_arn    = module.secrets.key_arns["logs"]
}

module "artifacts" {
  source = "../../terraform/modules/s3-artifacts"

  name        = local.name
  tags        = local.tags
  account_id  = local.account
  kms_key_arn = module.secrets.key_arns["data"]
}

resource "aws_iam_openid_connect_provider" "cluster" {
  url             = "https://oidc.example.com/id/MOTO"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["0000000000000000000000000000000000000000"]
}

module "iam" {
  source = "../../terraform/modules/iam"

  name                 = local.name
  tags                 = local.tags
  region               = local.region
  oidc_provider_arn    = aws_iam_openid_connect_provider.cluster.arn
  artifacts_bucket_arn = module.artifacts.artifacts_bucket_arn
  data_key_arn         = module.secrets.key_arns["data"]
  secrets_key_arn      = module.secrets.key_arns["secrets"]
  secret_arns          = module.secrets.secret_arns
}

output "artifacts_bucket" {
  description = "The bucket of artifacts."
  value       = module.artifacts.artifacts_bucket
}
