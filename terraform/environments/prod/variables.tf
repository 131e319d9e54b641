variable "region" {
  description = "The region of everything."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is written like eu-central-1."
  }
}

variable "tags" {
  description = "Tags of everything that can carry some, beside the environment's own."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.tags : can(regex("^[A-Za-z][A-Za-z0-9:_-]{0,127}$", key)) && !startswith(lower(key), "aws:") && length(value) <= 256])
    error_message = "A tag's key begins with a letter, does not begin with aws:, and has at most 128 characters; its value at most 256."
  }
}

variable "network" {
  description = "Zones, addresses and ways out, as module network takes them."
  type = object({
    zones               = list(string)
    cidr                = optional(string, "10.40.0.0/16")
    nat_per_zone        = optional(bool, true)
    interface_endpoints = optional(set(string), ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sts"])
  })
  nullable = false

  validation {
    condition     = length(var.network.zones) >= 2 && length(var.network.zones) <= 3
    error_message = "There are two or three zones: Kafka takes no more."
  }
  validation {
    condition     = length(var.network.zones) == 3 && var.network.nat_per_zone
    error_message = "Production stands in three zones, and each has its own way out."
  }
}

variable "cluster" {
  description = "The cluster and its nodes, as module eks takes them."
  type = object({
    kubernetes_version  = optional(string, "1.33")
    public_access_cidrs = optional(list(string), [])
    administrators      = optional(map(string), {})
    node_groups = map(object({
      instance_types = list(string)
      least          = number
      most           = number
      disk_gb        = optional(number, 50)
      spot           = optional(bool, false)
    }))
  })
  nullable = false

  validation {
    condition     = length(var.cluster.node_groups) == 3
    error_message = "The groups of nodes are system, processes and testing."
  }
  validation {
    condition     = alltrue([for name, group in var.cluster.node_groups : name == "testing" || group.least >= 2])
    error_message = "Production has two nodes at least of system and of processes."
  }
}

variable "database" {
  description = "The database, as module rds-postgres takes it."
  type = object({
    engine_version      = optional(string, "16.8")
    instance_class      = string
    gigabytes           = number
    grows_up_to_gb      = number
    multi_az            = bool
    read_replicas       = optional(number, 0)
    backup_days         = number
    deletion_protection = bool
    max_connections     = optional(number, 500)
  })
  nullable = false

  validation {
    condition     = var.database.gigabytes >= 20
    error_message = "The database's disk has 20 GB at least."
  }
  validation {
    condition     = var.database.multi_az && var.database.backup_days >= 14 && var.database.deletion_protection && !startswith(var.database.instance_class, "db.t")
    error_message = "Production has a standby, two weeks of backups, protection from deletion, and a server that does not borrow its processors."
  }
}

variable "kafka" {
  description = "Who runs Kafka, and its size, as module msk takes it."
  type = object({
    kind             = optional(string, "msk")
    kafka_version    = optional(string, "3.7.x")
    brokers_per_zone = optional(number, 1)
    instance_type    = optional(string, "kafka.m5.large")
    volume_gb        = optional(number, 50)
  })
  nullable = false

  validation {
    condition     = contains(["msk", "strimzi"], var.kafka.kind)
    error_message = "Kafka is run by msk or strimzi."
  }
  validation {
    condition     = var.kafka.kind == "strimzi" || !strcontains(var.kafka.instance_type, ".t3.")
    error_message = "Production has brokers that do not borrow their processors."
  }
}

variable "audit_lock" {
  description = "How long audit records cannot be changed, as module s3-artifacts takes it."
  type = object({
    mode = optional(string, "COMPLIANCE")
    days = optional(number, 365)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.audit_lock.days >= 1
    error_message = "The lock holds for a day at least."
  }
  validation {
    condition     = var.audit_lock.mode == "COMPLIANCE" && var.audit_lock.days >= 365
    error_message = "In production nobody changes an audit record for a year."
  }
}

variable "rotation_lambda_arns" {
  description = "Functions that rotate secrets, by the secret's name; the others are rotated by hand."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.rotation_lambda_arns) : can(regex("^arn:aws[a-z-]*:lambda:", arn))])
    error_message = "Functions are named by their ARNs."
  }
}

variable "alarms" {
  description = "Who is told by e-mail, how long logs are kept, what a month may cost, whether AWS keeps Prometheus' figures."
  type = object({
    addresses          = optional(set(string), [])
    log_days           = optional(number, 30)
    monthly_budget_usd = number
    managed_prometheus = optional(bool, false)
  })
  nullable = false

  validation {
    condition     = var.alarms.monthly_budget_usd >= 50
    error_message = "A month's budget is 50 dollars at least."
  }
  validation {
    condition     = length(var.alarms.addresses) > 0
    error_message = "Somebody is told of production's alarms."
  }
}
