output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Where nodes run, one of each zone in the order of var.zones."
  value       = [for zone in var.zones : aws_subnet.private[zone].id]
}

output "public_subnet_ids" {
  description = "Where load balancers stand, likewise."
  value       = [for zone in var.zones : aws_subnet.public[zone].id]
}

output "data_subnet_ids" {
  description = "Where database and brokers stand, without a way out, likewise."
  value       = [for zone in var.zones : aws_subnet.data[zone].id]
}

output "subnets" {
  description = "Addresses of each zone's subnets."
  value       = local.subnets
}

output "nat_addresses" {
  description = "Where calls of the nodes seem to come from, for the allow lists of others."
  value       = [for address in aws_eip.nat : address.public_ip]
}
