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

run "the_cluster_is_private_encrypted_and_logged_and_nodes_are_apart_by_what_runs_on_them" {
  command = apply

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "Its API is reached from its own network only, unless ranges are given."
  }
  assert {
    condition     = aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == var.secrets_key_arn && tolist(aws_eks_cluster.this.encryption_config[0].resources) == tolist(["secrets"])
    error_message = "Its secrets are encrypted by the key that was given."
  }
  assert {
    condition     = length(aws_eks_cluster.this.enabled_cluster_log_types) == 5 && aws_cloudwatch_log_group.this.kms_key_id == var.logs_kms_key_arn
    error_message = "All its logs are kept, encrypted."
  }
  assert {
    condition     = aws_eks_cluster.this.access_config[0].authentication_mode == "API" && !aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions
    error_message = "Nobody administers it but who is named."
  }
  assert {
    condition     = jsondecode(aws_eks_addon.this["vpc-cni"].configuration_values).enableNetworkPolicy == "true"
    error_message = "NetworkPolicies are kept."
  }
  assert {
    condition     = length(aws_eks_node_group.this) == 3 && [for taint in aws_eks_node_group.this["testing"].taint : "${taint.key}=${taint.value}:${taint.effect}"] == ["argosy.dev/sandbox=true:NO_SCHEDULE"] && length(aws_eks_node_group.this["processes"].taint) == 0
    error_message = "Nothing that does not ask for it runs beside what strangers wrote."
  }
  assert {
    condition     = strcontains(base64decode(aws_launch_template.nodes["testing"].user_data), "seccomp/argosy/testing.json") && strcontains(base64decode(aws_launch_template.nodes["testing"].user_data), base64encode(file("../../../infra/k8s/nodes/seccomp-testing.json"))) && aws_launch_template.nodes["processes"].user_data == null
    error_message = "Nodes of the testing worker have its seccomp profile, and no others."
  }
  assert {
    condition     = alltrue([for template in aws_launch_template.nodes : template.metadata_options[0].http_tokens == "required" && template.metadata_options[0].http_put_response_hop_limit == 1])
    error_message = "Pods do not get the node's rights."
  }
  assert {
    condition     = alltrue([for template in aws_launch_template.nodes : tobool(template.block_device_mappings[0].ebs[0].encrypted) && template.block_device_mappings[0].ebs[0].kms_key_id == var.data_key_arn])
    error_message = "Disks are encrypted by the key that was given."
  }
  assert {
    condition     = alltrue([for policy in aws_iam_role_policy_attachment.nodes : !strcontains(policy.policy_arn, "FullAccess") && !strcontains(policy.policy_arn, "Administrator")])
    error_message = "Nodes may join and pull, and nothing else."
  }
  assert {
    condition     = aws_eks_node_group.this["processes"].scaling_config[0].min_size == 2 && aws_eks_node_group.this["processes"].scaling_config[0].max_size == 10
    error_message = "Sizes are those of the variable."
  }
}

run "the_api_is_opened_to_ranges_that_are_named" {
  command = plan

  variables {
    public_access_cidrs = ["198.51.100.0/24"]
    administrators      = { operators = "arn:aws:iam::123456789012:role/operators" }
  }
  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.vpc_config[0].public_access_cidrs == toset(["198.51.100.0/24"])
    error_message = "It is open to that range alone."
  }
  assert {
    condition     = aws_eks_access_policy_association.administrators["operators"].principal_arn == "arn:aws:iam::123456789012:role/operators"
    error_message = "Who is named administers."
  }
}
