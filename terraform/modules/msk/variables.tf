variable "kind" {
  description = "msk: brokers that AWS runs. strimzi: none are made here, the component strimzi of infra/k8s runs them in the cluster."
  type        = string
  default     = "msk"
  nullable    = false

  validation {
    condition     = contains(["msk", "strimzi"], var.kind)
    error_message = "Kafka is run by msk or strimzi."
  }
}

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
  description = "Subnets for data, two or three, each of another zone."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2 && length(var.subnet_ids) <= 3
    error_message = "Brokers stand in two or three zones."
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

variable "kafka_version" {
  description = "Version of Kafka; those from 4.0.1 on and 3.x take our clients."
  type        = string
  default     = "3.7.x"
  nullable    = false

  validation {
    condition     = can(regex("^3\\.[5-9]\\.([0-9]+|x)(\\.kraft)?$", var.kafka_version))
    error_message = "The version is 3.5 or newer, written like 3.7.x."
  }
}

variable "brokers_per_zone" {
  description = "Brokers in each zone."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = contains([1, 2, 3, 4, 5], var.brokers_per_zone)
    error_message = "There are one to five brokers in each zone."
  }
}

variable "instance_type" {
  description = "Size of a broker. Kafka carries news of steps, some hundred bytes each: the smallest that is not for trial is enough."
  type        = string
  default     = "kafka.m5.large"
  nullable    = false

  validation {
    condition     = can(regex("^kafka\\.(t3\\.small|m5\\.(large|[24]?xlarge)|m7g\\.(large|[24]?xlarge))$", var.instance_type))
    error_message = "The type is kafka.t3.small, or of the families m5 and m7g."
  }
}

variable "volume_gb" {
  description = "Disk of each broker."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.volume_gb >= 10 && var.volume_gb <= 16384
    error_message = "A broker's disk has 10 to 16384 GB."
  }
}

variable "kms_key_arn" {
  description = "The key of the disks."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "The key is named by its ARN."
  }
}

variable "logs_kms_key_arn" {
  description = "The key of the brokers' logs."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.logs_kms_key_arn))
    error_message = "The key is named by its ARN."
  }
}
