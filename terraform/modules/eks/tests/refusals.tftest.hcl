mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name             = "argosy-test"
  tags             = { Environment = "test" }
  account_id       = "123456789012"
  subnet_ids       = ["subnet-1", "subnet-2"]
  secrets_key_arn  = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  data_key_arn     = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000002"
  logs_kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000003"
}

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    name                = "argosy-"
    tags                = { "aws:a" = "b" }
    account_id          = "1"
    subnet_ids          = ["subnet-1"]
    kubernetes_version  = "1.20"
    public_access_cidrs = ["0.0.0.0/0"]
    administrators      = { me = "me" }
    secrets_key_arn     = "key"
    data_key_arn        = "key"
    logs_kms_key_arn    = "key"
    node_groups         = { all = { instance_types = ["m6i.large"], least = 1, most = 1 } }
  }
  expect_failures = [
    var.name, var.tags, var.account_id, var.subnet_ids, var.kubernetes_version, var.public_access_cidrs, var.administrators,
    var.secrets_key_arn, var.data_key_arn, var.logs_kms_key_arn, var.node_groups,
  ]
}

run "more_nodes_at_least_than_at_most_are_refused" {
  command = plan

  variables {
    node_groups = {
      system    = { instance_types = ["m6i.large"], least = 5, most = 2 }
      processes = { instance_types = ["m6i.large"], least = 1, most = 2 }
      testing   = { instance_types = ["m6i.large"], least = 1, most = 2 }
    }
  }
  expect_failures = [var.node_groups]
}

run "a_node_without_room_is_refused" {
  command = plan

  variables {
    node_groups = {
      system    = { instance_types = ["m6i.large"], least = 1, most = 2, disk_gb = 8 }
      processes = { instance_types = ["m6i.large"], least = 1, most = 2 }
      testing   = { instance_types = ["m6i.large"], least = 1, most = 2 }
    }
  }
  expect_failures = [var.node_groups]
}

run "processes_on_spot_instances_are_refused" {
  command = plan

  variables {
    node_groups = {
      system    = { instance_types = ["m6i.large"], least = 1, most = 2 }
      processes = { instance_types = ["m6i.large"], least = 1, most = 2, spot = true }
      testing   = { instance_types = ["m6i.large"], least = 1, most = 2, spot = true }
    }
  }
  expect_failures = [var.node_groups]
}
