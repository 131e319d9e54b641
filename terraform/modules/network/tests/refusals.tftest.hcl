mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name             = "argosy-test"
  region           = "us-east-1"
  zones            = ["us-east-1a", "us-east-1b", "us-east-1c"]
  logs_kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  tags             = { Environment = "test" }
}

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    name                = "Argosy"
    tags                = { "aws:owner" = "me" }
    region              = "europe"
    cidr                = "10.40.0.0/24"
    flow_log_days       = 31
    logs_kms_key_arn    = "alias/logs"
    interface_endpoints = ["s3"]
  }
  expect_failures = [var.name, var.tags, var.region, var.cidr, var.flow_log_days, var.logs_kms_key_arn, var.interface_endpoints]
}

run "public_addresses_and_zones_of_another_region_are_refused" {
  command = plan

  variables {
    cidr  = "8.8.0.0/16"
    zones = ["us-east-1a", "eu-central-1b"]
  }
  expect_failures = [var.cidr, var.zones]
}

run "a_single_zone_is_refused" {
  command = plan

  variables {
    zones = ["us-east-1a"]
  }
  expect_failures = [var.zones]
}
