mock_provider "aws" {
  source = "../../mocks"
}

run "production_survives_a_zone_and_can_be_set_back" {
  command = apply

  assert {
    condition     = output.sizing.zones == 3 && output.sizing.nat_gateways == 3 && output.sizing.brokers == 3 && output.sizing.standby
    error_message = "Three zones, three ways out, three brokers, a standby."
  }
  assert {
    condition     = var.database.backup_days >= 14 && var.database.deletion_protection
    error_message = "Two weeks of PITR, and no destroying by accident."
  }
  assert {
    condition     = output.settings.ARGOSY_S3_BUCKET == "argosy-prod-artifacts-123456789012" && output.settings.ARGOSY_KAFKA_REPLICATION == "3"
    error_message = "Names and settings follow from the environment."
  }
  assert {
    condition     = length(output.role_arns) == 9 && length(output.secret_arns) == 7
    error_message = "Each process has its role, each secret its place."
  }
}
