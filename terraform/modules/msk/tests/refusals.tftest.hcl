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

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    name                      = "argosy_test"
    tags                      = { "aws:a" = "b" }
    kind                      = "kinesis"
    vpc_id                    = ""
    subnet_ids                = ["subnet-1"]
    client_security_group_ids = {}
    kafka_version             = "2.8.1"
    brokers_per_zone          = 0
    instance_type             = "m5.large"
    volume_gb                 = 1
    kms_key_arn               = "key"
    logs_kms_key_arn          = "key"
  }
  expect_failures = [
    var.name, var.tags, var.kind, var.vpc_id, var.subnet_ids, var.client_security_group_ids, var.kafka_version, var.brokers_per_zone,
    var.instance_type, var.volume_gb, var.kms_key_arn, var.logs_kms_key_arn,
  ]
}
