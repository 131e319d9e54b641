# Kafka, run by AWS: it carries news of what stands in Postgres, so that all of it may be lost. With kind = "strimzi" nothing is made here.
#
# Between clients and brokers there is TLS and nothing else. Who may connect is decided by security groups: all clients are processes of
# one installation, and nothing in a message is believed but its ids.

locals {
  tags    = merge(var.tags, { Module = "msk" })
  made    = var.kind == "msk" ? 1 : 0
  brokers = length(var.subnet_ids) * var.brokers_per_zone
  # A partition stays writable while one broker is away: that takes one copy more than must have it.
  copies = min(3, local.brokers)
  server_properties = {
    "auto.create.topics.enable"                = "false"
    "default.replication.factor"               = tostring(local.copies)
    "min.insync.replicas"                      = tostring(max(1, local.copies - 1))
    "num.partitions"                           = "8"
    "offsets.topic.replication.factor"         = tostring(local.copies)
    "transaction.state.log.min.isr"            = tostring(max(1, local.copies - 1))
    "transaction.state.log.replication.factor" = tostring(local.copies)
    "unclean.leader.election.enable"           = "false"
    "log.retention.hours"                      = "72"
  }
}

resource "aws_security_group" "this" {
  count = local.made

  name        = "${var.name}-kafka"
  description = "Kafka from the nodes"
  vpc_id      = var.vpc_id
  tags        = merge(local.tags, { Name = "${var.name}-kafka" })
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = local.made == 1 ? var.client_security_group_ids : {}

  security_group_id            = aws_security_group.this[0].id
  referenced_security_group_id = each.value
  description                  = "Kafka over TLS from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 9094
  to_port                      = 9094
  tags                         = local.tags
}

resource "aws_vpc_security_group_ingress_rule" "figures" {
  for_each = local.made == 1 ? var.client_security_group_ids : {}

  security_group_id            = aws_security_group.this[0].id
  referenced_security_group_id = each.value
  description                  = "Figures of the brokers for Prometheus in ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 11001
  to_port                      = 11002
  tags                         = local.tags
}

resource "aws_msk_configuration" "this" {
  count = local.made

  name              = var.name
  kafka_versions    = [var.kafka_version]
  server_properties = join("\n", [for key, value in local.server_properties : "${key}=${value}"])
}

resource "aws_cloudwatch_log_group" "this" {
  count = local.made

  name              = "/argosy/${var.name}/kafka"
  retention_in_days = 30
  kms_key_id        = var.logs_kms_key_arn
  tags              = local.tags
}

resource "aws_msk_cluster" "this" {
  count = local.made

  cluster_name           = var.name
  kafka_version          = var.kafka_version
  number_of_broker_nodes = local.brokers
  enhanced_monitoring    = "PER_BROKER"
  tags                   = merge(local.tags, { Name = var.name })

  broker_node_group_info {
    instance_type   = var.instance_type
    client_subnets  = var.subnet_ids
    security_groups = [aws_security_group.this[0].id]
    storage_info {
      ebs_storage_info {
        volume_size = var.volume_gb
      }
    }
    connectivity_info {
      public_access {
        type = "DISABLED"
      }
    }
  }

  client_authentication {
    unauthenticated = true
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = var.kms_key_arn
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  configuration_info {
    arn      = aws_msk_configuration.this[0].arn
    revision = aws_msk_configuration.this[0].latest_revision
  }

  open_monitoring {
    prometheus {
      jmx_exporter {
        enabled_in_broker = true
      }
      node_exporter {
        enabled_in_broker = true
      }
    }
  }

  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.this[0].name
      }
    }
  }
}
