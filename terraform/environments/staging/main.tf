# The staging environment: the installation with the sizes of sizing.auto.tfvars.json.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # Where the state lies is told by `terraform init -backend-config=FILE` (README.md): a bucket with versions, encryption and a lock.
  backend "s3" {
    key          = "argosy-staging/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

data "aws_caller_identity" "this" {}

locals {
  tags = merge({ Project = "argosy", Environment = "staging", ManagedBy = "terraform" }, var.tags)
}

module "installation" {
  source = "../../modules/installation"

  name                 = "argosy-staging"
  tags                 = local.tags
  region               = var.region
  account_id           = data.aws_caller_identity.this.account_id
  network              = var.network
  cluster              = var.cluster
  database             = var.database
  kafka                = var.kafka
  audit_lock           = var.audit_lock
  rotation_lambda_arns = var.rotation_lambda_arns
  alarms               = var.alarms
}
