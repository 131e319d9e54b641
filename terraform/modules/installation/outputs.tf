output "cluster_name" {
  description = "For `aws eks update-kubeconfig`; then infra/k8s is applied."
  value       = module.eks.cluster_name
}

output "role_arns" {
  description = "The role of each process, for the annotation eks.amazonaws.com/role-arn of its service account."
  value       = module.iam.role_arns
}

output "settings" {
  description = "What follows from this for ARGOSY_ variables; none of it is secret."
  value = {
    ARGOSY_ARTIFACTS         = "s3"
    ARGOSY_S3_BUCKET         = module.artifacts.artifacts_bucket
    ARGOSY_S3_REGION         = var.region
    ARGOSY_KAFKA_BROKERS     = module.kafka.bootstrap_brokers
    ARGOSY_KAFKA_PROPERTIES  = module.kafka.bootstrap_brokers == null ? null : "security.protocol=ssl" # MSK listens by TLS alone, on 9094
    ARGOSY_KAFKA_REPLICATION = tostring(module.kafka.replication)
  }
}

output "database" {
  description = "Where the database is, and where RDS keeps its administrator's password."
  value = {
    endpoint         = module.database.endpoint
    name             = module.database.database
    admin_secret_arn = module.database.admin_secret_arn
  }
}

output "secret_arns" {
  description = "Places of the secrets, whose values are put in by hand."
  value       = module.secrets.secret_arns
}

output "alarm_topic_arn" {
  description = "Where alarms of AWS go."
  value       = module.observability.alarm_topic_arn
}

output "nat_addresses" {
  description = "Where calls of the nodes seem to come from."
  value       = module.network.nat_addresses
}

output "sizing" {
  description = "What is paid by the hour, for a look beside COST.md."
  value = {
    zones         = length(var.network.zones)
    nat_gateways  = var.network.nat_per_zone ? length(var.network.zones) : 1
    endpoints     = length(var.network.interface_endpoints) * length(var.network.zones)
    brokers       = module.kafka.brokers
    database      = var.database.instance_class
    standby       = var.database.multi_az
    read_replicas = var.database.read_replicas
    nodes         = { for name, group in var.cluster.node_groups : name => "${group.least} to ${group.most} × ${join(" or ", group.instance_types)}" }
  }
}
