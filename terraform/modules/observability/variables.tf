variable "account_id" {
  description = "The account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account has twelve digits."
  }
}

variable "logs_kms_key_arn" {
  description = "The key of logs and alarms."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.logs_kms_key_arn))
    error_message = "The key is named by its ARN."
  }
}

variable "log_days" {
  description = "How long the processes' logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([7, 14, 30, 60, 90, 180, 365], var.log_days)
    error_message = "Logs are kept for 7, 14, 30, 60, 90, 180 or 365 days."
  }
}

variable "alarm_addresses" {
  description = "Who is told of alarms, by e-mail; each address has to say yes once. Alarms of Argosy itself are Alertmanager's (infra/prometheus): here is what AWS alone sees."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_addresses : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "Alarms go to e-mail addresses."
  }
}

variable "database" {
  description = "The database: its name, its disk at first in gigabytes, and how many connections it takes."
  type = object({
    identifier      = string
    gigabytes       = number
    max_connections = number
  })
  nullable = false

  validation {
    condition     = length(var.database.identifier) > 0 && var.database.gigabytes > 0 && var.database.max_connections > 0
    error_message = "The database has a name, a disk and connections."
  }
}

variable "kafka_cluster" {
  description = "Name of the brokers' cluster; null: Strimzi runs them, and Prometheus watches."
  type        = string
  default     = null

  validation {
    condition     = var.kafka_cluster == null ? true : length(var.kafka_cluster) > 0
    error_message = "The cluster is named, or null."
  }
}

variable "monthly_budget_usd" {
  description = "What a month may cost; at 80 % of it, or when it will be passed, an alarm comes. Models are not paid to AWS: their budgets are Argosy's own."
  type        = number
  nullable    = false

  validation {
    condition     = var.monthly_budget_usd >= 50
    error_message = "A month's budget is 50 dollars at least."
  }
}

variable "managed_prometheus" {
  description = "Whether AWS keeps the figures (Amazon Managed Prometheus); else they are kept in the cluster."
  type        = bool
  default     = false
  nullable    = false
}
