variable "account_id" {
  description = "The account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account has twelve digits."
  }
}

variable "subnet_ids" {
  description = "Private subnets, of two zones at least."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Nodes stand in two zones at least."
  }
}

variable "kubernetes_version" {
  description = "Version of the cluster, one that infra/k8s is checked against."
  type        = string
  default     = "1.33"
  nullable    = false

  validation {
    condition     = contains(["1.33"], var.kubernetes_version)
    error_message = "The version is 1.33: older ones lack what the testing worker's pods need, newer ones were not tried."
  }
}

variable "public_access_cidrs" {
  description = "From where the cluster's API is reached beside its own network; empty: from nowhere."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.public_access_cidrs : can(cidrhost(range, 0)) && try(tonumber(split("/", range)[1]) >= 16, false)])
    error_message = "Ranges are in CIDR form and not wider than /16: the API is not for all the world."
  }
}

variable "administrators" {
  description = "Roles whose holders administer the cluster, by name of our choice."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.administrators) : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/", arn))])
    error_message = "Administrators are roles, named by their ARNs."
  }
}

variable "node_groups" {
  description = "Nodes by what runs on them. testing runs what strangers wrote: its nodes carry the taint argosy.dev/sandbox, and nothing else goes there. processes: everything else of Argosy. system: what the cluster needs itself."
  type = map(object({
    instance_types = list(string)
    least          = number
    most           = number
    disk_gb        = optional(number, 50)
    spot           = optional(bool, false)
  }))
  default = {
    system    = { instance_types = ["m6i.large"], least = 2, most = 4 }
    processes = { instance_types = ["m6i.xlarge"], least = 2, most = 10 }
    testing   = { instance_types = ["c6i.2xlarge"], least = 1, most = 20, disk_gb = 200 }
  }
  nullable = false

  validation {
    condition     = length(setsubtract(["processes", "system", "testing"], keys(var.node_groups))) == 0 && length(var.node_groups) == 3
    error_message = "The groups are system, processes and testing."
  }
  validation {
    condition     = alltrue([for group in values(var.node_groups) : group.least >= 0 && group.most >= 1 && group.least <= group.most && group.most <= 200])
    error_message = "A group has 0 to 200 nodes, and at most as many at least as at most."
  }
  validation {
    condition     = alltrue([for group in values(var.node_groups) : group.disk_gb >= 20 && length(group.instance_types) > 0])
    error_message = "A node has a type and a disk of 20 GB at least."
  }
  validation {
    condition     = alltrue([for name, group in var.node_groups : !group.spot || name == "testing"])
    error_message = "Only testing may stand on spot instances: a step that loses its node runs again, an ingest that does answers nobody."
  }
}

variable "secrets_key_arn" {
  description = "The key that the cluster's own secrets are encrypted with."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.secrets_key_arn))
    error_message = "The key is named by its ARN."
  }
}

variable "data_key_arn" {
  description = "The key of the nodes' disks."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.data_key_arn))
    error_message = "The key is named by its ARN."
  }
}

variable "logs_kms_key_arn" {
  description = "The key of the cluster's logs."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.logs_kms_key_arn))
    error_message = "The key is named by its ARN."
  }
}
