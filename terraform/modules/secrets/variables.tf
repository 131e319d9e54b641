variable "account_id" {
  description = "The account that the keys belong to; its administrators may change them."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account has twelve digits."
  }
}

variable "region" {
  description = "The region, whose logs and queues use the keys."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is written like eu-central-1."
  }
}

variable "secrets" {
  description = "Secrets by name. Only their places are made here: values are put in by hand or by a rotation, and never stand in Terraform's state. rotation_lambda_arn names the function that puts in a new value every rotate_days."
  type = map(object({
    description         = string
    rotate_days         = optional(number, 90)
    rotation_lambda_arn = optional(string)
  }))
  nullable = false

  validation {
    condition     = alltrue([for name, secret in var.secrets : can(regex("^[a-z][a-z0-9-]{1,40}$", name)) && length(secret.description) >= 10])
    error_message = "A secret's name has lower-case letters, digits and dashes; its description says what it is for."
  }
  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret.rotate_days >= 1 && secret.rotate_days <= 365])
    error_message = "A secret is rotated every 1 to 365 days."
  }
  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret.rotation_lambda_arn == null ? true : can(regex("^arn:aws[a-z-]*:lambda:", secret.rotation_lambda_arn))])
    error_message = "The function that rotates is named by its ARN."
  }
}

variable "recovery_days" {
  description = "How long a deleted secret, and how long at least a deleted key, can be brought back."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.recovery_days >= 7 && var.recovery_days <= 30
    error_message = "What was deleted can be brought back for 7 to 30 days."
  }
}
