# Nodes, in groups by what runs on them.

locals {
  labels = { for name in keys(var.node_groups) : name => { "argosy.dev/nodes" = name } }
  # Nothing that does not ask for it is put beside what strangers wrote.
  taints = { for name in keys(var.node_groups) : name => name == "testing" ? [{ key = "argosy.dev/sandbox", value = "true", effect = "NO_SCHEDULE" }] : [] }
  # The kubelet looks for the profiles of pods below this folder; the testing worker's is infra/k8s's own.
  seccomp = file("${path.module}/../../../infra/k8s/nodes/seccomp-testing.json")
  # Before the node joins. EKS puts its own part behind this one.
  testing_start = <<-MIME
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="argosy"

    --argosy
    Content-Type: text/x-shellscript; charset="us-ascii"

    #!/bin/bash
    set -euo pipefail
    mkdir -p /var/lib/kubelet/seccomp/argosy
    base64 -d >/var/lib/kubelet/seccomp/argosy/testing.json <<'END'
    ${base64encode(local.seccomp)}
    END

    --argosy--
  MIME
  # A node pulls images and joins the cluster; what pods may do is theirs (module iam).
  node_policies = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly"]
}

resource "aws_iam_role" "nodes" {
  name        = "${var.name}-nodes"
  description = "Nodes: joining the cluster and pulling images"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_iam_role_policy_attachment" "nodes" {
  for_each = toset(local.node_policies)

  role       = aws_iam_role.nodes.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

resource "aws_launch_template" "nodes" {
  for_each = var.node_groups

  name_prefix = "${var.name}-${each.key}-"
  description = "Nodes for ${each.key}"
  tags        = local.tags

  user_data = each.key == "testing" ? base64encode(local.testing_start) : null

  # Pods do not get at the node's own rights: metadata by token, and not one hop further.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size           = each.value.disk_gb
      volume_type           = "gp3"
      encrypted             = true
      kms_key_id            = var.data_key_arn
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = merge(local.tags, { Name = "${var.name}-${each.key}" })
  }
}

resource "aws_eks_node_group" "this" {
  for_each = var.node_groups

  cluster_name    = aws_eks_cluster.this.name
  node_group_name = each.key
  node_role_arn   = aws_iam_role.nodes.arn
  subnet_ids      = var.subnet_ids
  instance_types  = each.value.instance_types
  capacity_type   = each.value.spot ? "SPOT" : "ON_DEMAND"
  ami_type        = "AL2023_x86_64_STANDARD"
  labels          = local.labels[each.key]
  tags            = local.tags

  scaling_config {
    min_size     = each.value.least
    max_size     = each.value.most
    desired_size = max(each.value.least, 1)
  }

  update_config {
    max_unavailable_percentage = 33
  }

  launch_template {
    id      = aws_launch_template.nodes[each.key].id
    version = aws_launch_template.nodes[each.key].latest_version
  }

  dynamic "taint" {
    for_each = local.taints[each.key]
    content {
      key    = taint.value.key
      value  = taint.value.value
      effect = taint.value.effect
    }
  }

  # How many there are now is the autoscaler's affair.
  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }
  depends_on = [aws_iam_role_policy_attachment.nodes]
}
