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

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    name                      = "9argosy"
    tags                      = { "" = "x" }
    vpc_id                    = ""
    subnet_ids                = ["subnet-1"]
    client_security_group_ids = {}
    engine_version            = "14.11"
    instance_class            = "db.t2.micro"
    storage                   = { gigabytes = 100, grows_up_to_gb = 100 }
    read_replicas             = 9
    backup_days               = 0
    max_connections           = 10
    kms_key_arn               = "key"
    secrets_key_arn           = "key"
  }
  expect_failures = [
    var.name, var.tags, var.vpc_id, var.subnet_ids, var.client_security_group_ids, var.engine_version, var.instance_class, var.storage,
    var.read_replicas, var.backup_days, var.max_connections, var.kms_key_arn, var.secrets_key_arn,
  ]
}
