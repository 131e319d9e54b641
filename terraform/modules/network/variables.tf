variable "region" {
  description = "The region, which all zones must be in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is written like eu-central-1."
  }
}

variable "cidr" {
  description = "Addresses of the network, from /16 to /20: three kinds of subnets in each zone are cut out of it."
  type        = string
  default     = "10.40.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 20, false)
    error_message = "The network is a range in CIDR form, from /16 to /20."
  }
  validation {
    condition     = can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.)", var.cidr))
    error_message = "The network's addresses are private ones (RFC 1918)."
  }
}

variable "zones" {
  description = "Availability zones, two to four: a database with a standby and a cluster of brokers need at least two."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.zones) >= 2 && length(var.zones) <= 4 && length(distinct(var.zones)) == length(var.zones)
    error_message = "There are two to four zones, each named once."
  }
  validation {
    condition     = alltrue([for zone in var.zones : startswith(zone, var.region)])
    error_message = "The zones are of the region."
  }
}

variable "nat_per_zone" {
  description = "Whether each zone has a way out of its own, so that the end of one zone is not the end of all ways out."
  type        = bool
  default     = true
  nullable    = false
}

variable "flow_log_days" {
  description = "How long is kept who talked to whom."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([30, 60, 90, 180, 365], var.flow_log_days)
    error_message = "Flow logs are kept for 30, 60, 90, 180 or 365 days."
  }
}

variable "logs_kms_key_arn" {
  description = "The key that logs are encrypted with."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.logs_kms_key_arn))
    error_message = "The key is named by its ARN."
  }
}

variable "interface_endpoints" {
  description = "Services of AWS that are reached without leaving the network; each costs by the hour and zone."
  type        = set(string)
  default     = ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sts"]
  nullable    = false

  validation {
    condition     = alltrue([for service in var.interface_endpoints : can(regex("^[a-z0-9.-]+$", service)) && service != "s3"])
    error_message = "Services are written like ecr.api; s3 has a gateway of its own, which costs nothing."
  }
}
