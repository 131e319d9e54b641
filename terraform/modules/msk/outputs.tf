output "bootstrap_brokers" {
  description = "For ARGOSY_KAFKA_BROKERS (over TLS); null with strimzi."
  value       = one(aws_msk_cluster.this[*].bootstrap_brokers_tls)
}

output "cluster_name" {
  description = "For alarms; null with strimzi."
  value       = one(aws_msk_cluster.this[*].cluster_name)
}

output "brokers" {
  description = "How many brokers are paid."
  value       = local.made * local.brokers
}

output "replication" {
  description = "For ARGOSY_KAFKA_REPLICATION."
  value       = local.copies
}
