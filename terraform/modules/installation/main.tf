# All that one installation stands on, put together; an environment is this with sizes. Keys come first, then the network, and then what
# stands in it.

locals {
  secrets = {
    git-push      = "ARGOSY_GIT_WRITE_CREDENTIALS: what may push, for the git worker alone"
    git-read      = "ARGOSY_GIT_READ_CREDENTIALS: what may read repositories"
    model-keys    = "Keys of the models' vendors, as models.yaml names them"
    postgres-user = "ARGOSY_POSTGRES_URL: the processes' own user of the database"
    setup         = "ARGOSY_SETUP_SECRETS: what set-ups of repositories may see"
    tokens        = "ARGOSY_TOKENS_FILE: digests of the bearer tokens of the API's callers"
    webhook       = "ARGOSY_WEBHOOK_SECRET: the key that signs webhooks"
  }
}

module "secrets" {
  source = "../secrets"

  name          = var.name
  tags          = var.tags
  account_id    = var.account_id
  region        = var.region
  recovery_days = var.recovery_days
  secrets = { for name, description in local.secrets : name => {
    description         = description
    rotation_lambda_arn = lookup(var.rotation_lambda_arns, name, null)
  } }
}

module "network" {
  source = "../network"

  name                = var.name
  tags                = var.tags
  region              = var.region
  zones               = var.network.zones
  cidr                = var.network.cidr
  nat_per_zone        = var.network.nat_per_zone
  interface_endpoints = var.network.interface_endpoints
  logs_kms_key_arn    = module.secrets.key_arns["logs"]
}

module "eks" {
  source = "../eks"

  name                = var.name
  tags                = var.tags
  account_id          = var.account_id
  subnet_ids          = module.network.private_subnet_ids
  kubernetes_version  = var.cluster.kubernetes_version
  public_access_cidrs = var.cluster.public_access_cidrs
  administrators      = var.cluster.administrators
  node_groups         = var.cluster.node_groups
  secrets_key_arn     = module.secrets.key_arns["secrets"]
  data_key_arn        = module.secrets.key_arns["data"]
  logs_kms_key_arn    = module.secrets.key_arns["logs"]
}

module "database" {
  source = "../rds-postgres"

  name                      = var.name
  tags                      = var.tags
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.data_subnet_ids
  client_security_group_ids = { nodes = module.eks.node_security_group_id }
  engine_version            = var.database.engine_version
  instance_class            = var.database.instance_class
  storage                   = { gigabytes = var.database.gigabytes, grows_up_to_gb = var.database.grows_up_to_gb }
  multi_az                  = var.database.multi_az
  read_replicas             = var.database.read_replicas
  backup_days               = var.database.backup_days
  deletion_protection       = var.database.deletion_protection
  max_connections           = var.database.max_connections
  kms_key_arn               = module.secrets.key_arns["data"]
  secrets_key_arn           = module.secrets.key_arns["secrets"]
}

module "kafka" {
  source = "../msk"

  name                      = var.name
  tags                      = var.tags
  kind                      = var.kafka.kind
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.data_subnet_ids
  client_security_group_ids = { nodes = module.eks.node_security_group_id }
  kafka_version             = var.kafka.kafka_version
  brokers_per_zone          = var.kafka.brokers_per_zone
  instance_type             = var.kafka.instance_type
  volume_gb                 = var.kafka.volume_gb
  kms_key_arn               = module.secrets.key_arns["data"]
  logs_kms_key_arn          = module.secrets.key_arns["logs"]
}

module "artifacts" {
  source = "../s3-artifacts"

  name        = var.name
  tags        = var.tags
  account_id  = var.account_id
  kms_key_arn = module.secrets.key_arns["data"]
  audit_lock  = var.audit_lock
}

module "iam" {
  source = "../iam"

  name                 = var.name
  tags                 = var.tags
  region               = var.region
  oidc_provider_arn    = module.eks.oidc_provider_arn
  artifacts_bucket_arn = module.artifacts.artifacts_bucket_arn
  data_key_arn         = module.secrets.key_arns["data"]
  secrets_key_arn      = module.secrets.key_arns["secrets"]
  secret_arns          = module.secrets.secret_arns
}

module "observability" {
  source = "../observability"

  name               = var.name
  tags               = var.tags
  account_id         = var.account_id
  logs_kms_key_arn   = module.secrets.key_arns["logs"]
  log_days           = var.alarms.log_days
  alarm_addresses    = var.alarms.addresses
  monthly_budget_usd = var.alarms.monthly_budget_usd
  managed_prometheus = var.alarms.managed_prometheus
  kafka_cluster      = var.kafka.kind == "msk" ? var.name : null
  database           = { identifier = var.name, gigabytes = var.database.gigabytes, max_connections = var.database.max_connections }
}
