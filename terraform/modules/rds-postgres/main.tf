# The database: Argosy's truth. The administrator's password is made, kept and changed by RDS; it never stands in Terraform's state.

locals {
  tags   = merge(var.tags, { Module = "rds-postgres" })
  family = "postgres${split(".", var.engine_version)[0]}"
  # Those of `immediate` take effect at once, the others with the next restart.
  parameters = {
    # Where a start finds pgvector it uses it (the cache of answers); the list is all that anybody may install.
    "rds.allowed_extensions"              = { value = "pg_stat_statements,pg_trgm,plpgsql,vector", immediate = true }
    "rds.force_ssl"                       = { value = "1", immediate = true }
    "shared_preload_libraries"            = { value = "pg_stat_statements", immediate = false }
    "max_connections"                     = { value = tostring(var.max_connections), immediate = false }
    "synchronous_commit"                  = { value = "on", immediate = true }
    "log_min_duration_statement"          = { value = "1000", immediate = true }
    "log_lock_waits"                      = { value = "1", immediate = true }
    "log_connections"                     = { value = "1", immediate = true }
    "idle_in_transaction_session_timeout" = { value = "60000", immediate = true }
    # The hot tables change in place thousands of times a second; a vacuum that comes late is long.
    "autovacuum_vacuum_scale_factor" = { value = "0.05", immediate = true }
    "autovacuum_naptime"             = { value = "15", immediate = true }
  }
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Subnets without a way out"
  subnet_ids  = var.subnet_ids
  tags        = local.tags
}

resource "aws_security_group" "this" {
  name        = "${var.name}-postgres"
  description = "Postgres from the nodes"
  vpc_id      = var.vpc_id
  tags        = merge(local.tags, { Name = "${var.name}-postgres" })
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = each.value
  description                  = "Postgres from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  tags                         = local.tags
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-${local.family}-"
  family      = local.family
  description = "Argosy: pgvector allowed, TLS only"
  tags        = local.tags

  dynamic "parameter" {
    for_each = local.parameters
    content {
      name         = parameter.key
      value        = parameter.value.value
      apply_method = parameter.value.immediate ? "immediate" : "pending-reboot"
    }
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role" "monitoring" {
  name        = "${var.name}-rds-monitoring"
  description = "Sends the database server's figures"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.engine_version
  instance_class = var.instance_class
  db_name        = "argosy"

  username                      = "argosy_admin"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.secrets_key_arn

  allocated_storage     = var.storage.gigabytes
  max_allocated_storage = var.storage.grows_up_to_gb
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  multi_az               = var.multi_az
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  publicly_accessible    = false
  parameter_group_name   = aws_db_parameter_group.this.name
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  backup_retention_period   = var.backup_days
  backup_window             = "02:00-03:00"
  maintenance_window        = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"

  # Minor versions come in the window; major ones by hand (runbooks).
  auto_minor_version_upgrade  = true
  allow_major_version_upgrade = false

  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.monitoring.arn
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.kms_key_arn
  performance_insights_retention_period = 7

  tags = merge(local.tags, { Name = var.name })
}

resource "aws_db_instance" "replica" {
  count = var.read_replicas

  identifier                 = "${var.name}-read-${count.index + 1}"
  replicate_source_db        = aws_db_instance.this.identifier
  instance_class             = var.instance_class
  max_allocated_storage      = var.storage.grows_up_to_gb
  storage_encrypted          = true
  kms_key_id                 = var.kms_key_arn
  vpc_security_group_ids     = [aws_security_group.this.id]
  publicly_accessible        = false
  parameter_group_name       = aws_db_parameter_group.this.name
  auto_minor_version_upgrade = true
  copy_tags_to_snapshot      = true
  skip_final_snapshot        = true
  deletion_protection        = var.deletion_protection
  tags                       = merge(local.tags, { Name = "${var.name}-read-${count.index + 1}" })
}
