mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name                      = "argosy-test"
  tags                      = { Environment = "test" }
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2", "subnet-3"]
  client_security_group_ids = { nodes = "sg-nodes" }
  kms_key_arn               = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  logs_kms_key_arn          = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000002"
}

run "one_broker_a_zone_all_encrypted_none_public" {
  command = apply

  assert {
    condition     = aws_msk_cluster.this[0].number_of_broker_nodes == 3 && output.brokers == 3 && output.replication == 3
    error_message = "Three zones have three brokers and three copies."
  }
  assert {
    condition     = strcontains(aws_msk_configuration.this[0].server_properties, "min.insync.replicas=2") && strcontains(aws_msk_configuration.this[0].server_properties, "unclean.leader.election.enable=false")
    error_message = "A partition stays writable while one broker is away."
  }
  assert {
    condition     = aws_msk_cluster.this[0].encryption_info[0].encryption_at_rest_kms_key_arn == var.kms_key_arn && aws_msk_cluster.this[0].encryption_info[0].encryption_in_transit[0].client_broker == "TLS" && aws_msk_cluster.this[0].encryption_info[0].encryption_in_transit[0].in_cluster
    error_message = "Disks and all ways are encrypted."
  }
  assert {
    condition     = aws_msk_cluster.this[0].broker_node_group_info[0].connectivity_info[0].public_access[0].type == "DISABLED"
    error_message = "No broker is public."
  }
  assert {
    condition     = alltrue([for rule in concat(values(aws_vpc_security_group_ingress_rule.clients), values(aws_vpc_security_group_ingress_rule.figures)) : rule.cidr_ipv4 == null && rule.from_port != 9092])
    error_message = "They are reached from the groups that were given, and not by the port in the clear."
  }
  assert {
    condition     = aws_cloudwatch_log_group.this[0].kms_key_id == var.logs_kms_key_arn
    error_message = "Logs are encrypted."
  }
}

run "two_zones_have_two_copies_and_go_on_with_one" {
  command = plan

  variables {
    subnet_ids       = ["subnet-1", "subnet-2"]
    brokers_per_zone = 1
  }
  assert {
    condition     = output.brokers == 2 && output.replication == 2 && strcontains(aws_msk_configuration.this[0].server_properties, "min.insync.replicas=1")
    error_message = "Copies follow the brokers."
  }
}

run "with_strimzi_nothing_is_made" {
  command = plan

  variables {
    kind = "strimzi"
  }
  assert {
    condition     = output.brokers == 0 && output.cluster_name == null && length(aws_msk_cluster.this) == 0 && length(aws_security_group.this) == 0 && length(aws_vpc_security_group_ingress_rule.clients) == 0
    error_message = "Strimzi runs the brokers in the cluster."
  }
}
