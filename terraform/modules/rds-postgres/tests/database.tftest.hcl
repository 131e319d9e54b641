mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name                      = "argosy-test"
  tags                      = { Environment = "test" }
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2"]
  client_security_group_ids = { nodes = "sg-nodes" }
  kms_key_arn               = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  secrets_key_arn           = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000002"
}

run "a_database_by_default_survives_a_zone_and_can_be_set_back" {
  command = apply

  assert {
    condition     = aws_db_instance.this.multi_az && aws_db_instance.this.backup_retention_period == 14 && aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && !aws_db_instance.this.delete_automated_backups
    error_message = "A standby, two weeks of PITR, and no destroying by accident."
  }
  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.kms_key_id == var.kms_key_arn && aws_db_instance.this.performance_insights_kms_key_id == var.kms_key_arn
    error_message = "Disk, backups and figures are encrypted by the key that was given."
  }
  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null && aws_db_instance.this.master_user_secret_kms_key_id == var.secrets_key_arn
    error_message = "No password is in Terraform's state."
  }
  assert {
    condition     = !aws_db_instance.this.publicly_accessible && alltrue([for rule in aws_vpc_security_group_ingress_rule.clients : rule.cidr_ipv4 == null && rule.from_port == 5432 && rule.to_port == 5432])
    error_message = "It is reached from the groups that were given, on one port."
  }
  assert {
    condition     = aws_db_parameter_group.this.family == "postgres16" && aws_db_instance.this.parameter_group_name == aws_db_parameter_group.this.name
    error_message = "The parameters' family follows the version."
  }
  assert {
    condition = { for parameter in aws_db_parameter_group.this.parameter : parameter.name => parameter.value if contains(["rds.force_ssl", "synchronous_commit"], parameter.name) } == {
      "rds.force_ssl" = "1", "synchronous_commit" = "on"
    }
    error_message = "TLS is demanded, and a commit waits for the disk."
  }
  assert {
    condition     = anytrue([for parameter in aws_db_parameter_group.this.parameter : parameter.name == "rds.allowed_extensions" && contains(split(",", parameter.value), "vector")])
    error_message = "pgvector may be installed."
  }
  assert {
    condition     = length(aws_db_instance.replica) == 0 && aws_db_instance.this.tags.Name == "argosy-test"
    error_message = "There are no read replicas unless asked for."
  }
}

run "replicas_are_as_private_as_the_primary" {
  command = plan

  variables {
    read_replicas = 2
  }
  assert {
    condition     = length(aws_db_instance.replica) == 2 && alltrue([for replica in aws_db_instance.replica : replica.storage_encrypted && !replica.publicly_accessible])
    error_message = "Replicas are encrypted and private."
  }
  assert {
    condition     = aws_db_instance.replica[1].identifier == "argosy-test-read-2"
    error_message = "Replicas are numbered from 1."
  }
}
