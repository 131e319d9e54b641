mock_provider "aws" {
  source = "../../mocks"
}

run "staging_is_small_and_as_closed_as_production" {
  command = apply

  assert {
    condition     = output.sizing.zones == 2 && output.sizing.nat_gateways == 1 && output.sizing.brokers == 0 && output.sizing.endpoints == 0
    error_message = "Two zones, one way out, Kafka in the cluster."
  }
  assert {
    condition     = output.settings.ARGOSY_S3_BUCKET == "argosy-staging-artifacts-123456789012" && output.settings.ARGOSY_KAFKA_BROKERS == null
    error_message = "Names follow from the environment; Strimzi's brokers are named by infra/k8s."
  }
  assert {
    condition     = length(var.cluster.public_access_cidrs) == 0
    error_message = "The cluster's API is not public."
  }
}
