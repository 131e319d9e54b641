output "cluster_name" {
  description = "For `aws eks update-kubeconfig`."
  value       = aws_eks_cluster.this.name
}

output "endpoint" {
  description = "Where the cluster's API is."
  value       = aws_eks_cluster.this.endpoint
}

output "oidc_provider_arn" {
  description = "What makes service accounts known to IAM, for module iam."
  value       = aws_iam_openid_connect_provider.this.arn
}

output "node_security_group_id" {
  description = "The group that nodes and control plane share, for who lets nodes connect."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "taints" {
  description = "Taints by group of nodes, which the testing worker tolerates in infra/k8s."
  value       = local.taints
}
