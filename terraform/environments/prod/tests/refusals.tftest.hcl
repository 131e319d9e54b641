mock_provider "aws" {
  source = "../../mocks"
}

run "what_is_malformed_is_refused" {
  command = plan

  variables {
    region               = "here"
    tags                 = { "aws:a" = "b" }
    rotation_lambda_arns = { tokens = "rotate" }
    network              = { zones = ["us-east-1a"] }
    cluster              = { node_groups = {} }
    database             = { instance_class = "db.m6g.large", gigabytes = 1, grows_up_to_gb = 2, multi_az = true, backup_days = 14, deletion_protection = true }
    kafka                = { kind = "kinesis" }
    audit_lock           = { days = 0 }
    alarms               = { addresses = ["a@example.com"], monthly_budget_usd = 1 }
  }
  expect_failures = [var.region, var.tags, var.rotation_lambda_arns, var.network, var.cluster, var.database, var.kafka, var.audit_lock, var.alarms]
}

run "what_is_good_enough_for_staging_is_not_for_production" {
  command = plan

  variables {
    network    = { zones = ["us-east-1a", "us-east-1b"], nat_per_zone = false }
    database   = { instance_class = "db.t4g.medium", gigabytes = 50, grows_up_to_gb = 200, multi_az = false, backup_days = 7, deletion_protection = false }
    kafka      = { instance_type = "kafka.t3.small" }
    audit_lock = { mode = "GOVERNANCE", days = 30 }
    alarms     = { monthly_budget_usd = 5000 }
    cluster = { node_groups = {
      system    = { instance_types = ["m6i.large"], least = 1, most = 2 }
      processes = { instance_types = ["m6i.large"], least = 1, most = 4 }
      testing   = { instance_types = ["c6i.xlarge"], least = 0, most = 4 }
    } }
  }
  expect_failures = [var.network, var.database, var.kafka, var.audit_lock, var.alarms, var.cluster]
}
