variable "vpc_id" {
  description = "The network."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.vpc_id) > 0
    error_message = "The network is named."
  }
}

variable "subnet_ids" {
  description = "Subnets for data, of two zones at least."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "The database's subnets are of two zones at least."
  }
}

variable "client_security_group_ids" {
  description = "Who may connect, by name of our choice: the nodes' groups. Nobody else may."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.client_security_group_ids) > 0
    error_message = "Somebody may connect."
  }
}

variable "engine_version" {
  description = "Postgres 15.5 or newer: from then on it comes with a pgvector that has HNSW."
  type        = string
  default     = "16.8"
  nullable    = false

  validation {
    condition     = try(tonumber(split(".", var.engine_version)[0]) > 15 || (tonumber(split(".", var.engine_version)[0]) == 15 && tonumber(split(".", var.engine_version)[1]) >= 5), false)
    error_message = "The version is 15.5 or newer, written like 16.8."
  }
}

variable "instance_class" {
  description = "Size of the server; a primary and a standby of this size are paid."
  type        = string
  default     = "db.m6g.large"
  nullable    = false

  validation {
    condition     = can(regex("^db\\.(t4g\\.(medium|large)|[mr][67]g\\.(large|[248]?xlarge|12xlarge|16xlarge))$", var.instance_class))
    error_message = "The class is one of db.t4g.medium and large, or of the families m6g, m7g, r6g, r7g."
  }
}

variable "storage" {
  description = "Gigabytes at first, and up to which the disk grows by itself."
  type = object({
    gigabytes      = optional(number, 100)
    grows_up_to_gb = optional(number, 500)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.storage.gigabytes >= 20 && var.storage.grows_up_to_gb >= var.storage.gigabytes * 1.1 && var.storage.grows_up_to_gb <= 65536
    error_message = "The disk has 20 GB at least, and may grow by a tenth at least, up to 65536 GB."
  }
}

variable "multi_az" {
  description = "Whether a synchronous standby in another zone takes over: what was answered with 202 is then never lost."
  type        = bool
  default     = true
  nullable    = false
}

variable "read_replicas" {
  description = "Servers that only read, for reports; Argosy itself uses none."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains([0, 1, 2, 3], var.read_replicas)
    error_message = "There are none to three read replicas."
  }
}

variable "backup_days" {
  description = "How far back the database can be restored to any moment (PITR)."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "A restore to any moment reaches back 1 to 35 days."
  }
}

variable "deletion_protection" {
  description = "Whether the database can only be destroyed after this was switched off."
  type        = bool
  default     = true
  nullable    = false
}

variable "max_connections" {
  description = "Connections that the server takes; every worker process holds up to a dozen."
  type        = number
  default     = 500
  nullable    = false

  validation {
    condition     = var.max_connections >= 100 && var.max_connections <= 5000
    error_message = "The server takes 100 to 5000 connections."
  }
}

variable "kms_key_arn" {
  description = "The key of disk, backups and performance figures."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "The key is named by its ARN."
  }
}

variable "secrets_key_arn" {
  description = "The key of the administrator's password, which RDS makes, keeps and changes by itself."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.secrets_key_arn))
    error_message = "The key is named by its ARN."
  }
}
