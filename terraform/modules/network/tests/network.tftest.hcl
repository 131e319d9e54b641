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

run "each_zone_has_its_subnets_and_its_way_out_and_nothing_is_public" {
  command = apply

  assert {
    condition     = output.subnets["us-east-1b"] == { private = "10.40.16.0/20", public = "10.40.80.0/20", data = "10.40.144.0/20" }
    error_message = "Each kind of subnet has its place by zone."
  }
  assert {
    condition     = length(distinct(flatten([for zone in values(output.subnets) : values(zone)]))) == 9
    error_message = "No two subnets have the same addresses."
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 3 && alltrue([for zone, route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.this[zone].id])
    error_message = "Each zone goes out by itself."
  }
  assert {
    condition     = length(output.private_subnet_ids) == 3 && length(output.public_subnet_ids) == 3 && length(output.data_subnet_ids) == 3
    error_message = "There is a subnet of each kind in each zone."
  }
  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.private), values(aws_subnet.public), values(aws_subnet.data)) : subnet.map_public_ip_on_launch == false])
    error_message = "No subnet gives out public addresses."
  }
  assert {
    condition     = aws_route.out.route_table_id == aws_route_table.public.id && alltrue([for route in aws_route.nat : route.route_table_id != aws_route_table.data.id])
    error_message = "The subnets for data have no way out."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.endpoints : rule.cidr_ipv4 != "0.0.0.0/0" && rule.from_port == 443 && rule.to_port == 443])
    error_message = "Endpoints take HTTPS from the nodes only."
  }
  assert {
    condition     = aws_cloudwatch_log_group.flow.kms_key_id == var.logs_kms_key_arn && aws_cloudwatch_log_group.flow.retention_in_days == 90 && aws_flow_log.this.traffic_type == "ALL"
    error_message = "All traffic is logged, encrypted, for 90 days."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.flow.policy).Statement : !contains(flatten([statement.Action]), "*") && !contains(flatten([statement.Resource]), "*")])
    error_message = "The role of the flow logs writes to its log and nothing else."
  }
  assert {
    condition     = aws_vpc.this.tags == tomap({ Environment = "test", Module = "network", Name = "argosy-test" })
    error_message = "Tags are handed on."
  }
}

run "all_zones_may_share_one_way_out" {
  command = plan

  variables {
    nat_per_zone = false
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.nat) == 3
    error_message = "One way out serves all zones."
  }
}
